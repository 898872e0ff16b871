"""Teeth as evidence: published figures, closed forms, laws, a plain second implementation, refusals. Invented."""

import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import dental
from homeward.evidence.dental import Antemortem, Background, Params, Postmortem, Rates
from homeward.model import InvalidValue
from homeward.model.antemortem import MOUTH, DentalChart, surfaces_of

ROOT = Path(__file__).parents[3]
CASES = ROOT.parent / "shared" / "cases" / "remains" / "dental_cases.json"
TEETH = [t for t in MOUTH if t % 10 != 8]
LIMIT = {"pm_error": 0.0, "smooth": 0.0, "wrong_chart": 0.0}
STILL = Rates(0.0, 0.0, 0.0)


def _chart(name="c", rest="V", **teeth):
    return DentalChart(name, {t: teeth.get(f"t{t}", rest) for t in TEETH})


def _few(name="c", **teeth):
    return DentalChart(name, {int(t[1:]): code for t, code in teeth.items()})


def _support(charts, remains, background, years=None, **params):
    am = Antemortem(tuple(f"P-{i}" for i in range(len(charts))), tuple(charts), tuple(years or [0.0] * len(charts)))
    pm = Postmortem(tuple(f"R-{j}" for j in range(len(remains))), tuple(remains))
    return dental.compare(am, pm, Params(background, **params))


def _lr(chart, remains, background, years=0.0, **params):
    return 10 ** _support([chart], [remains], background, [years], **params).log10_lr[0, 0]


def _roster(n=200, seed=1):
    rng = np.random.default_rng(seed)
    codes = ["V", "O", "MO", "MOD", "F", "C", "X"]
    charts = []
    for i in range(n):
        p = (0.9, 0.05, 0.01, 0.01, 0.01, 0.0, 0.02) if rng.random() < 0.5 else (0.5, 0.2, 0.1, 0.05, 0.05, 0.02, 0.08)
        charts.append(DentalChart(f"M-{i}", {t: str(rng.choice(codes, p=p)) for t in TEETH}))
    return charts


@pytest.mark.skipif(not CASES.exists(), reason="../shared is not there: the published figures are not compared")
def test_without_error_a_pattern_seen_x_times_is_worth_what_odontosearch_says():
    # OdontoSearch 3.0: LR = (N + 1)/(X + 1); his own chart among N others, X of them equal.
    mine, other = _chart(t16="MO", t36="X"), _chart(t46="O")
    for v in json.loads(CASES.read_text(encoding="utf-8"))["vectors"]:
        n, x = v["N"], v["X"]
        background = Background.of([mine, other], counts=[x + 1, n - x], am_error=0.0)
        lr = _lr(mine, mine, background, rates=STILL, **LIMIT)
        assert lr == pytest.approx((n + 1) / (x + 1), rel=1e-9)
        assert lr == pytest.approx(v["LR"], rel=1e-5)


def test_without_error_another_pattern_excludes():
    mine, other = _chart(t16="MO"), _chart(t46="O")
    found = _support([mine], [mine, other], Background.of([mine, other], am_error=0.0), rates=STILL, **LIMIT)
    assert found.status.tolist() == [[COMPARED, EXCLUDED]]


def test_half_of_the_charts_of_28_teeth_differ_from_a_second_one():
    # Shiroma 2016: 20 of 39 charts of Korean War dead differ from one made later.
    differ = 1 - (1 - dental.CHART_ERROR) ** 28
    assert differ == pytest.approx(20 / 39, abs=0.005)


def _plain_matrices(error, usual):
    """P(charted | state) of 34 states, one cell after the other."""
    charting = np.zeros((34, 34))
    for s in range(34):
        missed = [o for o in range(32) if s < 32 and o != s and o | s == s]
        called = list(range(1, 32)) if s == 32 else missed
        for o in range(34):
            wrong = usual[o] if not called else 0.5 * usual[o] + 0.5 * (o in called) / len(called)
            charting[s, o] = (1 - error) * (s == o) + error * wrong
    return charting


def _plain_after(s, new, years, rates):
    """P(s' | s) as a dictionary, told as a story."""
    filled, crowned, lost = (1 - math.exp(-r * years) for r in (rates.filled, rates.crowned, rates.lost))
    after = dict.fromkeys(range(34), 0.0)
    if s == 33:
        after[33] = 1.0
        return after
    after[33] += lost
    if s == 32:
        after[32] += 1 - lost
        return after
    crown = crowned if s else crowned / 10
    after[32] += (1 - lost) * crown
    after[s] += (1 - lost) * (1 - crown) * (1 - filled)
    for m in range(1, 32):
        after[s | m] += (1 - lost) * (1 - crown) * filled * new[m]
    return after


def _plain_tables(background, params):
    """P(pm state | am code) and the classes, by loops over states."""
    am_error, pm_error = (_plain_matrices(e, background.usual) for e in (background.am_error, params.pm_error))
    restored = [1 - background.states[z, :, 0].mean() for z in range(2)]
    pool = sum(w * r for w, r in zip(background.weights, restored, strict=True))

    def of(chart, seen, years):
        total, weights = 0.0, []
        for z in range(2):
            weight, product = background.weights[z], 1.0
            pace = min(max(restored[z] / pool, 0.2), 5.0)
            rates = Rates(*(getattr(params.rates, n) * pace for n in ("filled", "crowned", "lost")))
            for t, tooth in enumerate(background.teeth):
                if tooth not in chart.teeth and tooth not in seen.teeth:
                    continue  # all that may be, and all that may be seen: 1
                states = background.states[z, t]
                new = dict(enumerate((states[:32] + 1e-6) / (states[1:32] + 1e-6).sum()))
                meant = [s for s in range(34) if dental.states_of(chart.teeth.get(tooth, "?"))[s]]
                before = [states[s] * sum(am_error[s, o] for o in meant) for s in range(34)]
                weight *= sum(before)
                shown = [s for s in range(34) if dental.states_of(seen.teeth.get(tooth, "?"))[s]]
                product *= sum(before[s] / sum(before) * p * sum(pm_error[after, o] for o in shown)
                               for s in range(34) for after, p in _plain_after(s, new, years, rates).items() if p)
            weights.append(weight)
            total += weight * product
        return total / sum(weights)
    return of


def test_it_agrees_with_sums_over_states_done_one_by_one():
    roster = [_few(f"M-{i}", **c) for i, c in enumerate((
        {"t16": "MO", "t46": "V"}, {"t16": "V", "t46": "V"}, {"t16": "R", "t46": "X"}, {"t16": "V", "t36": "T"}))]
    years = [1.0, 2.5, None, 0.25]
    background = Background.of(roster, years=years, am_error=0.04)
    params = Params(background, Rates(0.2, 0.05, 0.03), 0.03, 0.15, 0.002)
    of = _plain_tables(background, params)
    remains = [_few(t16="MOD", t46="V"), _few(t16="C", t46="O"), _few(t46="X", t36="T"), _few(t16="R")]
    spans = [round(4 * (background.mean_years if y is None else y)) / 4 for y in years]
    usual = round(4 * background.mean_years) / 4
    found = 10 ** _support(roster, remains, background, years, rates=params.rates, pm_error=0.03, smooth=0.15,
                           wrong_chart=0.002).log10_lr
    for j, seen in enumerate(remains):
        own = [of(chart, seen, y) for chart, y in zip(roster, spans, strict=True)]
        stranger = 0.85 * np.mean(own) + 0.15 * of(DentalChart(""), seen, usual)
        expected = [0.998 * m / stranger + 0.002 for m in own]
        assert found[:, j] == pytest.approx(expected, rel=1e-9)


def test_mean_lr_over_strangers_is_one():
    # All charts of one tooth that leave no doubt, with their probabilities for someone of the background.
    codes = ["V", *("".join(x) for n in range(1, 6) for x in itertools.combinations("MODFL", n)), "C", "X"]
    assert len(codes) == 34
    remains = [_few(t16=c) for c in codes]
    roster = [_few("A", t16="MO", t36="V"), _few("B", t16="V", t36="V"), _few("C", t16="X", t36="R")]
    years = [1.0, 4.0, 9.0]
    background = Background.of(roster, years=years)
    params = {"rates": Rates(0.1, 0.02, 0.02), "pm_error": 0.05}
    of = _plain_tables(background, Params(background, **params))
    usual = round(4 * background.mean_years) / 4
    stranger = np.array([0.9 * np.mean([of(c, r, y) for c, y in zip(roster, years, strict=True)])
                         + 0.1 * of(DentalChart(""), r, usual) for r in remains])
    assert stranger.sum() == pytest.approx(1.0, abs=1e-9)
    other = _few("D", t16="T")
    lr = 10 ** _support([*roster, other], remains, background, [*years, 2.0], **params).log10_lr
    assert lr[:3] @ stranger == pytest.approx(1.0, abs=1e-9)
    # Someone whose chart is not there is counted in.
    his = np.array([of(other, r, 2.0) for r in remains])
    usual_only = np.array([np.mean([of(c, r, y) for c, y in zip(roster, years, strict=True)]) for r in remains])
    assert lr[3] @ (stranger + 0.9 * (his - usual_only) / 4.0) == pytest.approx(1.0, abs=1e-9)


def test_without_smoothing_the_mean_over_the_background_is_one_for_every_remains():
    roster = _roster(80)
    background = Background.of(roster)
    lr = 10 ** _support(roster, _roster(20, seed=9), background, smooth=0.0, wrong_chart=0.0).log10_lr
    assert lr.mean(axis=0) == pytest.approx(1.0)


def test_no_figure_exceeds_the_number_of_charts_by_much():
    rare = _chart("P", t11="L", t16="MOD", t26="C", t36="X", t41="F", t46="MOD")
    for charts in (_roster(), [*_roster(), rare]):
        assert _lr(rare, rare, Background.of(charts)) < 201 / 0.9


def test_a_filling_never_unfills():
    after = dental.progression(np.full(34, 1 / 34), 7.0, Rates(0.3, 0.1, 0.1))
    assert after.sum(axis=1) == pytest.approx(1.0)
    for s, to in itertools.product(range(34), repeat=2):
        grows = to | s == to if to < 32 and s < 32 else to >= s
        assert (after[s, to] > 0) == grows
    roster = _roster()
    background = Background.of(roster)
    early, late = _chart(t16="O"), _chart(t16="MOD")
    assert _lr(early, late, background, 5.0) > 4 * _lr(late, early, background, 5.0)


def test_whose_years_are_not_known_is_not_taken_to_have_had_none():
    roster = _roster(60)
    later = DentalChart("r", {**roster[0].teeth, 11: "MOD", 21: "MOD"})
    known = Background.of(roster, years=[3.0] * 60)
    for background in (Background.of(roster), Background.of(roster, years=[3.0] * 30 + [None] * 30)):
        found = _support(roster, [later], background, [3.0] * 59 + [None]).log10_lr
        assert found == pytest.approx(_support(roster, [later], known, [3.0] * 60).log10_lr, rel=1e-12)


def test_left_and_right_are_treated_alike():
    mirror = {t: t + (10 if t // 10 in (1, 3) else -10) for t in MOUTH}
    roster = _roster(60)
    turned = [DentalChart(c.id, {mirror[t]: v for t, v in c.teeth.items()}) for c in roster]
    one, other = (_support(c[:5], c[:5], Background.of(c)).log10_lr for c in (roster, turned))
    assert one == pytest.approx(other, rel=1e-9)


def test_every_tooth_that_differs_costs_something_and_a_rare_repair_is_worth_more():
    roster = _roster()
    background = Background.of(roster)
    mine = _chart(t16="MOD", t26="O", t36="F", t46="X")
    others = [mine, _chart(t16="MOD", t26="O", t36="F", t46="X", t17="X"),
              _chart(t16="MOD", t26="O", t36="F", t46="X", t17="X", t11="L", t41="C")]
    figures = [_lr(mine, o, background) for o in others]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 30
    assert _lr(_chart(), _chart(), background) < figures[0] / 3


def test_teeth_lost_after_death_say_nothing_and_the_more_are_there_the_more_is_said():
    roster = _roster()
    background = Background.of(roster)
    mine = roster[0]
    figures = [np.mean([math.log10(_lr(c, DentalChart("r", dict(list(c.teeth.items())[:n])), background))
                        for c in roster[:12]]) for n in (4, 10, 18, 28)]
    assert figures == sorted(figures)
    unseen = DentalChart("r", {**dict(list(mine.teeth.items())[:6]), 36: "?"})
    assert _lr(mine, unseen, background) == _lr(mine, DentalChart("r", dict(list(mine.teeth.items())[:6])), background)


def test_a_code_that_says_less_lies_between_those_it_may_mean():
    background = Background.of(_roster())
    mine = _chart(t16="MO")
    exact, vague, wrong = (_lr(mine, _chart(t16=c), background) for c in ("MO", "R", "X"))
    assert exact > vague > wrong
    assert surfaces_of("MIB") == surfaces_of("FOM")
    assert _lr(mine, _chart(t16="OM"), background) == exact


def test_it_is_never_below_the_rate_of_wrong_charts():
    background = Background.of(_roster())
    assert _lr(_chart(rest="X"), _chart(), background, wrong_chart=0.004) == pytest.approx(0.004, rel=1e-3)


def test_the_classes_of_the_roster_are_found():
    background = Background.of(_roster(400))
    sound = background.states[:, :, 0].mean(axis=1)
    assert sorted(sound) == pytest.approx([0.5, 0.9], abs=0.04)
    assert background.weights == pytest.approx([0.5, 0.5], abs=0.08)


def test_what_was_not_charted_is_not_compared():
    background = Background.of(_roster(10))
    found = _support([_chart(), None, DentalChart("e", {18: "X"})], [_chart(), DentalChart("r", {11: "?"})], background)
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED], [NOT_COMPARED] * 2, [NOT_COMPARED] * 2]
    third = Background.of([DentalChart("e", {18: "X", 11: "V"})], third_molars=True)
    assert _support([DentalChart("e", {18: "X"})], [_few(t18="X")], third).status.tolist() == [[COMPARED]]


@pytest.mark.parametrize(("make", "said"), [
    (lambda: DentalChart("M-9", {19: "V"}), "M-9: tooth=19"),
    (lambda: DentalChart("M-9", {16: "gold"}), "M-9: tooth 16='gold'"),
    (lambda: DentalChart("M-9", {16: "MIO"}), "tooth 16='MIO'"),
    (lambda: Background.of([]), "counts=0"),
    (lambda: Background.of([_chart()], counts=[0]), "counts=0"),
    (lambda: Background.of([_chart()], am_error=0.5), "am_error=0.5"),
    (lambda: Rates(filled=-0.1), "filled=-0.1"),
    (lambda: Params(Background.of([_chart()]), smooth=1.0), "smooth=1.0"),
    (lambda: Params(Background.of([_chart()]), pm_error=0.6), "pm_error=0.6"),
    (lambda: Antemortem(("P-3",), (None,), (80.0,)), "P-3: years=80.0"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (ROOT / "docs" / "evidence" / "dental.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "dental.md", "exec"), {})
