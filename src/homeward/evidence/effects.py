"""Effects: an identity tag, an engraved ring, a marked garment found with remains, against who they may have been of.

Model: an effect lies with its owner's remains but for a rate of displacement d (it fell elsewhere, was carried for a
comrade, was put into the box later); then its owner is anybody of the pool, who may also be the person by chance. What
is read on it, x, depends on its owner alone: w_k = P(x | owner k), with a misreading of each sign at a rate ε, "?" for
a sign that cannot be read, and a reading that is wrong altogether at a rate η. With w̄ the mean of w over the pool,

    LR = Π over readings [(1 − d) · w_i / w̄ + d].

So a tag that can be fully read is worth about N for its man, N being the pool, and d for everybody else: never an
exclusion, and never a name by itself. Two tags of one man, or a tag and a letter with his name, say what the clearer
one says: what was displaced together was not displaced twice. Readings of different men are weighed each by itself.

Assumptions: the pool's effects are as likely to be displaced to these remains as to others; a place of many dead, and a
turnover by those who collected tags apart from bones, ask for a higher d. The rates of displacement are assumptions:
no published figure is known.

Source: the mixture of a true source and a background is that of transfer evidence (Evett 1984, Applied Statistics
33:25–32).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue

__all__ = ["CONDITIONS_ON", "DISPLACED", "NAME", "Antemortem", "Effect", "Params", "Postmortem", "compare"]

NAME = "effects"
CONDITIONS_ON: tuple[str, ...] = ()
DISPLACED: Mapping[str, float] = {"tag": 0.05, "engraved": 0.1, "clothing": 0.15, "document": 0.2, "other": 0.3}
_SIGNS = {"number": 10, "name": 26}  # that one sign may be mistaken for, and chance may hit
_CHUNK = 256  # effects at once
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: what kind it is, and what is read on it, "?" for each sign that cannot be read.

    ``number``: a service number; ``name``: the owner's, family name first. Raises InvalidValue for a kind that is none
    of DISPLACED, and for an effect on which nothing is read.
    """

    kind: str
    number: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in DISPLACED:
            raise InvalidValue("effect", "kind", self.kind, f"must be one of {', '.join(DISPLACED)}")
        if not any(_signs(text).strip("?") for text in (self.number, self.name)):
            raise InvalidValue("effect", "number", self.number, "must be read in part at least, or the name must")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons with their service numbers and names; None, or "", where not recorded."""

    ids: tuple[str, ...]
    numbers: tuple[str | None, ...]
    names: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with the effects found with each; () where none was."""

    ids: tuple[str, ...]
    effects: tuple[tuple[Effect, ...], ...]


@dataclass(frozen=True, slots=True)
class Params:
    """``pool``: N, people whose effects may lie there, those of the roster among them; None: the roster.

    ``displaced``: d by kind; ``misread``: ε, of a sign; ``wrong_reading``: η. Raises InvalidValue for what is no
    probability below 1, a kind that is none, and a pool below 2.
    """

    pool: int | None = None
    displaced: Mapping[str, float] = field(default_factory=lambda: dict(DISPLACED))
    misread: float = 0.01
    wrong_reading: float = 1e-4

    def __post_init__(self) -> None:
        if self.pool is not None and self.pool < 2:
            raise InvalidValue("effects parameters", "pool", self.pool, "must be at least 2")
        if set(self.displaced) != set(DISPLACED):
            raise InvalidValue("effects parameters", "displaced", sorted(self.displaced),
                               f"must be of {', '.join(DISPLACED)}")
        for name, value in (*self.displaced.items(), ("misread", self.misread), ("wrong_reading", self.wrong_reading)):
            if not 0.0 <= value < 1.0:
                raise InvalidValue("effects parameters", name, value, "must be at least 0 and below 1")


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, which must be the whole roster: w̄ is taken over them; ``pm`` columns.

    Returns the tile's support; a pair is not compared where no effect was found, or where nothing is recorded of the
    person that could be read on it. Excluded is only what cannot be with rates of 0. Raises InvalidValue for a pool
    smaller than the roster.
    """
    n = len(am.ids)
    pool = n if params.pool is None else params.pool
    if pool < n:
        raise InvalidValue("effects parameters", "pool", pool, f"must be at least the {n} persons listed")
    texts = {"number": _Texts.of(am.numbers), "name": _Texts.of(am.names)}
    found = [(j, effect, d) for j, effects in enumerate(pm.effects) for effect, d in _apart(effects, params).items()]
    # By remains first: what is added to is one row of memory.
    log10_lr, compared = np.zeros((len(pm.ids), n)), np.zeros((len(pm.ids), n), np.bool_)
    for start in range(0, len(found), _CHUNK):
        columns, effects, displaced = zip(*found[start:start + _CHUNK], strict=True)
        owner, recorded, unlisted = _weights(effects, texts, params)
        mean = (owner.sum(axis=1) + (pool - n) * unlisted) / pool
        d = np.array(displaced)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.log10(np.where(mean[:, None] > 0.0, (1.0 - d) * owner / mean[:, None] + d, 1.0))
        for row, j in enumerate(columns):
            log10_lr[j] += np.where(recorded[row], each[row], 0.0)
            compared[j] |= recorded[row]
    status = np.where(compared, np.where(np.isneginf(log10_lr), EXCLUDED, COMPARED), NOT_COMPARED).astype(np.int8)
    return Support(NAME, am.ids, pm.ids, log10_lr.T, status.T)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The numbers, or the names, of the roster: of each length the rows, and their signs, one hot, (length·S, n_rows).

    ``signs``: place of each of the S signs that occur.
    """

    by_length: Mapping[int, tuple[NDArray[np.int64], NDArray[np.float32]]]
    signs: Mapping[str, int]
    recorded: NDArray[np.bool_]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> _Texts:
        plain = [_signs(t) for t in texts]
        signs = {s: k for k, s in enumerate(sorted(set("".join(plain))))}
        found = {}
        for length in {len(s) for s in plain} - {0}:
            rows = [i for i, s in enumerate(plain) if len(s) == length]
            found[length] = (np.array(rows, np.int64), _one_hot([plain[i] for i in rows], signs).T)
        return cls(found, signs, np.array([bool(s) for s in plain], dtype=np.bool_))


def _one_hot(texts: Sequence[str], signs: Mapping[str, int]) -> NDArray[np.float32]:
    """Texts of one length as 1 where a sign stands, (n, length·S); a sign that nobody has, or "?", is nowhere."""
    hot = np.zeros((len(texts), len(texts[0]) * len(signs)), np.float32)
    for row, text in enumerate(texts):
        for k, sign in enumerate(text):
            if sign in signs and sign != "?":
                hot[row, k * len(signs) + signs[sign]] = 1.0
    return hot


def _apart(effects: Sequence[Effect], params: Params) -> dict[Effect, float]:
    """The different readings, each with the lowest displacement of the effects that bear it."""
    best: dict[tuple[str, str], tuple[float, Effect]] = {}
    for effect in effects:
        key, rate = (_signs(effect.number), _signs(effect.name)), params.displaced[effect.kind]
        for other in [k for k in best if _fits(k, key)]:
            before, clearer = best.pop(other)
            rate = min(rate, before)
            # What both have in common is said once, by the one that says more.
            key, effect = max((key, effect), (other, clearer), key=lambda of: _legible(of[0]))
        best[key] = (rate, effect)
    return {effect: rate for rate, effect in best.values()}


def _legible(reading: tuple[str, str]) -> int:
    return sum(len(text.replace("?", "")) for text in reading)


def _fits(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two readings may be of one owner, and have something in common."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    return bool(both) and all(len(a) == len(b) and all(x == y or "?" in (x, y) for x, y in zip(a, b, strict=True))
                              for a, b in both)


def _weights(effects: Sequence[Effect], texts: Mapping[str, _Texts], params: Params,
             ) -> tuple[_Array, NDArray[np.bool_], _Array]:
    """w of each listed person, and of whom anything is recorded, (n_effects, n); w of somebody who is not listed."""
    shape = (len(effects), len(texts["name"].recorded))
    owner, recorded, unlisted = np.ones(shape), np.zeros(shape, np.bool_), np.ones(len(effects))
    for kind, known in texts.items():
        read = [_signs(getattr(e, kind)) for e in effects]
        rows = np.array([k for k, text in enumerate(read) if text.strip("?")], dtype=np.int64)
        if not len(rows):
            continue
        each, by_chance = _of_kind([read[k] for k in rows], known, _SIGNS[kind], params)
        # Names are as common outside the roster as on it; of numbers, chance alone hits one.
        usual = each[:, known.recorded].mean(axis=1) if kind == "name" and known.recorded.any() else by_chance
        owner[rows] *= np.where(known.recorded, each, usual[:, None])
        unlisted[rows] *= usual
        recorded[rows] |= known.recorded
    return owner, recorded, unlisted


def _of_kind(read: Sequence[str], known: _Texts, signs: int, params: Params) -> tuple[_Array, _Array]:
    """w of each reading for each person, (n, n_am), and by mere chance, (n,)."""
    legible = np.array([len(text.replace("?", "")) for text in read])
    by_chance = float(signs) ** -legible
    each = np.tile(params.wrong_reading * by_chance[:, None], (1, len(known.recorded)))
    most = int(legible.max())
    wrong, right = np.meshgrid(np.arange(most + 1), np.arange(most + 1))
    chance = (1.0 - params.wrong_reading) * (1.0 - params.misread) ** right * (params.misread / (signs - 1)) ** wrong
    for length, (persons, hot) in known.by_length.items():
        rows = np.array([k for k, text in enumerate(read) if len(text) == length], dtype=np.int64)
        if len(rows):
            agree = np.rint(_one_hot([read[k] for k in rows], known.signs) @ hot).astype(np.int64)
            each[np.ix_(rows, persons)] += chance[agree, legible[rows][:, None] - agree]
    return each, by_chance


def _signs(text: str | None) -> str:
    """The letters and digits of a text, upper case, accents taken off; "?" stays."""
    plain = unicodedata.normalize("NFKD", text or "").upper()
    return re.sub(r"[^\w?]|_", "", "".join(c for c in plain if not unicodedata.combining(c)))
