"""The next best test: which elements to sample for DNA, and of which listed persons to ask for a reference.

What a test is worth is what its outcome is expected to add to the log probability of the truth: the mutual information
of outcome and unknown (Lindley 1956, doi:10.1214/aoms/1177728069), counted in draws of the joint posterior. The unknown
is each element's name, and of each open pair whether it is one person (pairs over the mean number of elements of a
person, so that an element counts about once). A usable profile is taken to show whose it is where his family gave STR
references, and whether it is of one person with an element that has a profile; of a person without references it says
no more.
Of a batch, each item counts by its best test that succeeds: a bound from below of what they tell together, in which
samples of one person's elements add little to each other, and greedy choice is within 1 − 1/e of the best batch
(Nemhauser, Wolsey & Fisher 1978, doi:10.1007/BF01588971).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping._information import Roster, Views, expected_best, of_names, of_pairs
from homeward.decide.grouping.assemblage import Assemblage
from homeward.decide.grouping.joint_draws import JointDraws
from homeward.kinship import Relatives
from homeward.kinship.likelihood import Typed
from homeward.kinship.power import Relationship, best_relatives
from homeward.model import Family, FrequencyTable, InvalidValue, Member, Sex

__all__ = ["Laboratory", "ReferenceTest", "SampleTest", "best_references", "best_samples", "roster_of", "telling"]

_OPEN = 0.01  # a pair nearer to certain than this is settled
_MOST_PAIRS = 20_000
_NOBODY = -1
_LOG10 = math.log(10.0)

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Probability that a sample gives a usable profile: ``usable`` by bone, ``otherwise`` of other bones."""

    usable: Mapping[str, float] = field(default_factory=dict)
    otherwise: float = 0.5

    def __post_init__(self) -> None:
        for bone, p in {**self.usable, "other bones": self.otherwise}.items():
            if not 0.0 <= p <= 1.0:
                raise InvalidValue("laboratory", bone, p, "must be from 0 to 1")

    def chance(self, bone: str) -> float:
        """Of one bone."""
        return self.usable.get(bone, self.otherwise)


@dataclass(frozen=True, slots=True)
class SampleTest:
    """A sample of one element. Gains are expected log10 probability of the truth, failures of the sample counted in.

    ``gain``: beside those ranked before it; ``alone``: by itself, of which ``names`` in names and the rest in pairs;
    ``error``: its Monte-Carlo standard error. ``chance``: of a usable profile. ``nameless``: probability that his
    person has no STR reference or is not listed, so that DNA of the element alone names nobody.
    """

    element: str
    gain: float
    alone: float
    names: float
    error: float
    chance: float
    nameless: float
    reason: str


@dataclass(frozen=True, slots=True)
class ReferenceTest:
    """A reference of a relative of one listed person who has none. ``gain``, ``error``: as of ``SampleTest``.

    ``his``: expected number of profiled people here that are he; ``relationship``: of those asked about, the one that
    tells most often, with the ``chance`` that it passes the threshold if the remains are his.
    """

    person: str
    relationship: str
    chance: float
    gain: float
    error: float
    his: float
    reason: str


def roster_of(assemblage: Assemblage) -> Roster:
    """The roster in its arrays' order; a family without any typed relative is no reference."""
    persons, incidents = assemblage.persons(), assemblage.incidents()
    number = {incident: k for k, incident in enumerate(incidents)}
    return Roster(np.array([number[p.incident] for p in persons], dtype=np.int64),
                  np.array([_has_reference(assemblage.relatives.get(p.id)) for p in persons], dtype=np.bool_),
                  len(incidents))


def best_samples(assemblage: Assemblage, draws: JointDraws, laboratory: Laboratory, *,
                 most: int = 10) -> tuple[SampleTest, ...]:
    """The elements without a profile that are best sampled next, each beside those before it.

    Args: ``assemblage``, and ``draws`` of its posterior; ``laboratory``; ``most``: samples in the batch.

    Returns at most so many, by falling gain. Raises InvalidValue where the draws are not of the assemblage.
    """
    elements = assemblage.inventory.elements
    _check(assemblage, draws)
    roster, has = roster_of(assemblage), _profiled(assemblage)
    asked = np.array([e for e in range(len(elements)) if not has[e]], dtype=np.int64)
    chance = np.array([laboratory.chance(elements[e].bone) for e in asked.tolist()])
    outcomes = _outcomes(draws, roster, has)
    pairs, size = _open_pairs(draws)
    views = Views.of(draws.group, draws.label, roster)
    gains = _gains(views, outcomes, asked, pairs, size)
    parts = [chance * _gains(Views.of(draws.group[rows], draws.label[rows], roster), outcomes[rows], asked, pairs,
                             size).sum(axis=1) for rows in _chains(draws)]
    error = np.std(parts, axis=0, ddof=1) / math.sqrt(len(parts)) if len(parts) > 1 else np.full(len(asked), np.nan)
    nameless = _nameless(views, draws, roster)
    made = []
    for k, gain in _greedy(gains, chance, most):
        e = int(asked[k])
        alone, names = chance[k] * gains[k].sum() / _LOG10, chance[k] * gains[k, :len(elements)].sum() / _LOG10
        made.append(SampleTest(elements[e].id, gain / _LOG10, float(alone), float(names), float(error[k]) / _LOG10,
                               float(chance[k]), float(nameless[e]),
                               _why(assemblage, draws, e, (gain / _LOG10, float(alone), float(nameless[e])))))
    return tuple(made)


def best_references(assemblage: Assemblage, draws: JointDraws, tells: Mapping[str, float], *,
                    most: int = 10) -> tuple[ReferenceTest, ...]:
    """The listed persons without STR references of whose family a reference would add most, for the profiles there are.

    Args: ``assemblage``, and ``draws`` of its posterior; ``tells``: by relationship the probability that a reference
    tells, as ``telling`` gives it; ``most``: how many to return.

    Returns them by falling gain in names, each by itself; those who may be nobody here are left out. Persons of one
    incident of whom nothing else is known share their gain. Tried on synthetic cases this order did no better than
    chance (docs/next-test.md). Raises InvalidValue without a relationship, or for draws of something else.
    """
    _check(assemblage, draws)
    if not tells or not all(0.0 <= p <= 1.0 for p in tells.values()):
        raise InvalidValue("references", "tells", dict(tells), "must give a probability for one relationship at least")
    roster, has = roster_of(assemblage), np.flatnonzero(_profiled(assemblage))
    views = Views.of(draws.group, draws.label, roster)
    parts = [(Views.of(draws.group[rows], draws.label[rows], roster), rows) for rows in _chains(draws)]
    relationship = max(tells, key=lambda r: tells[r])
    chance, persons, made = tells[relationship], assemblage.persons(), []
    for members in _alike(assemblage, roster):
        outcomes = [_first_profiled(draws, has, m) for m in members]
        his = float(np.mean([(o != _NOBODY).mean() for o in outcomes]))
        if his == 0.0:
            continue
        gain = float(np.mean([of_names(views, o, None).sum() for o in outcomes])) * chance / _LOG10
        by_chain = [np.mean([of_names(v, o[rows], None).sum() for o in outcomes]) for v, rows in parts]
        error = float(np.std(by_chain, ddof=1) / math.sqrt(len(parts))) * chance / _LOG10 if len(parts) > 1 else np.nan
        for m in members:
            made.append(ReferenceTest(
                persons[m].id, relationship, chance, gain, error, his,
                f"of {persons[m].id} there is no reference, and with {his:.3f} he is one of the profiled people here; "
                f"a {relationship}'s reference tells with {chance:.2f} if so"))
    return tuple(sorted(made, key=lambda t: (-t.gain, t.person))[:most])


def telling(table: FrequencyTable, relationships: Sequence[Relationship], *, rng: np.random.Generator,
            log10_threshold: float = 4.0) -> dict[str, float]:
    """By relationship, the probability that one relative's reference alone gives the right remains a log10 LR above
    the threshold: the figures of ``homeward.kinship.power`` for a family of whom nobody is typed yet."""
    nobody = Relatives(Typed(Family("reference", (Member("he", None, None, Sex.MALE, "he"),)), {}), "he")
    found = best_relatives(nobody, table, candidates=list(relationships), rng=rng, log10_threshold=log10_threshold)
    return {g.relative: g.after.above.value for g in found}


def _has_reference(relatives: Relatives | None) -> bool:
    return relatives is not None and any(map(len, relatives.typed.profiles.values()))


def _check(assemblage: Assemblage, draws: JointDraws) -> None:
    n = len(assemblage.inventory.elements)
    if draws.group.shape[1] != n:
        raise InvalidValue("draws", "elements", draws.group.shape[1], f"must be the {n} of the assemblage")
    highest = int(draws.label.max())
    if highest >= len(assemblage.roster) or int(draws.label.min()) < -1 - len(assemblage.incidents()):
        raise InvalidValue("draws", "label", highest, f"must be of the {len(assemblage.roster)} listed persons")


def _profiled(assemblage: Assemblage) -> NDArray[np.bool_]:
    return np.array([any(map(len, assemblage.profiles.get(e.id, ()))) for e in assemblage.inventory], dtype=np.bool_)


def _chains(draws: JointDraws) -> list[slice]:
    n = len(draws.group) // draws.chains
    return [slice(k * n, (k + 1) * n) for k in range(draws.chains)]


def _outcomes(draws: JointDraws, roster: Roster, has: NDArray[np.bool_]) -> _Index:
    """(D, E): what a profile of each element would show: a referenced person, a profiled element's person, or nobody.

    Persons from 0 up, nobody −1, the person of profiled element k as −2 − k.
    """
    beside = np.full(draws.group.shape, _NOBODY)
    for k in np.flatnonzero(has)[::-1].tolist():
        beside[draws.group == draws.group[:, k:k + 1]] = -2 - k
    if not len(roster.incident):
        return beside
    named = (draws.label >= 0) & roster.referenced[np.maximum(draws.label, 0)]
    return np.asarray(np.where(named, draws.label, beside))


def _open_pairs(draws: JointDraws) -> tuple[_Index, float]:
    """(P, 2) pairs of elements that are neither surely one person nor surely two; the mean elements of a person."""
    n = draws.group.shape[1]
    together = np.array([(draws.group[:, e:e + 1] == draws.group).mean(axis=0) for e in range(n)])
    pairs = np.argwhere(np.triu((together > _OPEN) & (together < 1.0 - _OPEN), 1))
    doubt = np.abs(together[pairs[:, 0], pairs[:, 1]] - 0.5)
    persons = np.mean([len(np.unique(row)) for row in draws.group])
    return pairs[np.argsort(doubt, kind="stable")[:_MOST_PAIRS]], float(n / persons)


def _gains(views: Views, outcomes: _Index, asked: _Index, pairs: _Index, size: float) -> _Array:
    """(C, E + P): what a profile of each element asked about says of every name and of every open pair."""
    together = (views.group[:, pairs[:, 0]] == views.group[:, pairs[:, 1]]).astype(np.float32)
    found = np.zeros((len(asked), views.group.shape[1] + len(pairs)))
    for k, e in enumerate(asked.tolist()):
        found[k] = np.concatenate([of_names(views, outcomes[:, e], e), of_pairs(outcomes[:, e], together) / size])
    return found


def _greedy(gains: _Array, chance: _Array, most: int) -> list[tuple[int, float]]:
    """The best test beside those taken, one after the other. What a test adds only falls, so old bounds serve."""
    taken: list[int] = []
    made, value, bound = [], 0.0, chance * gains.sum(axis=1)
    while len(taken) < min(most, len(chance)):
        fresh: set[int] = set()
        while (k := int(np.argmax(bound))) not in fresh:
            bound[k] = expected_best(gains[[*taken, k]], chance[[*taken, k]]) - value
            fresh.add(k)
        made.append((k, max(float(bound[k]), 0.0)))
        value += float(bound[k])
        bound[k] = -math.inf
        taken.append(k)
    return made


def _nameless(views: Views, draws: JointDraws, roster: Roster) -> _Array:
    """(E,) probability that the element's person has no STR reference, or is not listed."""
    unreferenced = 1.0 - views.free_referenced / np.maximum(views.free, 1.0)
    own = views.incident_of(views.name)
    told = np.append(roster.referenced, False)[np.maximum(draws.label, -1)]
    return np.asarray(np.where(own >= 0, np.append(unreferenced, 0.0)[own], ~told).mean(axis=0))


def _why(assemblage: Assemblage, draws: JointDraws, e: int, figures: tuple[float, float, float]) -> str:
    gain, alone, nameless = figures
    element = assemblage.inventory.elements[e]
    with_it = (draws.group == draws.group[:, e:e + 1]).sum(axis=1).mean() - 1.0
    names, counts = np.unique(draws.label[:, e], return_counts=True)
    best, p = int(names[counts.argmax()]), counts.max() / len(draws.label)
    who = (assemblage.persons()[best].id if best >= 0 else "someone not on the roster" if best == -1 else
           f"someone of {assemblage.incidents()[-2 - best] or 'an incident not recorded'}, nothing tells who")
    said = f"{element.bone}: on average {with_it:.1f} other elements are his; most probably {who} ({p:.2f})"
    if nameless >= 0.5:
        said += f"; with {nameless:.2f} he has no reference or is not listed: DNA then names nobody without a reference"
    if gain < 0.5 * alone:
        said += "; samples ranked before it tell much of the same"
    return said


def _alike(assemblage: Assemblage, roster: Roster) -> list[list[int]]:
    """The persons without STR references, those of one incident of whom nothing else is known together."""
    compared = {p for line in assemblage.lines for p in line.am_ids} | set(assemblage.maternal)
    found: dict[tuple[int, str], list[int]] = {}
    for m, person in enumerate(assemblage.persons()):
        if not roster.referenced[m]:
            own = person.id if person.id in compared else ""
            found.setdefault((int(roster.incident[m]), own), []).append(m)
    return list(found.values())


def _first_profiled(draws: JointDraws, has: _Index, person: int) -> _Index:
    """(D,) the first profiled element that is the person's, −1 where none is."""
    his = draws.label[:, has] == person
    return np.where(his.any(axis=1), his.argmax(axis=1) if len(has) else _NOBODY, _NOBODY)
