"""The plain twin: every assignment listed, one after another, and added up. For a handful of persons and remains."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from homeward.decide.joint.options import Choice


def examples(count):
    """Settings: the same examples on every machine and day."""
    return settings(max_examples=count, deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Plain:
    """All assignments of some choices: (one option of each choice, natural log weight)."""

    choices: list
    n_things: int
    listed: list

    @property
    def log_total(self):
        """Natural log of the sum of all weights."""
        highest = max(w for _, w in self.listed)
        return highest + math.log(math.fsum(math.exp(w - highest) for _, w in self.listed))

    def options(self):
        """Posterior of each choice's options."""
        found = [np.zeros(len(c.picks)) for c in self.choices]
        for options, weight in self.listed:
            for mine, option in zip(found, options, strict=True):
                mine[option] += math.exp(weight - self.log_total)
        return found

    def best(self):
        """The best assignment that each option is part of."""
        found = [np.full(len(c.picks), -np.inf) for c in self.choices]
        for options, weight in self.listed:
            for mine, option in zip(found, options, strict=True):
                mine[option] = max(mine[option], weight)
        return found

    def free(self):
        """Posterior of each thing being taken by nobody."""
        found = np.zeros(self.n_things)
        for options, weight in self.listed:
            taken = self.taken(options)
            for thing in range(self.n_things):
                if thing not in taken:
                    found[thing] += math.exp(weight - self.log_total)
        return found

    def taken(self, options):
        """The things that one assignment takes."""
        return [t for c, o in zip(self.choices, options, strict=True) for t in c.picks[o].tolist() if t >= 0]


def listed(choices, n_things):
    """Every combination of options in which no thing is taken twice."""
    made = []
    for options in itertools.product(*(range(len(c.picks)) for c in choices)):
        taken = [t for c, o in zip(choices, options, strict=True) for t in c.picks[o].tolist() if t >= 0]
        if len(set(taken)) == len(taken):
            made.append((options, sum(float(c.log_weight[o]) for c, o in zip(choices, options, strict=True))))
    return Plain(list(choices), n_things, made)


def choice(who, weights):
    """A choice from a dict: picks → natural log weight."""
    picks = [(-1,) * len(who), *weights]
    return Choice(np.array(who), np.array(picks, dtype=np.int32), np.array([0.0, *weights.values()]))


@st.composite
def problems(draw, most_choosers=4, most_things=4, scale=8.0):
    """Choices of families of one or two, some pairs impossible, some weights far apart, some equal."""
    n_things = draw(st.integers(1, most_things))
    weight = st.one_of(st.floats(-scale, scale), st.sampled_from([0.0, -40.0, 40.0]))
    made, person = [], 0
    for _ in range(draw(st.integers(1, most_choosers))):
        k = draw(st.integers(1, 2))
        possible = [p for p in itertools.product(range(-1, n_things), repeat=k)
                    if any(t >= 0 for t in p) and len({t for t in p if t >= 0}) == sum(t >= 0 for t in p)]
        made.append(choice(tuple(range(person, person + k)),
                           {p: draw(weight) for p in possible if draw(st.integers(0, 3))}))
        person += k
    return made, n_things


def assert_close(got, expected, rel=1e-9, least=1e-200):
    """Equal within a relative error, down to numbers that are as good as 0."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    matters = expected > least
    np.testing.assert_allclose(got[matters], expected[matters], rtol=rel)
    assert (got[~matters] <= 10 * least).all()
