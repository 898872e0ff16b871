"""Teeth: the chart made in life against the teeth of the remains.

Model: each tooth is in one of 34 states: sound, filled on some of five surfaces (31), crowned, lost in life. Between
the chart and death it only goes on, s′ ≥ s: filled at a rate (the new filling's surfaces as those of the pool, joined
to the old ones), crowned, lost; a filling never un-fills. Either chart is wrong at a tooth with probability ε, half of
the time by surfaces that were missed, else by what some other tooth of the pool shows. A code that says less
("filled") stands for all the states it may mean; a tooth that was not seen says nothing, and so does one that was lost
after death. Teeth of one mouth are alike: a latent class z of the whole mouth has its own frequencies of states and
goes on at its own pace. With

    M(pm | am) = Σ_z P(z | am) Π_t Σ_{s, s′} P(s | am_t, z) P(s′ | s, Δt, z) P(pm_t | s′)

the LR of a person with the chart am is

    LR = (1 − δ) · M(pm | am) / [(1 − λ) · mean of M(pm | chart) over the background + λ · M(pm | no chart)] + δ

H2 is someone with one of the background's charts, his own always among them, or (λ) someone of whom only the classes
are known. Without error and
time, M is 1 for an equal pattern and 0 for another: then, his own chart among N others, X of them equal, LR is
(N + 1)/(X + 1), the figure of OdontoSearch. No independence between teeth is claimed for that: patterns are counted
whole. δ: the chart is another's.

Assumptions: what the charts leave out they leave out regardless of what was there; rates of treatment are those of the
parameters and not estimated; third molars are left out unless asked for.

Sources: Adams 2003, J Forensic Sci 48:497–503 (whole patterns, as in OdontoSearch); Shiroma 2016,
doi:10.1111/1556-4029.12916 (charts of Korean War dead made twice: 20 of 39 differ).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue
from homeward.model.antemortem import MOUTH, DentalChart, surfaces_of

__all__ = [
    "CHART_ERROR", "CONDITIONS_ON", "NAME", "Antemortem", "Background", "Params", "Postmortem", "Rates", "compare",
    "progression", "states_of",
]

NAME = "dental"
CONDITIONS_ON = ("age",)
CHART_ERROR = 1.0 - 0.49 ** (1.0 / 28.0)  # so that half of the charts of 28 teeth differ from a second one
_LETTERS = "MODFL"
_CROWN, _LOST = 32, 33
_SIZE = 34
_CLASSES = 2
_ROUNDS = 40
_NOTHING = 1e-250  # what is below is 0: floors stand in for it within logarithms
_TOO_LONG = 60.0
_Array = NDArray[np.float64]
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rates:
    """How mouths go on, per year: a tooth is filled (or filled again), a filled one crowned, any tooth lost.

    Assumptions for young men of the 1940s, of the whole pool: classes go on in proportion to what they have already.
    """

    filled: float = 0.03
    crowned: float = 0.003
    lost: float = 0.008

    def __post_init__(self) -> None:
        for name in ("filled", "crowned", "lost"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidValue("dental rates", name, getattr(self, name), "must be from 0 to 1 a year")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons, each with his chart, None where there is none, and the years from it to his death.

    None for years not known: the background's mean stands for them, or where it has none that of these persons.
    """

    ids: tuple[str, ...]
    charts: tuple[DentalChart | None, ...]
    years: tuple[float | None, ...]

    def __post_init__(self) -> None:
        for person, years in zip(self.ids, self.years, strict=True):
            if years is not None and not 0.0 <= years <= _TOO_LONG:
                raise InvalidValue(person, "years", years, f"must be from 0 to {_TOO_LONG:g}")


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with their charts; None where no tooth was charted."""

    ids: tuple[str, ...]
    charts: tuple[DentalChart | None, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """The charts that someone else may have, and the classes of mouths behind them; ``Background.of`` makes it.

    A person's chart is known in it by its id; one that is not there is counted in when that person is compared.

    ``charts`` with ``counts`` and ``years``; ``teeth``: FDI numbers that are compared; ``weights``: of the classes,
    (Z,); ``states``: P(state | class, tooth), (Z, T, 34); ``usual``: of any tooth of the pool, (34,), which is what a
    wrong entry shows; ``mean_years``, None where none is known; ``am_error``: by which it was learnt.
    """

    charts: tuple[DentalChart, ...]
    counts: tuple[int, ...]
    years: tuple[float | None, ...]
    teeth: tuple[int, ...]
    weights: _Array
    states: _Array
    usual: _Array
    mean_years: float | None
    am_error: float

    @classmethod
    def of(cls, charts: Sequence[DentalChart], *, years: Sequence[float | None] | None = None,
           counts: Sequence[int] | None = None, am_error: float = CHART_ERROR,
           third_molars: bool = False) -> Background:
        """Learn the classes from charts, such as all of a roster, by EM with a weak prior towards all teeth alike.

        Args: ``years`` from each chart to death; ``counts``: of people with such a chart, by default 1 each;
        ``am_error``: ε of these charts.

        Raises InvalidValue for no chart at all, a count below 1, an error out of range.
        """
        counts = tuple(counts or (1,) * len(charts))
        years = tuple(years or (None,) * len(charts))
        if not charts or min(counts) < 1:
            raise InvalidValue("dental background", "counts", sum(counts), "must be of one chart at least, each from 1")
        if not 0.0 <= am_error < 0.5:
            raise InvalidValue("dental background", "am_error", am_error, "must be at least 0 and below 0.5")
        teeth = tuple(t for t in MOUTH if third_molars or t % 10 != 8)
        known = [y for y in years if y is not None]
        weights, states, usual = _learn(charts, np.array(counts, np.float64), teeth, am_error)
        return cls(tuple(charts), counts, years, teeth, weights, states, usual,
                   float(np.mean(known)) if known else None, am_error)


@dataclass(frozen=True, slots=True)
class Params:
    """``pm_error``: ε of the remains' charts; ``smooth``: λ; ``wrong_chart``: δ.

    Raises InvalidValue for what is no probability, or an ε of 0.5 and more.
    """

    background: Background
    rates: Rates = Rates()
    pm_error: float = CHART_ERROR
    smooth: float = 0.1
    wrong_chart: float = 1e-3

    def __post_init__(self) -> None:
        for name, most in (("pm_error", 0.5), ("smooth", 1.0), ("wrong_chart", 1.0)):
            if not 0.0 <= getattr(self, name) < most:
                raise InvalidValue("dental parameters", name, getattr(self, name),
                                   f"must be at least 0 and below {most:g}")


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared where either side has no tooth charted that the background
    compares. Excluded is only what cannot be at error rates of 0.
    """
    background = params.background
    charts = (*am.charts, *background.charts, None)
    # Whoever's years are not known must not be taken to have had none: his mouth went on as others' did.
    usual = background.mean_years
    if usual is None:
        usual = float(np.mean([y for y in am.years if y is not None] or [0.0]))
    years = [usual if y is None else y for y in (*am.years, *background.years, None)]
    work = _Work.of(pm.charts, params)
    rows, likelihood = work.likelihoods(charts, years)
    n_am = len(am.ids)
    n = sum(background.counts)
    usually = np.bincount(rows[n_am:-1], weights=background.counts, minlength=len(likelihood)) / n @ likelihood
    stranger = (1.0 - params.smooth) * usually + params.smooth * likelihood[rows[-1]]
    log10_lr = likelihood[rows[:n_am]]
    held = {c.id for c in background.charts}
    outside = np.array([c is not None and c.id not in held for c in am.charts], dtype=np.bool_)
    with_him = stranger + (1.0 - params.smooth) * (log10_lr[outside] - usually) / (n + 1.0)
    # Where nobody can show this, neither can he.
    log10_lr[outside] /= np.where(with_him > _NOTHING, with_him, 1.0)
    log10_lr[~outside] /= np.where(stranger > _NOTHING, stranger, 1.0)
    log10_lr *= 1.0 - params.wrong_chart
    log10_lr += params.wrong_chart
    with np.errstate(divide="ignore"):
        np.log10(log10_lr, out=log10_lr)
    status = np.full(log10_lr.shape, COMPARED, np.int8)
    status[np.isneginf(log10_lr)] = EXCLUDED
    for axis, charts_there in enumerate((am.charts, pm.charts)):
        unknown = (slice(None),) * axis + (~_charted(charts_there, background.teeth),)
        log10_lr[unknown], status[unknown] = 0.0, NOT_COMPARED
    return Support(NAME, am.ids, pm.ids, log10_lr, status)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the remains show.

    ``seen``: P(code | state) of their codes, (K, 34). ``at``: the codes that occur at each tooth, which are the rows
    of ``chosen``, one tooth after the other: 1 where the remains show it, (n_slots, n_pm). ``paces``: of the classes,
    to the pool's.
    """

    params: Params
    seen: _Array
    at: tuple[_Ints, ...]
    chosen: _Array
    paces: tuple[float, ...]

    @classmethod
    def of(cls, charts: Sequence[DentalChart | None], params: Params) -> _Work:
        """Lay out the remains."""
        background = params.background
        codes, table = _coded(charts, background.teeth)
        at = tuple(np.unique(column) for column in table.T)
        chosen = [column == codes_there[:, None] for column, codes_there in zip(table.T, at, strict=True)]
        restored = 1.0 - background.states[:, :, 0].mean(axis=1)
        paces = np.clip(restored / max(float(background.weights @ restored), 1e-9), 0.2, 5.0)
        return cls(params, _meant(codes) @ _charting(params.pm_error, background.usual).T, at,
                   np.concatenate(chosen).astype(np.float64), tuple(paces.tolist()))

    def likelihoods(self, charts: Sequence[DentalChart | None], years: Sequence[float]) -> tuple[_Ints, _Array]:
        """The row of each chart, and M(pm | chart), (n_rows, n_pm); None: of someone of whom no chart is known."""
        background = self.params.background
        codes, table = _coded(charts, background.teeth)
        keys = np.column_stack([np.round(np.array(years) * 4.0).astype(np.int64), table])  # time in quarters of a year
        few, rows = np.unique(keys, axis=0, return_inverse=True)
        charted = _meant(codes) @ _charting(background.am_error, background.usual).T
        found = np.zeros((len(few), self.chosen.shape[1]))
        for z, share in enumerate(self._classes(charted, few[:, 1:]).T):
            logs = np.empty((len(few), len(self.chosen)))
            for quarter in np.unique(few[:, 0]):
                mine = few[:, 0] == quarter
                each = [self._tooth(z, t, quarter / 4.0, charted)[few[mine, t + 1]] for t in range(table.shape[1])]
                logs[mine] = np.concatenate(each, axis=1)
            chance: _Array = np.matmul(logs, self.chosen)
            np.exp(chance, out=chance)
            chance *= share[:, None]
            found += chance
        if found.size and found.min() < _NOTHING:
            found[found < _NOTHING] = 0.0
        return rows.ravel(), found

    def _classes(self, charted: _Array, table: _Ints) -> _Array:
        """P(class | chart), (n, Z)."""
        background = self.params.background
        logs = np.tile(np.log(background.weights), (len(table), 1))
        for t, column in enumerate(table.T):
            logs += np.log(np.maximum(charted @ background.states[:, t].T, 1e-300))[column]
        share = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(share / share.sum(axis=1, keepdims=True))

    def _tooth(self, z: int, t: int, years: float, charted: _Array) -> _Array:
        """Log P(pm code | am code, class) of one tooth: am codes as rows, the pm codes that occur there as columns."""
        states, rates, pace = self.params.background.states[z, t], self.params.rates, self.paces[z]
        before = charted * states
        total = before.sum(axis=1, keepdims=True)
        # A chart that cannot be, at an error rate of 0, tells nothing of its tooth.
        before = np.where(total > 0.0, before / np.where(total > 0.0, total, 1.0), states)
        own = Rates(*(min(r * pace, 1.0) for r in (rates.filled, rates.crowned, rates.lost)))
        return np.asarray(np.log(np.maximum(before @ progression(states, years, own) @ self.seen[self.at[t]].T,
                                            1e-300)))


def progression(states: _Array, years: float, rates: Rates) -> _Array:
    """P(s′ | s, Δt), (34, 34), rows by s: what is filled, crowned or lost stays so.

    Args: ``states``: frequencies of the states at this tooth, by which the surfaces of a new filling are drawn.
    """
    filled, crowned, lost = (-math.expm1(-r * years) for r in (rates.filled, rates.crowned, rates.lost))
    surfaces = np.arange(32)
    # A little of every filling, so that none is impossible.
    new = states[1:32] + 1e-6
    after = np.zeros((_SIZE, _SIZE))
    after[:32, :32] = np.tensordot(filled * new / new.sum(), _JOINED, axes=1)
    after[surfaces, surfaces] += 1.0 - filled
    # A sound tooth is hardly ever crowned at once.
    to_crown = np.where(surfaces > 0, crowned, 0.1 * crowned)
    after[:32] *= (1.0 - to_crown)[:, None]
    after[surfaces, _CROWN] = to_crown
    after[_CROWN, _CROWN] = 1.0
    after[:_LOST] *= 1.0 - lost
    after[:_LOST, _LOST] = lost
    after[_LOST, _LOST] = 1.0
    return after


_JOINED = np.zeros((31, 32, 32))  # of a new filling, from the surfaces before to those after
for _added in range(1, 32):
    _JOINED[_added - 1, np.arange(32), np.arange(32) | _added] = 1.0


def states_of(code: str) -> NDArray[np.bool_]:
    """The states that a code may mean, (34,): filled surfaces by the bits of M, O, D, F, L, then crown, then lost."""
    meant = np.zeros(_SIZE, np.bool_)
    surfaces = surfaces_of(code)
    if surfaces is not None:
        meant[sum(1 << _LETTERS.index(letter) for letter in surfaces)] = True
    else:
        meant[_WHERE[code]] = True
    return meant


_WHERE: Mapping[str, slice] = {"V": slice(0, 1), "R": slice(1, 33), "C": slice(32, 33), "X": slice(33, 34),
                               "T": slice(0, 33), "?": slice(0, 34)}


def _meant(codes: Sequence[str]) -> _Array:
    return np.array([states_of(c) for c in codes], dtype=np.float64)


def _charting(error: float, usual: _Array) -> _Array:
    """P(charted state | state), (34, 34): wrong with probability ε, half of these by surfaces that were missed.

    The other half, and all where no surface can be missed, is the entry of some other tooth.
    """
    wrong = np.tile(usual, (_SIZE, 1))
    surfaces = np.arange(32)
    for s in surfaces[1:]:
        missed = surfaces[((surfaces & s) == surfaces) & (surfaces != s)]
        wrong[s] *= 0.5
        wrong[s, missed] += 0.5 / len(missed)
    wrong[_CROWN] *= 0.5
    wrong[_CROWN, 1:32] += 0.5 / 31.0  # a prepared tooth, or a crown, called a filling
    return np.asarray((1.0 - error) * np.eye(_SIZE) + error * wrong)


def _charted(charts: Sequence[DentalChart | None], teeth: Sequence[int]) -> NDArray[np.bool_]:
    """Of which charts some tooth is known."""
    return np.array([c is not None and any(c.teeth.get(t, "?") != "?" for t in teeth) for c in charts], dtype=np.bool_)


def _coded(charts: Sequence[DentalChart | None], teeth: Sequence[int]) -> tuple[tuple[str, ...], _Ints]:
    """The codes that occur, "?" first, and the number of each chart's code at each tooth, (n, T)."""
    number, met = {"?": 0}, {"?": 0}  # BO and OF are one code
    table = np.zeros((len(charts), len(teeth)), np.int64)
    place = {tooth: t for t, tooth in enumerate(teeth)}
    for i, chart in enumerate(charts):
        for tooth, code in chart.teeth.items() if chart is not None else ():
            if code not in met:
                surfaces = surfaces_of(code)
                same = code if surfaces is None else "".join(x for x in _LETTERS if x in surfaces)
                met[code] = number.setdefault(same, len(number))
            if tooth in place:
                table[i, place[tooth]] = met[code]
    return tuple(number), table


def _learn(charts: Sequence[DentalChart], counts: _Array, teeth: tuple[int, ...], error: float,
           ) -> tuple[_Array, _Array, _Array]:
    """Weights of the classes, P(state | class, tooth) and P(state) of any tooth.

    By EM from a start that parts the mouths by their repairs.
    """
    codes, table = _coded(charts, teeth)
    few, which = np.unique(table, axis=0, return_inverse=True)
    n = np.bincount(which.ravel(), weights=counts)
    sound = np.array([c == "V" for c in codes])[few].sum(axis=1) / np.maximum((few > 0).sum(axis=1), 1)
    much = sound < np.median(np.repeat(sound, np.maximum(n.astype(np.int64), 1))) if len(few) > 1 else sound < 0.5
    share = np.where(much[:, None], (0.2, 0.8), (0.8, 0.2))
    overall = np.bincount(few.ravel(), weights=np.repeat(n, few.shape[1]), minlength=len(codes))
    overall[0] = 0.0
    meant = _meant(codes)
    usual = overall @ (meant / meant.sum(axis=1, keepdims=True)) + 1.0 / _SIZE
    usual /= usual.sum()
    likelihood = meant @ _charting(error, usual).T
    weights, states = np.full(_CLASSES, 1.0 / _CLASSES), np.tile(usual, (_CLASSES, len(teeth), 1))
    for _ in range(_ROUNDS):
        weights = (n @ share + 1.0) / (n.sum() + _CLASSES)
        logs = np.tile(np.log(weights), (len(few), 1))
        for z in range(_CLASSES):
            for t in range(len(teeth)):
                seen = np.bincount(few[:, t], weights=n * share[:, z], minlength=len(codes))
                seen[0] = 0.0
                chance = np.maximum(likelihood @ states[z, t], 1e-300)
                mine = (seen / chance) @ likelihood * states[z, t] + 2.0 * usual
                states[z, t] = mine / mine.sum()
                logs[:, z] += np.log(np.maximum(likelihood @ states[z, t], 1e-300))[few[:, t]]
        share = np.exp(logs - logs.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
    return weights, states, usual
