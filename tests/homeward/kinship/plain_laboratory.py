"""The third witness of the laboratory: what can be reported of a genotype, word by word, no array in sight.

Gill et al. 2012, doi:10.1016/j.fsigen.2012.06.002; Haned, Slooten & Gill 2012, doi:10.1016/j.fsigen.2012.08.008.
Alleles are indices; a genotype is a pair of them; ``p`` holds their frequencies.
"""

import itertools
import math


def weight(report, pair, laboratory, p, silent=None):
    """P(report | genotype): what is seen, what has dropped out, what has dropped in, or an error."""
    d, d2, c, error = laboratory.dropout, laboratory.homozygote, laboratory.dropin, laboratory.error
    probability = 1.0
    for allele in set(pair) - {silent}:
        lost = d2 if pair[0] == pair[1] else d
        probability *= 1 - lost if allele in report else lost
    foreign = [a for a in report if a not in pair]
    probability *= math.prod(c * p[a] for a in foreign) if foreign else 1 - c
    genotypes = itertools.product(range(len(p)), repeat=2)
    by_chance = math.fsum(p[a] * p[b] for a, b in genotypes if {a, b} - {silent} == set(report) != set())
    return (1 - error) * probability + error * by_chance


def at_least(allele, pair, laboratory, p):
    """P(this allele is seen, whatever else is | genotype): a partial report."""
    d, d2, c, error = laboratory.dropout, laboratory.homozygote, laboratory.dropin, laboratory.error
    lost = d2 if pair[0] == pair[1] else d
    seen = 1 - lost if allele in pair else c * p[allele]
    by_chance = math.fsum(p[a] * p[b] for a, b in itertools.product(range(len(p)), repeat=2) if allele in (a, b))
    return (1 - error) * seen + error * by_chance


def reading(marker, genotype, laboratory, pair):
    """P(the genotype as the laboratory wrote it | genotype); without a second allele it is a partial report."""
    p = marker.frequencies
    alleles = {marker.index(a) for a in genotype.alleles}
    if genotype.is_partial:
        return at_least(*alleles, pair, laboratory, p)
    return weight(alleles, pair, laboratory, p, None if marker.silent is None else marker.index(marker.silent))


def lr(weigh, table, p):
    """Σ W(a, b) P(a, b | family) over Σ W(a, b) p_a p_b; ``table``, of LRs of genotypes."""
    pairs = list(itertools.product(range(len(p)), repeat=2))
    family = math.fsum(weigh((a, b)) * table.lr[table.place[a], table.place[b]] * p[a] * p[b] for a, b in pairs)
    return family / math.fsum(weigh((a, b)) * p[a] * p[b] for a, b in pairs)
