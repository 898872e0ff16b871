"""Support: three statuses and their numbers, which may not contradict each other."""

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Status, Support
from homeward.model import InvalidValue


def _support(log10_lr, status, am=("P1", "P2"), pm=("R1",)):
    return Support("kinship", am, pm, np.array(log10_lr, dtype=np.float64), np.array(status, dtype=np.int8))


def test_compared_excluded_and_not_compared_stand_side_by_side():
    support = _support([[0.0], [0.0]], [[COMPARED], [NOT_COMPARED]])
    assert support.status.tolist() == [[Status.COMPARED], [Status.NOT_COMPARED]]
    assert _support([[-np.inf], [3.5]], [[EXCLUDED], [COMPARED]]).log10_lr[1, 0] == 3.5


@pytest.mark.parametrize(("log10_lr", "status", "word"), [
    (-np.inf, COMPARED, "COMPARED"), (np.inf, COMPARED, "COMPARED"), (np.nan, COMPARED, "COMPARED"),
    (np.nan, EXCLUDED, "EXCLUDED"), (0.0, EXCLUDED, "EXCLUDED"), (1.0, NOT_COMPARED, "NOT_COMPARED"),
    (-np.inf, NOT_COMPARED, "NOT_COMPARED"), (np.nan, NOT_COMPARED, "NOT_COMPARED"),
])
def test_a_number_that_contradicts_its_status_is_refused_with_its_pair(log10_lr, status, word):
    with pytest.raises(InvalidValue, match=rf"kinship P2 × R1: log10_lr=.* contradicts the status {word}"):
        _support([[0.0], [log10_lr]], [[COMPARED], [status]])


def test_a_status_that_is_none_of_the_three_is_refused():
    for status in (7, -1):
        with pytest.raises(InvalidValue, match=r"kinship: status=.* must be from 0 to 2"):
            _support([[0.0], [0.0]], [[COMPARED], [status]])


@pytest.mark.parametrize("name", ["log10_lr", "status"])
def test_arrays_of_another_shape_are_refused(name):
    arrays = {"log10_lr": [[0.0], [0.0]], "status": [[COMPARED], [COMPARED]]}
    arrays[name] = [[0]]
    with pytest.raises(InvalidValue, match=rf"kinship: {name}=\(1, 1\) must have the shape \(2, 1\)"):
        _support(**arrays)


def test_a_support_is_read_only_and_may_be_empty():
    support = _support([[0.0], [0.0]], [[COMPARED], [COMPARED]])
    with pytest.raises(ValueError, match="read-only"):
        support.log10_lr[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        support.status[0, 0] = 1
    assert Support("kinship", (), (), np.zeros((0, 0)), np.zeros((0, 0), np.int8)).am_ids == ()
