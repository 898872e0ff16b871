"""What the result says of an assemblage that departs from the model."""

from dataclasses import replace

import numpy as np

from homeward.commingling.size_shape import shipped
from homeward.decide.grouping.warnings import _bones
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.assemblage_settings import small


def _warned(settings, model):
    said = 0
    for seed in range(20):
        assemblage, truth = draw_assemblage(np.random.default_rng([9, seed]), settings)
        said += any(_bones(assemblage, model, float(truth.n_persons)))
    return said


def test_bones_of_the_reference_are_seldom_warned_of():
    assert _warned(small(), small().model) <= 3


def test_bones_of_another_population_are_warned_of():
    assert _warned(replace(small(), model=shipped("japanese_men")), small().model) >= 11
