"""The plain oracle: every way of grouping few elements and naming the groups, added up in dictionaries.

Written from the model's words, without the sampler's arrays or its labels for "someone of an incident": here each
listed person is himself, and a grouping's ways of naming are added up person by person. The rates are given.
"""

import math
from functools import cache

import numpy as np


class Enumeration:
    """All of one problem: ``together`` (E, E), ``name`` (E, N + 1), the last "not listed", ``persons`` (E + 1)."""

    def __init__(self, problem, priors, rates):
        self.p, self.r, self.priors = problem, rates, priors
        self.recovery, self.sums = np.array(rates.recovery), {}
        n, people = problem.n_elements, problem.n_persons
        everyone = frozenset(range(people))
        whole = (1 << n) - 1
        self.evidence = cache(self._evidence)
        total = self._sum(whole, everyone)
        norm = sum(total.values())
        self.persons = np.array([total.get(k, 0.0) / norm for k in range(n + 1)])
        self.together, self.name = np.zeros((n, n)), np.zeros((n, people + 1))
        for group in range(1, whole + 1):
            members = [e for e in range(n) if group >> e & 1]
            for m in [*everyone, None]:
                here = self.evidence(group, m)
                if here == 0.0:
                    continue
                left = everyone - {m}
                share = here * sum(self._sum(whole & ~group, left).values()) / norm
                for e in members:
                    self.name[e, people if m is None else m] += share
                    for f in members:
                        self.together[e, f] += share

    def _sum(self, elements, free):
        """Number of persons → weight of all groupings of the elements with the free persons' names."""
        key = elements, free
        if key in self.sums:
            return self.sums[key]
        if elements == 0:
            return {0: 1.0}
        first = elements & -elements
        rest = elements & ~first
        found, sub = {}, rest
        while True:
            group = first | sub
            for m in [*free, None]:
                here = self.evidence(group, m)
                if here > 0.0:
                    for k, w in self._sum(elements & ~group, free - {m}).items():
                        found[k + 1] = found.get(k + 1, 0.0) + here * w
            if sub == 0:
                break
            sub = (sub - 1) & rest
        self.sums[key] = found
        return found

    def _evidence(self, group, m):
        members = [e for e in range(self.p.n_elements) if group >> e & 1]
        slots = sorted({int(self.p.slot[e]) for e in members})
        chance, missed = 0.0, 0.0
        for share, level in zip(self.r.shares, self.priors.levels, strict=True):
            p = self.recovery * level
            missed += share * np.prod(1.0 - p)
            chance += share * np.prod(np.where(np.isin(np.arange(len(p)), slots), p, 1.0 - p))
        value = self.r.unlisted * chance
        if m is not None:
            here = self.r.present[0 if (self.p.stated == self.p.incident[m]).any() else 1]
            value = here * chance / (1.0 - here + here * missed)
        value *= self._slots(members) * self._boxes(members, m) * self._identity(members, m) * self._bones(members)
        for (e, f), log_lr in zip(self.p.joined.tolist(), self.p.joined_log_lr, strict=True):
            if e in members and f in members:
                value *= math.exp(log_lr)
        return float(value)

    def _slots(self, members):
        value = 1.0
        for i, e in enumerate(members):
            for f in members[i + 1:]:
                if self.p.slot[e] == self.p.slot[f] and not self.p.several[self.p.slot[e]]:
                    value *= self.priors.overlapping if self.p.zone[e] & self.p.zone[f] else self.priors.fragment
        return value

    def _boxes(self, members, m):
        boxes = [int(self.p.box[e]) for e in members if self.p.box[e] >= 0]
        n, s, w = len(self.p.stated), self.priors.spread[self.r.spread], self.priors.wrong[self.r.wrong]
        total = 0.0
        for home in range(n):
            prior = 1.0 / n
            if m is not None:
                stating = np.flatnonzero(self.p.stated == self.p.incident[m])
                if len(stating):
                    prior = w / n + (1.0 - w) * (home in stating) / len(stating)
            total += prior * math.prod(s / n + (1.0 - s) * (b == home) for b in boxes)
        return total if n else 1.0

    def _identity(self, members, m):
        g = self.p.genetics
        rows = [r for r, e in enumerate(g.element) if e in members]
        column = -1 if m is None else g.column[m]
        states = g.population if column < 0 else g.tables[:, column].astype(float)
        value = 1.0
        for low, high in zip(g.first[:-1], g.first[1:], strict=True):
            value *= float((states[low:high] * np.prod(g.weights[rows, low:high], axis=0)).sum())
        if m is not None:
            value *= math.exp(sum(float(self.p.lines[r, m]) for r, e in enumerate(self.p.line_element) if e in members))
        return value

    def _bones(self, members):
        bones, total, taken = self.p.bones, np.zeros(10), set()
        measured = [e for e in members if bones.single[e].any()]
        for e in measured:
            others = [f for f in measured if self.p.slot[f] == self.p.opposite[self.p.slot[e]]]
            mine = [f for f in measured if self.p.slot[f] == self.p.slot[e]]
            if len(others) == len(mine) == 1:
                if e not in taken:
                    left, right = (e, others[0]) if bones.pair_start[e] >= 0 else (others[0], e)
                    total += bones.pairs[bones.pair_start[left] + bones.rank[right]]
                    taken.add(others[0])
            else:
                total += bones.single[e]
        if not total.any():
            return 1.0
        precision = np.eye(3)
        precision[np.triu_indices(3)] += total[4:]
        precision = np.triu(precision) + np.triu(precision, 1).T
        eta = total[1:4]
        return math.exp(total[0] + 0.5 * eta @ np.linalg.solve(precision, eta)) / math.sqrt(np.linalg.det(precision))
