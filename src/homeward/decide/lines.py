"""The lines of evidence that a case has data for, compared pair by pair and put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import EXCLUDED, NOT_COMPARED, Support
from homeward.decide.combine import combine, supporting_lines
from homeward.decide.physical import compare_physical, replaces_sex_rule
from homeward.decide.prior import sex_contradicts, without_sexes
from homeward.decide.tiles import TileStore, compare_in_tiles
from homeward.evidence import dental, effects, kinship, mtdna, ystr
from homeward.kinship import Relatives, typed_families
from homeward.kinship.lineage.lines import Descent, indistinguishable
from homeward.model import Case, Profile
from homeward.model.physical import Physical

__all__ = ["Lines", "antemortem", "compare_lines", "postmortem"]

SEX = "sex"
_COUNTS_FROM = {dental.NAME: 1.0, effects.NAME: 1.0}  # log10 LR: a sound mouth, a common name are no line of their own


@dataclass(frozen=True, slots=True)
class Lines:
    """What each line says of each pair, and all together.

    ``lines``: the support of each, kinship first; ``support``: combined, with what sex excludes. ``excluding``: the
    names of what can exclude, and ``bits``: uint64 (n_words, n_am, n_pm), bit k % 64 of word k // 64 set where
    ``excluding``[k] does. ``dependent``: lines that are not counted as independent, with the reason.
    """

    am: kinship.Antemortem
    pm: kinship.Postmortem
    lines: tuple[Support, ...]
    support: Support
    excluding: tuple[str, ...]
    bits: NDArray[np.uint64]
    dependent: dict[str, str]
    warnings: tuple[str, ...]

    def supporting(self, i: int, j: int) -> tuple[str, ...]:
        """The lines that speak for a pair."""
        return supporting_lines(self.lines, i, j)

    def n_independent(self, i: int, j: int) -> int:
        """How many lines speak for a pair, those that lean on another not counted."""
        found = {line.line: line.log10_lr[i, j] for line in self.lines}
        return sum(line not in self.dependent and found[line] >= _COUNTS_FROM.get(line, 0.0)
                   for line in self.supporting(i, j))


def compare_lines(case: Case, *, physical: Physical | None = None,
                  progress: Callable[[float], None] = lambda share: None, tiles: TileStore | None = None) -> Lines:
    """Compare every listed person with all remains by each line that the case has data for.

    ``physical``: what the case knows of bodies; where it states errors of sex, sex is evidence and excludes nobody by
    rule. ``tiles``: what of kinship, the costly line, is finished already, and where to keep what will be.
    """
    am, pm, params = antemortem(case), postmortem(case), kinship.Params(case.frequencies)
    found = (kinship.compare(am, pm, params, progress=progress) if tiles is None
             else compare_in_tiles(am, pm, params, tiles=tiles, progress=progress))
    lines, warnings, dependent = [found.support], [*_contradictions(case, found), *_left_out(case, found)], {}
    if case.mito_profiles and case.mito_database is not None:
        mito = mtdna.compare(mtdna.antemortem(case, case.mito_profiles), mtdna.postmortem(case, case.mito_profiles),
                             mtdna.Params.stated(case.mito_database, case.mito_parameters))
        lines.append(mito.support)
        warnings += [f"{person}: references of his maternal line differ from each other: {', '.join(samples)}"
                     for person, samples in mito.discordant.items()]
        warnings += _alike(case, Descent.MATERNAL, "maternal")
    if case.y_profiles and case.y_database is not None:
        y = ystr.compare(ystr.antemortem(case, case.y_profiles), ystr.postmortem(case, case.y_profiles),
                         ystr.Params.stated(case.y_database, case.y_parameters))
        lines.append(y.support)
        dependent[ystr.NAME] = ystr.DEPENDENCE
        warnings += [ystr.DEPENDENCE, *_alike(case, Descent.PATERNAL, "paternal")]
    for name, haplotypes, database in (("mtDNA", case.mito_profiles, case.mito_database),
                                       ("Y-STR", case.y_profiles, case.y_database)):
        if haplotypes and database is None:
            warnings.append(f"{name} haplotypes are not compared: the case has no database to count them in")
    if physical is not None and not physical.is_empty:
        bodies = compare_physical(case, physical)
        lines += bodies.supports
        dependent |= bodies.dependent
    contradicts = sex_contradicts(without_sexes(case) if physical and replaces_sex_rule(physical) else case)
    excluding, bits = _exclusions(found, lines[1:], contradicts)
    return Lines(am, pm, tuple(lines), _without(combine(lines), contradicts), excluding, bits, dependent,
                 tuple(warnings))


def antemortem(case: Case) -> kinship.Antemortem:
    """The roster as rows, each person with the typed relatives of his family, None where there are none."""
    places, typed = case.place_of(), typed_families(case)
    relatives = [Relatives(typed[places[p.id][0].id], places[p.id][1].id)
                 if p.id in places and typed[places[p.id][0].id].profiles else None for p in case.roster]
    return kinship.Antemortem(tuple(p.id for p in case.roster), tuple(relatives))


def postmortem(case: Case) -> kinship.Postmortem:
    """The remains as columns, each with its profile, sex and laboratory rates."""
    profiles = case.remains_profiles()
    return kinship.Postmortem(tuple(r.id for r in case.remains),
                              tuple(profiles.get(r.id, Profile(r.id)) for r in case.remains),
                              tuple(r.sex for r in case.remains), case.remains_readings())


def _contradictions(case: Case, found: kinship.Comparison) -> list[str]:
    places = case.place_of()
    return [f"family {places[person][0].id}: the references contradict the pedigree at {', '.join(markers)}; "
            f"{person} was not compared" for person in found.support.am_ids
            if (markers := found.contradictions.get(person))]


def _left_out(case: Case, found: kinship.Comparison) -> list[str]:
    why = "with coancestry" if case.frequencies.theta > 0.0 else "in pedigrees as large as theirs"
    partner = {pair.second: pair.first for pair in case.frequencies.linked}
    persons: dict[str, list[str]] = {}
    for person, markers in found.left_out.items():
        for marker in markers:
            persons.setdefault(marker, []).append(person)
    return [f"{marker}, linked to {partner[marker]}, was left out for {', '.join(named)}: the two cannot be weighed "
            f"together {why}" for marker, named in persons.items()]


def _alike(case: Case, descent: Descent, word: str) -> list[str]:
    return [f"{', '.join(group)} are of one {word} line: its haplotype cannot tell them apart"
            for group in indistinguishable(case, descent)]


def _without(support: Support, contradicts: NDArray[np.bool_]) -> Support:
    """The support with what sex excludes."""
    return Support(support.line, support.am_ids, support.pm_ids, np.where(contradicts, -np.inf, support.log10_lr),
                   np.where(contradicts, np.int8(EXCLUDED), support.status).astype(np.int8))


def _exclusions(found: kinship.Comparison, others: list[Support],
                contradicts: NDArray[np.bool_]) -> tuple[tuple[str, ...], NDArray[np.uint64]]:
    """All that can exclude, by name: the markers, the other lines, sex; and a bit for each where it does."""
    last = {line.line: line.status == EXCLUDED for line in others}
    last[SEX] = last[SEX] | contradicts if SEX in last else contradicts  # as a line or by the rule: one word for both
    names = (*found.markers, *last)
    words = np.zeros((-(-len(names) // 64), *contradicts.shape), np.uint64)
    words[:len(found.excluding)] = found.excluding[:len(words)]
    words[:, found.support.status == NOT_COMPARED] = 0
    for k, excluded in enumerate(last.values(), len(found.markers)):
        words[k // 64] |= excluded.astype(np.uint64) << np.uint64(k % 64)
    return names, words
