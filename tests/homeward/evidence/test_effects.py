"""Effects as evidence: closed forms, laws, a plain second implementation, refusals. Invented people."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import effects
from homeward.evidence.effects import DISPLACED, Effect
from homeward.model import InvalidValue

NEVER = dict.fromkeys(DISPLACED, 0.0)


def _support(numbers, found, names=None, **params):
    n = len(numbers)
    am = effects.Antemortem(tuple(f"P{i}" for i in range(n)), tuple(numbers), tuple(names or [None] * n))
    pm = effects.Postmortem(tuple(f"R{j}" for j in range(len(found))), tuple(tuple(e) for e in found))
    return effects.compare(am, pm, effects.Params(**params))


def _lr(numbers, found, **more):
    return 10 ** _support(numbers, [found], **more).log10_lr[:, 0]


def _numbers(n=100):
    return [f"{7919 * (i + 3) % 10**8:08d}" for i in range(n)]


def test_a_tag_that_is_fully_read_is_worth_the_pool_and_costs_the_others_the_rate_of_displacement():
    numbers = _numbers()
    lr = _lr(numbers, [Effect("tag", numbers[4])], misread=0.0, wrong_reading=0.0)
    assert lr[4] == pytest.approx(0.95 * 100 + 0.05)
    assert np.delete(lr, 4) == pytest.approx(0.05)


def test_of_a_roster_of_7700_a_tag_is_worth_as_much():
    # "nearly 7,700" American servicemen unaccounted for in Korea; among the 55 boxes of 2018 lay one tag
    # (korean_war_assemblage.json): to its own man it is worth what it takes to name one of 7,700, less displacement.
    numbers = _numbers(7700)
    lr = _lr(numbers, [Effect("tag", numbers[0])])
    assert math.log10(lr[0]) == pytest.approx(math.log10(0.95 * 7700), abs=0.01)


def _plain(numbers, read, d, misread, wrong, pool):
    legible = [k for k, s in enumerate(read) if s != "?"]
    chance = 0.1 ** len(legible)
    weights = []
    for number in numbers:
        w = 1.0
        for k in legible:
            w *= 1 - misread if k < len(number) and number[k] == read[k] else misread / 9
        weights.append(wrong * chance + ((1 - wrong) * w if len(number) == len(read) else 0.0))
    mean = (sum(weights) + (pool - len(numbers)) * chance) / pool
    return [(1 - d) * w / mean + d for w in weights]


def test_it_agrees_with_the_formula_sign_by_sign():
    numbers = [*_numbers(40), "1234567"]
    for read in ("12345678", numbers[3], numbers[3][:4] + "????", "?" + numbers[5][1:6] + "0?", "1234567"):
        lr = _lr(numbers, [Effect("document", read)], misread=0.03, wrong_reading=0.002, pool=60)
        assert lr == pytest.approx(_plain(numbers, read, DISPLACED["document"], 0.03, 0.002, 60), rel=1e-9)


def test_mean_lr_over_strangers_is_one():
    # All readings of two signs, 00 to 99, with their probabilities for an owner drawn from the pool.
    numbers = ["17", "71", "18", "99"]
    params = {"misread": 0.05, "wrong_reading": 0.01, "pool": 7}
    readings = [f"{k:02d}" for k in range(100)]
    lr = 10 ** _support(numbers, [[Effect("tag", r)] for r in readings], **params).log10_lr
    p = []
    for read in readings:
        own = [0.01 * 0.01 + 0.99 * math.prod(0.95 if a == b else 0.05 / 9 for a, b in zip(n, read, strict=True))
               for n in numbers]
        p.append((sum(own) + 3 * 0.01) / 7)
    assert sum(p) == pytest.approx(1.0)
    assert lr @ np.array(p) == pytest.approx(1.0, abs=1e-9)


def test_the_less_can_be_read_the_less_it_is_worth():
    numbers = _numbers()
    own = numbers[9]
    figures = [_lr(numbers, [Effect("tag", own[:k] + "?" * (8 - k))])[9] for k in (8, 6, 4, 2, 1)]
    assert figures == sorted(figures, reverse=True)
    assert _lr(numbers, [Effect("tag", own)])[9] > _lr(numbers, [Effect("document", own)])[9]


def test_a_misread_sign_still_points_to_the_man():
    numbers = _numbers()
    read = numbers[9][:3] + str((int(numbers[9][3]) + 1) % 10) + numbers[9][4:]
    lr = _lr(numbers, [Effect("tag", read)])
    assert lr[9] == lr.max()
    assert lr[9] > 10


def test_two_tags_of_one_man_say_what_the_clearer_says():
    numbers = _numbers()
    clear, worn = Effect("tag", numbers[2]), Effect("tag", numbers[2][:5] + "???")
    assert _lr(numbers, [clear, worn]) == pytest.approx(_lr(numbers, [clear]))
    assert _lr(numbers, [worn, clear]) == pytest.approx(_lr(numbers, [clear]))


def test_tags_of_two_men_speak_against_each_other_and_in_any_order():
    numbers = _numbers()
    both = [Effect("tag", numbers[2]), Effect("tag", numbers[7])]
    lr = _lr(numbers, both, misread=0.0, wrong_reading=0.0)
    assert lr[2] == pytest.approx((0.95 * 100 + 0.05) * 0.05)
    assert lr[7] == pytest.approx(lr[2])
    assert lr[3] == pytest.approx(0.05**2)
    assert _lr(numbers, both[::-1], misread=0.0, wrong_reading=0.0) == pytest.approx(lr)


def test_a_common_name_is_worth_less_than_a_rare_one():
    names = ["Kim Min-su", "Kim Minsu", "KIM MIN SU", "Ahn Do-yun"]
    rare, common = (_lr([None] * 4, [Effect("engraved", None, n)], names=names) for n in ("AHN DOYUN", "Kim Minsu"))
    assert rare[3] > 2 * common[0]
    assert common[0] == pytest.approx(common[1])
    assert _lr([None], [Effect("engraved", None, "Désiré")], names=["DESIRE"])[0] == pytest.approx(1.0)


def test_number_and_name_of_one_tag_are_one_reading():
    numbers, names = ["12345678", "12345679", "99999999"], ["Ahn Ara", "Bae Bom", "Cho Cha"]
    both = _lr(numbers, [Effect("tag", "1234567?", "Ahn Ara")], names=names)
    assert both[0] > _lr(numbers, [Effect("tag", "1234567?")], names=names)[0]
    assert both[1] < 0.06


def test_people_who_are_not_listed_take_their_share():
    numbers = _numbers(50)
    worn = Effect("tag", numbers[2][:3] + "?????")
    assert _lr(numbers, [worn], pool=50000)[2] < 0.95 * 1000 + 1
    assert _lr(numbers, [Effect("tag", numbers[2])], pool=50000)[2] > 40000


def test_only_with_rates_of_zero_it_excludes_and_without_effects_nothing_is_compared():
    found = _support(["11", "22", None], [[Effect("tag", "11")], []], displaced=NEVER, misread=0.0, wrong_reading=0.0)
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED], [EXCLUDED, NOT_COMPARED], [NOT_COMPARED] * 2]
    found = _support(["11", "22", None], [[Effect("tag", "11")], []])
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED], [COMPARED, NOT_COMPARED], [NOT_COMPARED] * 2]


@pytest.mark.parametrize(("make", "said"), [
    (lambda: Effect("boot", "12"), "kind='boot'"),
    (lambda: Effect("tag"), "number=None"),
    (lambda: Effect("tag", "??-?"), "number='??-?'"),
    (lambda: effects.Params(pool=1), "pool=1"),
    (lambda: effects.Params(misread=1.0), "misread=1.0"),
    (lambda: effects.Params(displaced={"tag": 0.1}), "displaced=['tag']"),
    (lambda: effects.Params(displaced={**DISPLACED, "tag": -0.1}), "tag=-0.1"),
    (lambda: _lr(_numbers(5), [Effect("tag", "1")], pool=4), "pool=4"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (Path(__file__).parents[3] / "docs" / "evidence" / "effects.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "effects.md", "exec"), {})
