"""Random small families at a random marker, for Hypothesis: loops, incest, half-sibs, inbred founders, odd matrices.

Synthetic people. The structure is drawn by Hypothesis, so that a failing family shrinks; the genotypes are dropped
through the pedigree from a drawn seed, so that most of them are possible, and some are replaced at random, so that
some are not.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from homeward.kinship import Relatives, Typed
from homeward.model import Family, FrequencyTable, Genotype, Marker, Member, MutationModel, Profile, Sex

from . import plain

NAMES = ("7", "8", "9", "10", "11", "12")
MODELS = ("none", "equal", "proportional", "custom")


def examples(count):
    """Settings: the same examples on every machine and day."""
    return settings(max_examples=count, deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def assert_same(got, expected, rel=1e-12):
    """Equal within a relative error; nothing but 0 equals 0."""
    assert math.isclose(got, expected, rel_tol=rel, abs_tol=0.0), (got, expected)


@dataclass(frozen=True)
class Drawn:
    """A family at one marker; ``seen``: member → reported allele indices, as ``plain`` takes them."""

    family: Family
    marker: Marker
    seen: dict

    @property
    def typed(self):
        """The family as the door takes it."""
        return Typed(self.family, {m: Profile(m, {self.marker.name: genotype(self.marker, report)})
                                   for m, report in self.seen.items()})

    @property
    def table(self):
        """The marker as a frequency table."""
        return frequency_table(self.marker)

    def relatives(self, query):
        """The place of one member in the family."""
        return Relatives(self.typed, query)

    def plain_likelihood(self, **options):
        """The third witness's likelihood."""
        return plain.likelihood(self.family, [plain.locus(self.marker)], [self.seen], **options)

    def plain_table(self, query):
        """The third witness's table of ordered genotypes."""
        return plain.table(self.family, [plain.locus(self.marker)], [self.seen], query)

    def plain_lrs(self, query):
        """The third witness's LR of everything that remains can show here, by report; None if the references are
        impossible."""
        table, single = self.plain_table(query), self.is_single(query)
        if table.sum() == 0.0:
            return None
        one, p = plain.locus(self.marker), self.marker.frequencies
        lrs = {}
        for report in self.reports(query):
            shown = [g for g in itertools.product(range(len(p)), repeat=1 if single else 2)
                     if plain.agrees(one, g, report)]
            member = math.fsum(table[g[0], g[-1]] for g in shown) / table.sum()
            lrs[report] = member / math.fsum(math.prod(p[a] for a in g) for g in shown)
        return lrs

    def is_single(self, member):
        """Whether the member has one allele only."""
        return self.marker.x_linked and self.family.member(member).sex is Sex.MALE

    def reports(self, member):
        """What a laboratory can report of the member: full genotypes and partial ones, never the silent allele."""
        alleles = [a for a, name in enumerate(self.marker.alleles) if name != self.marker.silent]
        if self.is_single(member):
            return [(a,) for a in alleles]
        return [*itertools.combinations_with_replacement(alleles, 2), *((a, None) for a in alleles)]


def frequency_table(*markers, theta=0.0):
    """Markers as a table of an invented population."""
    return FrequencyTable("synthetic", markers, theta=theta)


def genotype(marker, report):
    """Allele indices as the model's genotype."""
    names = [None if a is None else marker.alleles[a] for a in report]
    return Genotype(names[0], names[1] if len(names) > 1 else None, hemizygous=len(names) == 1)


@st.composite
def pedigrees(draw, least=3, most=7, inbred=True):
    """Pedigrees of any form: the parents of a non-founder are any man and woman before him, a sister or an aunt too."""
    members = [Member("m0", None, None, Sex.MALE), Member("m1", None, None, Sex.FEMALE)]
    for n in range(2, draw(st.integers(least, most))):
        father = mother = None
        if draw(st.integers(0, 3)):
            father, mother = (draw(st.sampled_from([m.id for m in members if m.sex is sex]))
                              for sex in (Sex.MALE, Sex.FEMALE))
        members.append(Member(f"m{n}", father, mother, draw(st.sampled_from([Sex.MALE, Sex.FEMALE]))))
    founders = [m.id for m in members if m.father is None]
    f = {m: draw(st.sampled_from([0.05, 0.25, 1.0])) for m in founders if inbred and draw(st.integers(0, 5)) == 5}
    return Family("drawn", tuple(draw(st.permutations(members))), f)


@st.composite
def models(draw, n, kinds=MODELS):
    """A mutation model for n alleles."""
    kind = draw(st.sampled_from(kinds))
    if kind != "custom":
        return MutationModel(kind, 0.0 if kind == "none" else draw(st.sampled_from([1e-6, 1e-3, 0.05])))
    weights = [draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)) for _ in range(n)]
    rows = [[w + 5 * (i == j) for j, w in enumerate(row)] for i, row in enumerate(weights)]
    return MutationModel("custom", matrix=tuple(tuple(w / sum(row) for w in row) for row in rows))


@st.composite
def markers(draw, x_linked=False, silent=False, most=4, kinds=MODELS, name="M"):
    """A marker of two to ``most`` alleles; a silent allele, if asked for, is the last."""
    n = draw(st.integers(3 if silent else 2, most))
    weights = draw(st.lists(st.integers(1, 20), min_size=n, max_size=n))
    female, male = draw(models(n, kinds)), draw(models(n, kinds))
    return Marker(name, NAMES[:n], tuple(w / sum(weights) for w in weights), female, male,
                  silent=NAMES[n - 1] if silent else None, x_linked=x_linked)


@st.composite
def drawn_families(draw, pedigree=None, marker=None, vague=True, untyped=True, **marker_options):
    """A family at a marker with some members typed."""
    family = draw(pedigrees() if pedigree is None else pedigree)
    marker = draw(markers(**marker_options) if marker is None else marker)
    kinds = ["typed", "typed", "untyped" if untyped else "typed", "any", *(["partial"] if vague else [])]
    wanted = {m.id: draw(st.sampled_from(kinds)) for m in family.members}
    return Drawn(family, marker, _reports(family, marker, wanted, np.random.default_rng(draw(st.integers(0, 2**16)))))


def _reports(family, marker, wanted, rng):
    carried = _dropped(family, marker, rng)
    silent = None if marker.silent is None else marker.index(marker.silent)
    reports = {}
    for member, kind in wanted.items():
        alleles = carried[member]
        if kind == "any":
            alleles = [int(a) for a in rng.integers(0, len(marker.alleles), len(alleles))]
        shown = [a for a in alleles if a != silent]
        if kind == "untyped" or not shown:
            continue
        if len(alleles) == 1:
            reports[member] = (shown[0],)
        else:
            reports[member] = (shown[0], None if kind == "partial" else shown[-1])
    return reports


def _dropped(family, marker, rng):
    numbers = plain.locus(marker)
    carried, n = {}, len(numbers.frequencies)
    while len(carried) < len(family.members):
        for m in family.members:
            if m.id in carried or (m.father is not None and not {m.father, m.mother} <= carried.keys()):
                continue
            single = marker.x_linked and m.sex is Sex.MALE
            if m.father is None:
                carried[m.id] = [int(a) for a in rng.choice(n, 1 if single else 2, p=numbers.frequencies)]
                continue
            sides = [(m.mother, numbers.female)] if single else [(m.father, numbers.male), (m.mother, numbers.female)]
            carried[m.id] = [int(rng.choice(n, p=matrix[rng.choice(carried[parent])])) for parent, matrix in sides]
    return carried
