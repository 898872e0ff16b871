"""What the report says of all pairings weighed together: priors, best assignments, pairings, ties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.blocks import COMPARED
from homeward.decide.joint import How, JointIdentification, JointPart, PriorResult, RankedAssignment
from homeward.decide.result import Identification
from homeward.report.index import CaseIndex
from homeward.report.numbers import count_text, error_text, log10_lr_text, percent_text, posterior_text

__all__ = ["JointView", "Together", "error_of", "exactness", "glr_text", "together_of"]

_MOST_ASSIGNMENTS = 10
_MOST_PAIRINGS = 300
_MOST_NAMED = 100
_WORTH, _LIKELY = 0.05, 0.5  # posterior under the stated prior, and under any, from which a pairing is listed
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Named:
    """A person, or remains: id and name, "" where there is none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PriorRow:
    """One prior: what it assumes, and how its posteriors were got, part by part."""

    name: str
    share: str
    expected: str
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One set of remains that an assignment gives to another person than the best does; "" for nobody listed."""

    remains: str
    best: Named | None
    here: Named | None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One of the best assignments; ``pairs`` of the first, ``changes`` from it of the others."""

    rank: int
    posterior: str
    behind: str
    ties: bool
    n_pairs: int
    pairs: tuple[tuple[str, Named], ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PairingRow:
    """One pairing: LR, GLR, and its posterior under each prior, with how far it is exact where that differs by row."""

    remains: str
    others: tuple[str, ...]
    person: Named
    log10_lr: str
    log10_glr: str
    posteriors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """Persons whom no assignment tells apart, and the remains that are most probably theirs as a set."""

    persons: tuple[Named, ...]
    remains: tuple[str, ...]
    posterior: str


@dataclass(frozen=True, slots=True)
class FirstList:
    """What the pairwise LRs say before anything is weighed: a heading, a sentence, those it is said of."""

    heading: str
    meaning: str
    pairs: tuple[tuple[Named, str], ...]
    left: int


@dataclass(frozen=True, slots=True)
class Together:
    """The whole section; ``columns``: each prior, and how far all its pairings are exact, "" where that differs."""

    columns: tuple[tuple[str, str], ...]
    priors: tuple[PriorRow, ...]
    counted: str
    assignments: tuple[AssignmentRow, ...]
    tied: str
    pairings: tuple[PairingRow, ...]
    pairings_left: int
    alike: tuple[AlikeRow, ...]
    first: tuple[FirstList, ...]


class JointView:
    """Posteriors of an identification by ids, and how far they are exact: each remains taken by itself are."""

    def __init__(self, identification: Identification) -> None:
        self.joint = identification.joint
        self._same = {other: group[0] for group in identification.parts_of for other in group}
        joint = self.joint
        self._row = {} if joint is None else {p: i for i, p in enumerate(joint.persons)}
        self._column = {} if joint is None else {r: j for j, r in enumerate(joint.remains)}
        parts = [r.parts for r in joint.results] if joint else []
        self._of_person = [{p: part for part in some for p in part.persons} for some in parts]
        self._of_remains = [{r: part for part in some for r in part.remains} for some in parts]

    def of_remains(self, remains: str, prior: int = 0) -> JointPart | None:
        """The part in which some remains' posteriors were computed under a prior; None where nothing competes."""
        return self._of_remains[prior].get(self._same.get(remains, remains)) if self._of_remains else None

    def of_person(self, person: str) -> JointPart | None:
        """The same for a person, under the stated prior."""
        return self._of_person[0].get(person) if self._of_person else None

    def under_priors(self, person: str, remains: str) -> tuple[tuple[str, str, str], ...]:
        """For each prior: its name, the pairing's posterior, and how far that is exact."""
        rows = []
        for k, result in enumerate(self.joint.results if self.joint else ()):
            at = self._row[person], self._column[self._same.get(remains, remains)]
            part = self.of_remains(remains, k)
            rows.append((result.kind.value, posterior_text(float(result.posterior[at]), error=error_of(part)),
                         exactness(part)))
        return tuple(rows)


def error_of(part: JointPart | None) -> float:
    """The error of a part's posteriors, 0 where they are exact."""
    return 0.0 if part is None else part.error


def exactness(part: JointPart | None) -> str:
    """How far a part's posteriors are exact: "exact", "exact to within 10⁻⁹", "belief propagation, ± 2×10⁻⁵"."""
    if part is None or part.how is How.EXACT:
        return "exact"
    if part.how is How.BOUNDED:
        return f"exact to within {error_text(part.error).lstrip('±').strip()}"
    return f"{'belief propagation' if 'belief propagation' in part.by else 'approximate'}, {error_text(part.error)}"


def together_of(identification: Identification, index: CaseIndex, view: JointView) -> Together | None:
    """The section on pairings weighed together; None where they were not."""
    joint = identification.joint
    if joint is None:
        return None
    pairings, left = _pairings(identification, joint, index, view)
    alike = [{row.posteriors[k][1] for row in pairings} for k in range(len(joint.results))]
    common = [how.pop() if len(how) == 1 else "" for how in alike]
    pairings = tuple(replace(row, posteriors=tuple((value, "" if common[k] else how)
                                                   for k, (value, how) in enumerate(row.posteriors)))
                     for row in pairings)
    return Together(
        columns=tuple((r.kind.value, how) for r, how in zip(joint.results, common, strict=True)),
        priors=tuple(_prior(r) for r in joint.results),
        counted=_counted(joint), assignments=_assignments(joint, index), tied=_tied(joint), pairings=pairings,
        pairings_left=left,
        alike=tuple(AlikeRow(tuple(Named(p, index.name(p)) for p in s.persons), s.remains,
                             posterior_text(s.posterior, error=max(error_of(view.of_person(p)) for p in s.persons)))
                    for s in joint.symmetries if s.remains),
        first=_first(joint, index))


def _prior(result: PriorResult) -> PriorRow:
    share = _NOTHING if result.share is None else percent_text(float(f"{result.share:.4g}"))
    expected = _NOTHING if result.expected_pairs is None else f"{result.expected_pairs:.3g}"
    exact = [p for p in result.parts if p.error == 0.0]
    how = [_exactly(exact)] if exact else []
    for part in sorted((p for p in result.parts if p.error > 0.0), key=lambda p: -p.error)[:5]:
        how.append(f"{_sizes(part)}: {part.how.value}, {error_text(part.error)}; {part.by}")
    rest = len(result.parts) - len(exact) - len(how) + bool(exact)
    if rest > 0:
        how.append(f"{count_text(rest, 'part', 'parts')} more with a smaller error")
    return PriorRow(result.kind.value, share, expected, tuple(how) or ("exact: no pairing is possible",))


def _exactly(parts: Sequence[JointPart]) -> str:
    persons, remains = sum(len(p.persons) for p in parts), sum(len(p.remains) for p in parts)
    return (f"{count_text(persons, 'person', 'persons')} and {count_text(remains, 'set', 'sets')} of remains in "
            f"{count_text(len(parts), 'part', 'parts')}: exact")


def _sizes(part: JointPart) -> str:
    return (f"{count_text(len(part.persons), 'person', 'persons')} and "
            f"{count_text(len(part.remains), 'set', 'sets')} of remains that compete")


def _counted(joint: JointIdentification) -> str:
    n = joint.n_assignments
    if n is None:
        return "How many assignments are possible was not counted."
    amount = count_text(int(n), "assignment is", "assignments are") if n < 1e9 else f"About {n:.2g} assignments are"
    return f"{amount} possible."


def _tied(joint: JointIdentification) -> str:
    if joint.likeliest_equal < 2:
        return ""
    most = " or more" if joint.likeliest_equal == len(joint.assignments) else ""
    return (f"{joint.likeliest_equal}{most} of the assignments are exactly as likely as the likeliest: the evidence "
            "cannot choose among them.")


def _assignments(joint: JointIdentification, index: CaseIndex) -> tuple[AssignmentRow, ...]:
    error = joint.stated.error
    best = {remains: person for person, remains in joint.assignments[0].pairs} if joint.assignments else {}
    rows = []
    for rank, a in enumerate(joint.assignments[:_MOST_ASSIGNMENTS], start=1):
        here = {remains: person for person, remains in a.pairs}
        changed = [r for r in joint.remains if here.get(r) != best.get(r)]
        rows.append(AssignmentRow(
            rank, "not known" if a.posterior is None else posterior_text(a.posterior, error=error), _behind(a),
            a.log10_lr_best is not None and a.log10_lr_best <= 1e-9, len(a.pairs),
            tuple((r, Named(here[r], index.name(here[r]))) for r in joint.remains if r in here) if rank == 1 else (),
            tuple(Change(r, _named(best.get(r), index), _named(here.get(r), index)) for r in changed)))
    return tuple(rows)


def _behind(a: RankedAssignment) -> str:
    return "not known" if a.log10_lr_best is None else log10_lr_text(-a.log10_lr_best)


def _named(person: str | None, index: CaseIndex) -> Named | None:
    return None if person is None else Named(person, index.name(person))


def _pairings(identification: Identification, joint: JointIdentification, index: CaseIndex,
              view: JointView) -> tuple[tuple[PairingRow, ...], int]:
    """The pairings of the best assignment, those with a GLR above 1, and those that a prior makes something of."""
    wanted = {(person, remains) for person, remains in joint.assignments[0].pairs} if joint.assignments else set()
    likely = np.any([r.posterior[:-1] >= _LIKELY for r in joint.results], axis=0)
    for some in (likely, joint.stated.posterior[:-1] >= _WORTH, joint.log10_glr > 0.0):
        rows, columns = some.nonzero()
        wanted |= {(joint.persons[i], joint.remains[j]) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)}
    support = identification.support
    row = {p: i for i, p in enumerate(support.am_ids)}
    column = {r: j for j, r in enumerate(support.pm_ids)}
    place, at = {p: i for i, p in enumerate(joint.persons)}, {r: j for j, r in enumerate(joint.remains)}
    # A pair that was never compared is no finding of anybody's: the prior alone would list it.
    found = [(float(joint.log10_glr[place[p], at[r]]), p, r) for p, r in wanted
             if support.status[row[p], column[r]] == COMPARED]
    found.sort(key=lambda pair: (math.isnan(pair[0]), -pair[0], pair[1], pair[2]))
    same = {group[0]: group[1:] for group in identification.parts_of}
    made = tuple(PairingRow(
        r, same.get(r, ()), Named(p, index.name(p)), log10_lr_text(float(support.log10_lr[row[p], column[r]])),
        glr_text(glr), tuple((value, how) for _, value, how in view.under_priors(p, r)))
        for glr, p, r in found[:_MOST_PAIRINGS])
    return made, len(found) - len(made)


def glr_text(value: float) -> str:
    """A log10 GLR with its sign; in words where it is not known, or where every assignment has the pairing."""
    if math.isnan(value):
        return "not known"
    return "no other is possible" if value == math.inf else log10_lr_text(value)


def _first(joint: JointIdentification, index: CaseIndex) -> tuple[FirstList, ...]:
    first = joint.first
    person = tuple[tuple[Named, str], ...]

    def persons(ids: Sequence[str]) -> person:
        return tuple((Named(p, index.name(p)), "") for p in ids)

    lists = (
        ("Undisputed", "The LR is 10⁴ or more, and as far ahead of every other of the person and of the remains.",
         tuple((Named(p, index.name(p)), r) for p, r in first.undisputed)),
        ("Persons excluded everywhere", "None of these remains can be theirs.", persons(first.excluded_persons)),
        ("Remains excluded everywhere", "They can be none of the listed persons.",
         tuple((Named(r, ""), "") for r in first.excluded_remains)),
        ("Nonidentifiable", "The references say nothing of these persons, alone or together with other missing.",
         persons(first.uninformed)),
        ("Not compared", "There was nothing to compare; they stay possible for all remains.",
         persons(first.not_compared)))
    return tuple(FirstList(heading, meaning, found[:_MOST_NAMED], max(len(found) - _MOST_NAMED, 0))
                 for heading, meaning, found in lists)
