"""Drop-out inferred from the samples themselves."""

import numpy as np
import pytest

from homeward.decide.grouping.dropout import Typing, levels_of_samples
from homeward.decide.grouping.genetics import genetics_of
from homeward.kinship.laboratory import report_weights
from homeward.model import Genotype, InvalidValue, Laboratory, Profile
from homeward.simulate import fbi2015

_TABLE = fbi2015()


def _sample(rng, dropout):
    """A sample of a stranger, of which each allele is lost with the same probability."""
    seen = {}
    for marker in _TABLE.markers:
        pair = rng.choice(marker.alleles, size=2, p=marker.frequencies)
        shown = sorted({a for a in pair.tolist() if rng.random() >= dropout})
        if shown:
            seen[marker.name] = Genotype(shown[0], shown[-1])
    return Profile("synthetic", seen)


def test_samples_of_two_qualities_are_told_apart():
    rng = np.random.default_rng(1)
    samples = {e: [_sample(rng, 0.01 if e < 20 else 0.5)] for e in range(40)}
    _, common = genetics_of(samples, [None], _TABLE, typing=Typing((0.01, 0.5)))
    assert common == pytest.approx([0.5, 0.5], abs=0.05)


def test_one_level_that_all_samples_share_is_found_though_it_was_not_given():
    rng = np.random.default_rng(2)
    _, common = genetics_of({e: [_sample(rng, 0.3)] for e in range(60)}, [None], _TABLE, typing=Typing())
    assert Typing().dropout[int(common.argmax())] == 0.3


def test_without_samples_nothing_is_learnt():
    posterior, common = levels_of_samples(np.zeros((0, 3)))
    assert posterior.shape == (0, 3)
    assert common == pytest.approx([1 / 3] * 3)


def test_a_report_weighs_what_the_laboratory_model_says_at_every_genotype():
    marker = _TABLE.markers[0]
    shown = Genotype(marker.alleles[2], marker.alleles[4])
    genetics, _ = genetics_of({0: [Profile("synthetic", {marker.name: shown})]}, [None],
                              fbi2015(markers=[marker.name]), typing=Typing((0.2,), 0.02, 0.001))
    a, b = np.triu_indices(len(marker.alleles))
    expected = report_weights([(2, 4)], Laboratory(0.2, None, 0.02, 0.001), np.array(marker.frequencies))[a, b]
    assert genetics.weights[0] == pytest.approx(expected, rel=1e-12)


def test_a_level_of_one_is_refused():
    with pytest.raises(InvalidValue, match="dropout"):
        Typing(dropout=(0.1, 1.0))
