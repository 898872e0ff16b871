"""Lines of evidence beside DNA, on invented people drawn from their own models: are the probabilities true?

A roster and an equal number of people who are not on it; remains of both. Of each: sex from a method that errs, a
height measured at induction and rounded to the inch, late growth, a femur and a tibia, two age traits that share a
latent age, a dental chart that errs and goes on. For each line the mean LR over strangers and the mean log10 LR of true
pairs; the posterior of each listed person, and of nobody listed, against the truth, in bands. Rules: in each band as
many are true as expected, within four standard errors; the mean LR of sex, age and stature over strangers is 1 ± 0.05.

    python verification/lines_of_evidence.py [people]
"""

import datetime
import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from homeward.decide.combine import combine
from homeward.decide.physical import compare_physical
from homeward.decide.posterior import posterior_of
from homeward.evidence import dental, sex
from homeward.model import Case, FrequencyTable, MissingPerson, PartialDate, Remains, Sex
from homeward.model.antemortem import MOUTH
from homeward.model.physical import (
    Examination,
    LineRate,
    Physical,
    PhysicalRecord,
    Stage,
    StatureCorrelation,
    StatureMoment,
    Tooth,
)

_BANDS = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)
_CODES = ("V", "O", "MO", "MOD", "F", "C", "X")
_CLASSES = ((0.9, 0.05, 0.01, 0.01, 0.01, 0.0, 0.02), (0.5, 0.2, 0.1, 0.05, 0.05, 0.02, 0.08))
_PUBIS, _CREST = (21.0, 26.0, 32.0, 40.0), (16.0, 18.0, 21.0)
_BONES = {"femur": (47.3, 2.33, 0.845), "tibia": (38.8, 2.14, 0.825)}
_LOST = PartialDate(1950, 12, 1)


class Person:
    """Everything about one invented person, in life and after."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.sex = Sex.FEMALE if rng.random() < 0.1 else Sex.MALE
        self.age = float(np.clip(rng.normal(23.0, 5.0), 17.0, 45.0))
        self.stature = float(rng.normal(174.08 if self.sex is Sex.MALE else 162.0, 6.33))
        year = 1950 - math.ceil(self.age)
        day = datetime.date(1950, 12, 1) - datetime.timedelta(days=round(self.age * 365.25))
        self.born = PartialDate(day.year, day.month, day.day)
        measured_at = max(self.age - 2.0, 15.0)
        grown = 1.5 * (_growth(measured_at) - _growth(self.age))
        self.recorded = (self.stature - (rng.exponential(grown) if grown > 0 else 0.0)) + rng.normal(0.0, 1.5)
        self.recorded = round(self.recorded / 2.54) * 2.54
        self.measured = _date(day, measured_at, year)
        shares = _CLASSES[int(rng.random() < 0.5)]
        self.teeth = {t: str(rng.choice(_CODES, p=shares)) for t in MOUTH if t % 10 != 8}
        self.high = shares is _CLASSES[1]

    def remains(self, rng: np.random.Generator) -> tuple[float, dict[str, float], dict[str, int], dict[int, str]]:
        """log10 LR of sex; bones, cm; stages; teeth: as somebody finds and charts them."""
        right = rng.random() < 0.97
        male = (self.sex is Sex.MALE) == right
        shown = sex.from_decision(Sex.MALE if male else Sex.FEMALE, 0.97, 0.97) or 0.0
        mean = 174.08 if self.sex is Sex.MALE else 162.0
        z = (self.stature - mean) / 6.33
        rest = np.array([[1 - r1 * r2 if a == b else 0.87 - r1 * r2 for b, (_, _, r2) in _BONES.items()]
                         for a, (_, _, r1) in _BONES.items()])
        noise = np.linalg.cholesky(rest) @ rng.normal(size=2)
        bones = {name: m + sd * (r * z + e) for (name, (m, sd, r)), e in zip(_BONES.items(), noise, strict=True)}
        u = rng.normal(0.0, 0.05)
        stages = {}
        for name, transitions, spread in (("pubis", _PUBIS, 0.2), ("crest", _CREST, 0.09)):
            own = math.sqrt(spread**2 - 0.05**2)
            passed = math.log(self.age) + u + rng.normal(0.0, own)
            stages[name] = int(sum(passed > math.log(t) for t in transitions))
        teeth = {t: _charted(_later(code, rng, 1.9 if self.high else 0.36), rng) for t, code in self.teeth.items()
                 if rng.random() < 0.7}
        return shown, bones, stages, teeth


def _growth(years: float) -> float:
    return 0.0 if years >= 23.0 else 0.6 ** (max(years, 15.0) - 18.0)


def _date(born: datetime.date, years: float, fallback: int) -> PartialDate:
    day = born + datetime.timedelta(days=round(years * 365.25))
    return PartialDate(day.year, day.month, day.day) if day.year > 1900 else PartialDate(fallback)


def _later(code: str, rng: np.random.Generator, pace: float) -> str:
    """The state two years on, at the usual rates times the class's pace."""
    filled, crowned, lost = (1 - math.exp(-r * pace * 2.0) for r in (0.03, 0.003, 0.008))
    if code == "X" or rng.random() < lost:
        return "X"
    if code == "C" or rng.random() < (crowned if code != "V" else 0.1 * crowned):
        return "C"
    if rng.random() < filled:
        new = str(rng.choice(("O", "MO", "MOD", "F"), p=(0.5, 0.2, 0.15, 0.15)))
        both = set(new) | (set(code) - {"V"})
        return "".join(x for x in "MODFL" if x in both)
    return code


def _charted(code: str, rng: np.random.Generator) -> str:
    if rng.random() >= dental.CHART_ERROR:
        return code
    surfaces = [x for x in code if x in "MODFL"] if code not in ("V", "X", "C") else []
    if surfaces and rng.random() < 0.5:
        kept = [x for x in surfaces if rng.random() < 0.5]
        return "".join(kept) if 0 < len(kept) < len(surfaces) else "V"
    return str(rng.choice(_CODES, p=np.mean(_CLASSES, axis=0)))  # another tooth's entry


def case_of(n: int, rng: np.random.Generator) -> tuple[Case, Physical, np.ndarray]:
    """n listed, n not listed; remains of a quarter of each; the truth by column: the row, or n for nobody listed."""
    listed, others = ([Person(rng) for _ in range(n)] for _ in range(2))
    truth = np.concatenate([np.arange(n // 4), np.full(n // 4, n)])
    found = [p.remains(rng) for p in (*listed[:n // 4], *others[:n // 4])]
    roster = tuple(MissingPerson(f"P{i}", "invented", p.sex, p.born, _LOST) for i, p in enumerate(listed))
    remains = tuple(Remains(f"R{j}") for j in range(len(found)))
    reference, related = [], []
    for group, s, mean in (("men", "male", 174.08), ("women", "female", 162.0)):
        reference.append(StatureMoment(group, s, "stature", mean, 6.33))
        reference += [StatureMoment(group, s, bone, m, sd) for bone, (m, sd, _) in _BONES.items()]
        related += [StatureCorrelation(group, "stature", bone, r) for bone, (_, _, r) in _BONES.items()]
        related.append(StatureCorrelation(group, "femur", "tibia", 0.87))
    examinations = [e for r, (shown, bones, stages, _) in zip(remains, found, strict=True) for e in (
        Examination(r.id, "sex", "log10_lr_male", shown),
        *(Examination(r.id, "stature", bone, cm) for bone, cm in bones.items()),
        *(Examination(r.id, "age", trait, float(s)) for trait, s in stages.items()))]
    physical = Physical(
        tuple(PhysicalRecord(f"P{i}", None, p.recorded, 1.5, 0.0, 2.54, p.measured, PartialDate(1948, 12, 1))
              for i, p in enumerate(listed)),
        tuple(Tooth(f"P{i}", t, _charted(c, rng)) for i, p in enumerate(listed) for t, c in p.teeth.items()),
        tuple(Tooth(r.id, t, c) for r, (_, _, _, teeth) in zip(remains, found, strict=True) for t, c in teeth.items()),
        tuple(examinations),
        tuple(Stage(name, k, a, sd) for name, ages, sd in (("pubis", _PUBIS, 0.2), ("crest", _CREST, 0.09))
              for k, a in enumerate(ages, 1)), tuple(reference), tuple(related),
        line_rates=(LineRate("sex", "male_share", 0.9), LineRate("age", "wrong_birth", 0.001)))
    return Case("invented", FrequencyTable("not stated", ()), synthetic=True, roster=roster, remains=remains), (
        physical), truth


def report(n: int, rng: np.random.Generator) -> tuple[str, list[str]]:
    """Draw, compare, and say what was found, as Markdown; and which rules are broken."""
    broken = []
    case, physical, truth = case_of(n, rng)
    lines = compare_physical(case, physical).supports
    rows = ["| line | mean LR, strangers | mean log10 LR, true pairs | true pairs above 1 |", "|---|---|---|---|"]
    true = (np.arange(n // 4), np.arange(n // 4))
    stranger = np.ones((n, len(truth)), bool)
    stranger[true] = False
    for line in (*lines, combine(lines)):
        own = line.log10_lr[true]
        rows.append(f"| {line.line} | {np.mean(10 ** line.log10_lr[stranger]):.3f} | {own.mean():.3f} | "
                    f"{np.mean(own > 0):.2f} |")
        if line.line in ("sex", "age", "stature") and abs(np.mean(10 ** line.log10_lr[stranger]) - 1.0) > 0.05:
            broken.append(f"{line.line}: the mean LR over strangers is not 1")
    prior = np.full((n + 1, len(truth)), 0.5 / n)
    prior[-1] = 0.5
    posterior = posterior_of(combine(lines), prior)
    hit = np.arange(n + 1)[:, None] == truth
    rows += ["", "| posterior | pairs | expected | true |", "|---|---|---|---|"]
    for low, high in pairwise(_BANDS):
        inside = (posterior > low) & (posterior <= high)
        expected, spread = posterior[inside].sum(), math.sqrt((posterior * (1.0 - posterior))[inside].sum())
        if abs(hit[inside].sum() - expected) > 4.0 * spread + 1.0:
            broken.append(f"posteriors from {low:g} to {high:g}: {hit[inside].sum()} true, {expected:.1f} expected")
        rows.append(f"| {low:g}–{high:g} | {inside.sum():,} | {posterior[inside].sum():.1f} | {hit[inside].sum()} |")
    names = posterior[:-1].argmax(axis=0)
    rows += ["", f"Of the {n // 4} listed, {np.mean(names[:n // 4] == truth[:n // 4]):.0%} stand first among {n:,}; "
             f"the truth has a mean posterior of {posterior[truth, np.arange(len(truth))].mean():.3f}."]
    rows += ["", "Rules: kept." if not broken else f"**Broken**: {'; '.join(broken)}."]
    return "\n".join(rows), broken


def main() -> None:
    """Write a dated report."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    found, broken = report(n, np.random.default_rng(1950))
    text = (f"# Lines of evidence beside DNA: {n:,} listed, as many not\n\nBy `{Path(__file__).name}`, seed 1950; "
            f"invented people, drawn from the models. No DNA.\n\n{found}\n")
    folder = Path(__file__).parent / "reports"
    (folder / f"lines-of-evidence-{datetime.datetime.now(datetime.UTC):%Y-%m-%d}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
