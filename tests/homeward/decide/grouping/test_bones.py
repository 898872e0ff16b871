"""The bones' terms against the model of size and shape itself."""

import numpy as np
import pytest

from homeward.commingling.size_shape import Information, shipped
from homeward.decide.grouping.bones import bone_terms, surprise
from homeward.model.inventory import Element

_MODEL = shipped().of_bones("humerus", "femur")
_PLACES = (("humerus", "left"), ("humerus", "right"), ("femur", "left"), ("femur", "right"))


def _elements(seed, persons=6):
    rng = np.random.default_rng(seed)
    drawn = _MODEL.draw(rng, persons)
    return [Element(f"E-{k}{bone[0]}{side[0]}", bone, side, measurements={
        code: drawn[k, int(side == "right"), v] for v, code in enumerate(_MODEL.codes)
        if _MODEL.bone_of_code[v] == bone and rng.random() < 0.6})
        for k in range(persons) for bone, side in _PLACES]


def _information(term):
    matrix = np.zeros((3, 3))
    matrix[np.triu_indices(3)] = term[4:]
    return Information(term[0], term[1:4], matrix + np.triu(matrix, 1).T)


def test_each_element_says_what_size_and_shape_say_of_it():
    elements = _elements(1)
    terms = bone_terms(elements, _MODEL)
    found = [_information(t).loglik for t in terms.single]
    assert found == pytest.approx([_MODEL.log_marginal([e]) for e in elements], abs=1e-8)


def test_left_and_right_of_one_bone_share_its_shape_whatever_was_measured_of_each():
    elements = _elements(2)
    terms, compared = bone_terms(elements, _MODEL), 0
    for i, e in enumerate(elements):
        for j, f in enumerate(elements):
            if terms.pair_start[i] >= 0 and terms.rank[j] >= 0 and e.bone == f.bone:
                term = terms.pairs[terms.pair_start[i] + terms.rank[j]]
                assert _information(term).loglik == pytest.approx(_MODEL.log_marginal([e, f]), abs=1e-8)
                compared += 1
    assert compared > 20


def test_a_group_of_four_is_the_sum_of_its_pairs():
    elements = _elements(3, persons=1)
    terms = bone_terms(elements, _MODEL)
    pairs = sum(terms.pairs[terms.pair_start[left] + terms.rank[left + 1]] for left in (0, 2))
    assert _information(pairs).loglik == pytest.approx(_MODEL.log_marginal(elements), abs=1e-8)


def test_an_element_without_measurements_says_nothing():
    terms = bone_terms([Element("E-1", "humerus", "left"), Element("E-2", "humerus", "right")], _MODEL)
    assert not terms.single.any()
    assert len(terms.pairs) == 0


def test_bones_of_the_reference_are_no_surprise_and_larger_ones_are():
    elements = _elements(4, persons=80)
    mean, variance = surprise(elements, _MODEL)
    assert abs(mean) < 0.35
    assert 0.6 < variance < 1.5
    larger = [Element(e.id, e.bone, e.side, measurements={c: 1.08 * x for c, x in e.measurements.items()})
              for e in elements]
    assert surprise(larger, _MODEL)[0] > 0.7
