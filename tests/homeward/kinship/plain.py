"""The third witness: pedigree likelihoods written from the papers in the plainest way.

The sum over all ordered genotypes of all members (Elston & Stewart 1971, doi:10.1159/000152448, eq. 1, before any
peeling) of founders' probabilities, transmissions and observations. Nothing is pruned, nothing lumped, no member is
treated in a special way. Genotypes are pairs of haplotypes over one or two markers; a man's X is one haplotype.
"""

import itertools
from dataclasses import dataclass
from functools import reduce

import numpy as np

from homeward.model import Sex


@dataclass(frozen=True)
class Locus:
    """Frequencies (A,), mutation matrices from mothers and from fathers (A, A), the silent allele's index or None."""

    frequencies: np.ndarray
    female: np.ndarray
    male: np.ndarray
    silent: int | None = None
    x_linked: bool = False


def locus(marker):
    """The numbers of a marker whose mutation is none, equal, proportional or a matrix."""
    p = np.array(marker.frequencies)
    silent = None if marker.silent is None else marker.index(marker.silent)
    return Locus(p, _matrix(marker.female, p, silent), _matrix(marker.male, p, silent), silent, marker.x_linked)


def likelihood(family, loci, seen, *, theta=0.0, rho=0.5):
    """P(what is seen | family). ``loci``: one, or two linked ones; ``seen``: for each locus member → alleles reported,
    (a, b), (a, None) for a partial result, (a,) for a man's X."""
    return float(table(family, loci, seen, None, theta=theta, rho=rho))


def table(family, loci, seen, query, *, theta=0.0, rho=0.5):
    """P(what is seen, ordered genotype of the query): (A, A), the man's X on the diagonal; a number without a query."""
    haplotypes = list(itertools.product(*(range(len(one.frequencies)) for one in loci)))
    members = [(m, _single(m, loci)) for m in family.members]
    states = {m.id: [g for g in itertools.product(haplotypes, repeat=1 if single else 2)
                     if all(agrees(one, [h[k] for h in g], seen[k].get(m.id)) for k, one in enumerate(loci))]
              for m, single in members}
    axis = {m.id: n for n, (m, _) in enumerate(members)}
    founders = [m.id for m, _ in members if m.father is None]
    factors = _founders(family, founders, states, [one.frequencies for one in loci], theta)
    operands = [operand for who, factor in factors for operand in (factor, [axis[w] for w in who])]
    for m, single in members:
        if m.father is not None:
            factor = _transmission(m, single, states, loci, rho)
            parents = [m.mother] if single else [m.father, m.mother]
            operands += [factor, [axis[w] for w in (*parents, m.id)]]
    kept = np.einsum(*operands, [axis[query]] if query else [], optimize="greedy")
    return _squared(kept, states[query], len(haplotypes)) if query else kept


def _matrix(model, p, silent):
    """The mutation matrix; but for a stated matrix, a silent allele neither mutates nor arises."""
    if model.kind == "custom":
        return np.array(model.matrix)
    matrix, seen = np.eye(len(p)), [i for i in range(len(p)) if i != silent]
    for i, j in itertools.product(seen, seen):
        if model.kind == "equal":
            matrix[i, j] = model.rate / (len(seen) - 1) if i != j else 1 - model.rate
        elif model.kind == "proportional":
            q = p[seen] / p[seen].sum()
            alpha = model.rate / p[seen].sum() / (q * (1 - q)).sum()  # the rate is expected of the whole population
            matrix[i, j] = (1 - alpha) * (i == j) + alpha * p[j] / p[seen].sum()
        else:
            assert model.kind == "none"
    return matrix


def _single(member, loci):
    return loci[0].x_linked and member.sex is Sex.MALE


def agrees(one, genotype, report):
    """Whether a laboratory that saw this genotype would have reported this; a silent allele is never seen."""
    if report is None:
        return True
    if report[-1] is None:
        return report[0] in genotype
    return {a for a in genotype if a != one.silent} == set(report)


def _founders(family, founders, states, frequencies, theta):
    """P(genotypes of the founders): each by himself, or all together from the urn that remembers (one marker)."""
    if theta == 0.0:
        return [((f,), np.array([_apart(g, frequencies, family.inbreeding.get(f, 0.0)) for g in states[f]]))
                for f in founders]
    joint = np.array([_urn([h[0] for g in genotypes for h in g], frequencies[0], theta)
                      for genotypes in itertools.product(*(states[f] for f in founders))])
    return [(tuple(founders), joint.reshape([len(states[f]) for f in founders]))]


def _apart(genotype, frequencies, f):
    """(1 − f) p_a p_b + f p_a [a = b] at each marker."""
    product = 1.0
    for k, p in enumerate(frequencies):
        alleles = [p[h[k]] for h in genotype]
        apart = float(np.prod(alleles))
        same = len(genotype) == 2 and genotype[0][k] == genotype[1][k]
        product *= apart if len(genotype) == 1 else (1 - f) * apart + f * alleles[0] * same
    return product


def _urn(alleles, p, theta):
    """Balding & Nichols 1994, doi:10.1016/0379-0738(94)90222-4: one allele after another."""
    product = 1.0
    for n, a in enumerate(alleles):
        product *= (alleles[:n].count(a) * theta + (1 - theta) * p[a]) / (1 + (n - 1) * theta)
    return product


def _transmission(child, single, states, loci, rho):
    """P(child's genotype | parents'): axes father, mother, child; without the father for a man's X."""
    own = states[child.id]
    from_mother = np.array([[_handed_on(g, c[-1], [one.female for one in loci], rho) for c in own]
                            for g in states[child.mother]])
    if single:
        return from_mother
    from_father = np.array([[_handed_on(g, c[0], [one.male for one in loci], rho) for c in own]
                            for g in states[child.father]])
    return from_father[:, None, :] * from_mother[None, :, :]


def _handed_on(genotype, haplotype, matrices, rho):
    """P(a parent hands on this haplotype): at each marker a copy, mutated, of one of his alleles; from one marker to
    the next the copying changes over with probability ρ."""
    total = 0.0
    for copied in itertools.product(range(len(genotype)), repeat=len(haplotype)):
        changes = [rho if a != b else 1 - rho for a, b in itertools.pairwise(copied)] if len(genotype) == 2 else []
        entries = [m[genotype[c][k]][haplotype[k]] for k, (m, c) in enumerate(zip(matrices, copied, strict=True))]
        total += reduce(float.__mul__, map(float, (*changes, *entries)), 1 / len(genotype))
    return total


def _squared(kept, genotypes, n):
    """The vector over the query's ordered genotypes as a square; haplotypes of one marker."""
    square = np.zeros((n, n))
    for value, g in zip(kept, genotypes, strict=True):
        square[g[0][0], g[-1][0]] += value
    return square
