"""The blind search held against other programs, against brute force and against the laws of likelihood ratios.

The rules, any of which broken makes the exit code 1:

1. Every LR that dvir 3.4.2 gives in the stored cases is found within 1e-8, relative, and its zeros are exclusions.
2. Brute force, one family and one genotype at a time, finds the same pairs from every floor on, within 1e-9.
3. In each band of LRs from 0.01 to 10,000, for certain and for bad DNA, the shares of true pairs and of strangers
   foretell each other, P(band | stranger) = E[1/LR in the band | true], within four standard errors; the rarer is
   foretold from the more frequent. The share of strangers at or above LR t is at most 1/t. A wrong rate, on purpose, is
   noticed.
4. Without mutation and drop-out no true pair is excluded.
5. One, two and three workers, and remains and families in another order, give the same digest.

Only told: how often the true family comes first, and what becomes of bad DNA that is read as if it were certain.
"""

import argparse
import datetime
import hashlib
import itertools
import json
import math
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.decide import antemortem, postmortem
from homeward.formats.neutral import read_neutral, read_neutral_outputs
from homeward.kinship import BlindSearch, Relatives, Report, Typed, blind_search, genotype_tables
from homeward.model import FaultyInput, FrequencyTable, Genotype, Laboratory, Marker, MutationModel, Profile, Sex
from homeward.simulate import family_of, fbi2015
from homeward.simulate.inheritance import Loci, drop

_ROOT = Path(__file__).resolve().parents[1]
_SHARED = _ROOT.parent / "shared"
_SHAPES = ("parent and sib", "two sibs", "two nephews", "two cousins and an aunt")
_MODELS = {"none": MutationModel(), "proportional": MutationModel("proportional", 0.002),
           "stepwise": MutationModel("stepwise", 0.002, 0.00001, 0.1)}
_DNA = {"certain": Laboratory(), "drop-out 0.3": Laboratory(0.3),
        "drop-out 0.1, error 0.02": Laboratory(0.1, error=0.02)}
_RELATIVE = 1e-8  # published frequencies are rounded in their tenth digit; what is left over is counted differently
_LOG10, _ERRORS = 1e-9, 4.0
_ALL = -math.inf


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report; ``kept`` is whether its rule is kept, None where there is no rule to keep."""

    what: str
    figures: str
    kept: bool | None


@dataclass(frozen=True, slots=True)
class World:
    """Synthetic families, one set of remains of each one's missing member, and as many strangers."""

    table: FrequencyTable
    shapes: tuple[str, ...]
    relatives: tuple[Relatives, ...]
    members: tuple[Profile, ...]
    strangers: tuple[Profile, ...]


def grow(n: int, mutation: str, rng: np.random.Generator) -> World:
    """n families of each of the four shapes."""
    table = fbi2015("Caucasian", mutation=_MODELS[mutation])
    loci = Loci.of(table)
    shapes, relatives, members, strangers = [], [], [], []
    for shape, _ in itertools.product(_SHAPES, range(n)):
        shaped = family_of(shape, rng=rng)
        missing = shaped.family.missing[0].id
        genes, others = (drop(shaped.family, loci, rng) for _ in range(2))
        shapes.append(shape)
        relatives.append(Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), missing))
        members.append(genes[missing])
        strangers.append(others[missing])
    return World(table, tuple(shapes), tuple(relatives), tuple(members), tuple(strangers))


def degraded(profile: Profile, table: FrequencyTable, laboratory: Laboratory, rng: np.random.Generator) -> Profile:
    """What a laboratory of these rates shows of a genotype; it leaves out markers that show nothing."""
    shown = {}
    for marker in table.markers:
        g = profile.genotypes[marker.name]
        lost = rng.random(2) < laboratory.dropout if g.first != g.second else np.full(2, rng.random() <
                                                                                     laboratory.homozygote)
        seen = [a for a, gone in zip(g.alleles, lost, strict=True) if not gone]
        if rng.random() < laboratory.error:
            seen = rng.choice(marker.alleles, 2, p=np.array(marker.frequencies)).tolist()
        if seen:
            shown[marker.name] = Genotype(seen[0], seen[-1])
    return Profile(profile.sample, shown)


# --- 1. another program


def against_dvir() -> Iterator[Outcome]:
    """Every stored case of several missing without coancestry."""
    folders = (_SHARED / "bench" / "pairwise", _SHARED / "cases" / "dna" / "published")
    for path in sorted(p for folder in folders for p in folder.glob("*.json") if not p.name.endswith(".dp.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["kind"] == "dvi" and not stored["theta"] and "pairwise_LR" in stored["outputs"]:
            yield _against_case(path)
    if not _SHARED.is_dir():
        yield Outcome("dvir 3.4.2", "not compared: the folder shared is absent", None)


def _against_case(path: Path) -> Outcome:
    try:
        case, stated = read_neutral(path), read_neutral_outputs(path)["pairwise_LR"]
    except FaultyInput as refused:
        return Outcome(f"dvir 3.4.2, {path.stem}", f"not compared: the file has {len(refused.faults)} faults", None)
    am, pm = antemortem(case), postmortem(case)
    present = [i for i, r in enumerate(am.relatives) if r is not None]
    found = blind_search([r for r in am.relatives if r is not None], pm.reports(), case.frequencies,
                         floor_log10_lr=_ALL)
    lrs = {(am.ids[present[i]], pm.ids[j]): v for i, j, v in
           zip(found.person.tolist(), found.remains.tolist(), found.log10_lr.tolist(), strict=True)}
    worst, n, wrong = 0.0, 0, 0
    for (i, remains), (j, person) in itertools.product(enumerate(stated["rows"]), enumerate(stated["cols"])):
        lr = stated["matrix"][i][j]
        if am.relatives[am.ids.index(person)] is None:
            continue
        n += 1
        if not lr or (person, remains) not in lrs:
            wrong += bool(lr) or (person, remains) in lrs
        else:
            worst = max(worst, abs(math.expm1((lrs[person, remains] - math.log10(lr)) * math.log(10.0))))
    return Outcome(f"dvir 3.4.2, {path.stem}", f"{n:,} pairs, largest relative difference {worst:.1e}, {wrong} "
                   "exclusions differ", worst <= _RELATIVE and not wrong)


# --- 2. brute force


def against_brute_force(n: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """All pairs, one family at a time and every ordered genotype in turn."""
    for mutation in _MODELS:
        world = grow(n, mutation, rng)
        reports = _of_every_quality(world, rng)
        expected = _brute(world, reports)
        found = blind_search(world.relatives, reports, world.table, floor_log10_lr=_ALL)
        lrs = np.full(expected.shape, -math.inf)
        lrs[found.person, found.remains] = found.log10_lr
        same = (np.isfinite(lrs) == np.isfinite(expected)).all()
        finite = np.isfinite(lrs) & np.isfinite(expected)
        worst = float(np.abs(lrs[finite] - expected[finite]).max())
        floors = [0.0, 2.0, *np.sort(found.log10_lr)[:: max(1, len(found.log10_lr) // 20)].tolist()]
        missed = sum(_differs(world, reports, floor, lrs) for floor in floors)
        yield Outcome(f"brute force, {mutation}", f"{expected.size:,} pairs, {int((~finite).sum()):,} excluded, "
                      f"largest difference {worst:.1e} of log10 LR; {missed} of {len(floors)} floors differ",
                      bool(same) and worst <= _LOG10 and not missed)


def _differs(world: World, reports: list[Report], floor: float, lrs: NDArray[np.float64]) -> bool:
    found = blind_search(world.relatives, reports, world.table, floor_log10_lr=floor)
    return set(zip(found.person.tolist(), found.remains.tolist(), strict=True)) != set(
        map(tuple, np.argwhere(lrs >= floor).tolist()))


def _of_every_quality(world: World, rng: np.random.Generator) -> list[Report]:
    """Certain, bad, bad twice over; some markers missing, some partial, some remains of recorded sex."""
    lab, worse = Laboratory(0.2, None, 0.01), Laboratory(0.4, 0.3, 0.02, 0.001)
    reports = []
    for n, profile in enumerate((*world.members, *world.strangers)):
        one, two = (degraded(profile, world.table, rates, rng) for rates in (lab, worse))
        some = {m: Genotype(g.first, None) if rng.random() < 0.1 else g for m, g in profile.genotypes.items()
                if rng.random() < 0.8}
        report = (Report(Profile("", some)), Report(one, laboratory=lab), Report(one, laboratory=lab,
                                                                               replicates=((two, worse),)))[n % 3]
        reports.append(replace(report, sex=(Sex.MALE, Sex.UNKNOWN, Sex.UNKNOWN, Sex.FEMALE)[n % 4]))
    return reports


def _brute(world: World, reports: list[Report]) -> NDArray[np.float64]:
    """log10 LR of all pairs by sums over ordered genotypes; −inf where excluded."""
    total = np.zeros((len(world.relatives), len(reports)))
    for marker in world.table.markers:
        p = np.array(marker.frequencies)
        shown = [r.at(marker.name) for r in reports]
        weights = {s: np.array([[_weight(marker, s, (a, b)) for b in range(len(p))] for a in range(len(p))]).ravel()
                   for s in set(shown) if s}
        of_report = np.array([weights.get(s, np.ones(len(p) ** 2)) for s in shown]) * np.outer(p, p).ravel()
        for i, r in enumerate(world.relatives):
            table, = genotype_tables([r], marker)
            if table is not None:
                lr = table.lr[np.ix_(table.place, table.place)].ravel()
                with np.errstate(divide="ignore"):
                    total[i] += np.log10(of_report @ lr / of_report.sum(axis=1))
    total[:, [r.sex is Sex.FEMALE for r in reports]] = -math.inf  # the missing of these families are men
    return total


def _weight(marker: Marker, shown: tuple[tuple[Genotype, Laboratory], ...], pair: tuple[int, int]) -> float:
    """P(all amplifications | genotype): Gill et al. 2012, doi:10.1016/j.fsigen.2012.06.002, allele by allele."""
    return math.prod(_one_weight(marker, g, laboratory, pair) for g, laboratory in shown)


def _one_weight(marker: Marker, g: Genotype, laboratory: Laboratory, pair: tuple[int, int]) -> float:
    p, seen = marker.frequencies, {marker.index(a) for a in g.alleles}
    lost = laboratory.homozygote if pair[0] == pair[1] else laboratory.dropout
    if g.is_partial:
        a, = seen
        product, by_chance = 1.0 - lost if a in pair else laboratory.dropin * p[a], p[a] * (2.0 - p[a])
    else:
        foreign = seen - set(pair)
        product = math.prod(1.0 - lost if a in seen else lost for a in set(pair))
        product *= math.prod(laboratory.dropin * p[a] for a in foreign) if foreign else 1.0 - laboratory.dropin
        by_chance = math.prod(p[a] for a in seen) * (p[min(seen)] if len(seen) == 1 else 2.0)
    return (1.0 - laboratory.error) * product + laboratory.error * by_chance


# --- 3. and 4. the laws


def against_the_laws(n: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """Strangers against true pairs in each band of LRs, and exclusions of true pairs."""
    for (name, laboratory), mutation in itertools.product(_DNA.items(), ("none", "stepwise")):
        world = grow(n, mutation, rng)
        true, bands = _bands(f"{name}, {mutation}", world, (laboratory, laboratory), rng)
        yield from bands
        if name == "certain" and mutation == "none":
            excluded = int(np.isneginf(true).sum())
            yield Outcome("true pairs excluded, certain, none", f"{excluded} of {len(true):,}", excluded == 0)
    _, bands = _bands("", grow(n, "none", rng), (Laboratory(0.3), Laboratory(0.05)), rng)
    noticed = sum(not band.kept for band in bands)
    yield Outcome("drop-out 0.3 stated as 0.05, on purpose", f"{noticed} of {len(bands)} bands break rule 3",
                  noticed > 0)


def _bands(name: str, world: World, laboratories: tuple[Laboratory, Laboratory],
           rng: np.random.Generator) -> tuple[NDArray[np.float64], list[Outcome]]:
    """``laboratories``: the one that read the remains, and the one that the search is told of."""
    members, strangers = ([Report(degraded(p, world.table, laboratories[0], rng), laboratory=laboratories[1])
                           for p in some] for some in (world.members, world.strangers))
    true = _diagonal(blind_search(world.relatives, members, world.table, floor_log10_lr=_ALL), len(members))
    among = blind_search(world.relatives, strangers, world.table, floor_log10_lr=-2.0)
    return true, [_band(f"{name}, {shape}", world, (true, among), (shape, low))
                  for shape, low in itertools.product(_SHAPES, (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0))]


def _diagonal(found: BlindSearch, n: int) -> NDArray[np.float64]:
    true, own = np.full(n, -math.inf), found.person == found.remains
    true[found.person[own]] = found.log10_lr[own]
    return true


def _band(name: str, world: World, found: tuple[NDArray[np.float64], BlindSearch], at: tuple[str, float]) -> Outcome:
    """Strangers and true pairs with LRs from 10^k to 10^(k+1), the rarer of the two foretold from the other."""
    (true, among), (shape, low) = found, at
    of_shape = np.array([s == shape for s in world.shapes])
    own = true[of_shape][(true[of_shape] >= low) & (true[of_shape] < low + 1.0)]
    inside = of_shape[among.person] & (among.log10_lr >= low) & (among.log10_lr < low + 1.0)
    n_true, n_pairs = int(of_shape.sum()), int(of_shape.sum()) * len(world.strangers)
    if inside.sum() >= len(own):  # P(band | true) = E[LR in the band | stranger]
        told, error = _mean_over_pairs(world, among, of_shape, np.where(inside, 10.0 ** among.log10_lr, 0.0))
        seen, spread = len(own) / n_true, 0.0
        what, n = "true pairs", n_true
    else:  # P(band | stranger) = E[1/LR in the band | true]
        each = np.zeros(n_true)
        each[:len(own)] = 10.0 ** -own
        told, error = float(each.mean()), float(each.std()) / math.sqrt(n_true)
        seen, spread = _mean_over_pairs(world, among, of_shape, inside.astype(np.float64))
        what, n = "strangers", n_pairs
    off = (seen - told) / math.sqrt(error**2 + spread**2 + max(seen, told, 1.0 / n) / n)
    above = float((of_shape[among.person] & (among.log10_lr >= low)).sum()) / n_pairs
    return Outcome(f"LR from {10 ** low:g} to {10 ** (low + 1):g}: {name}",
                   f"{what} {seen:.2e}, foretold {told:.2e}: {off:+.1f} standard errors; strangers at or above "
                   f"{above:.1e}",
                   abs(off) <= _ERRORS and above <= 10.0 ** -low)


def _mean_over_pairs(world: World, among: BlindSearch, of_shape: NDArray[np.bool_],
                     values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean over all pairs of the shape's families and strangers, and its standard error, family by family and column
    by column: pairs of one family, and of one set of remains, go together."""
    n_am, n_pm = int(of_shape.sum()), len(world.strangers)
    rows = np.bincount(among.person, values, minlength=len(of_shape))[of_shape] / n_pm
    columns = np.bincount(among.remains, values, minlength=n_pm) / n_am
    return float(rows.mean()), math.sqrt(rows.var() / n_am + columns.var() / n_pm)


# --- 5. the same again


def same_again(n: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """Digests of the same search with other numbers of threads and in another order."""
    world = grow(n, "proportional", rng)
    reports = _of_every_quality(world, rng)
    rows, columns = rng.permutation(len(world.relatives)), rng.permutation(len(reports))
    digests = {}
    for workers, most in itertools.product((1, 2, 3), (20_000_000, 500)):
        found = blind_search(world.relatives, reports, world.table, floor_log10_lr=0.0, most=most, workers=workers)
        digests.setdefault(most, set()).add(_digest(found.person, found.remains, found.log10_lr))
    turned = blind_search([world.relatives[i] for i in rows], [reports[j] for j in columns], world.table,
                          floor_log10_lr=0.0)
    person, remains = rows[turned.person], columns[turned.remains]
    order = np.lexsort((remains, -turned.log10_lr, person))
    digests[20_000_000].add(_digest(person[order], remains[order], turned.log10_lr[order]))
    yield Outcome("workers and order", f"{len(digests[20_000_000])} digest with every pair, {len(digests[500])} with a "
                  "raised floor", all(len(d) == 1 for d in digests.values()))


def _digest(*columns: NDArray[np.generic]) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(c).tobytes() for c in columns)).hexdigest()


# --- what is only told


def told(n: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """Rank of the true family, and bad DNA that is read as if it were certain."""
    world = grow(n, "stepwise", rng)
    for name, laboratory in (*_DNA.items(), ("drop-out 0.3 read as certain", Laboratory(0.3))):
        stated = Laboratory() if name.endswith("certain") else laboratory
        reports = [Report(degraded(p, world.table, laboratory, rng), laboratory=stated) for p in world.members]
        found = blind_search(world.relatives, reports, world.table, floor_log10_lr=-20.0)
        true = _diagonal(found, len(reports))
        better = np.bincount(found.remains[found.log10_lr > true[found.remains]], minlength=len(reports))
        for shape in _SHAPES:
            of_shape = np.array(world.shapes) == shape
            first, ten = ((of_shape & (better < k)).sum() / of_shape.sum() for k in (1, 10))
            reaches = [f"{(true[of_shape] >= floor).mean():.0%}" for floor in (2.0, 4.0, 6.0)]
            yield Outcome(f"{shape}, {name}", f"true family first of {len(reports):,} {first:.1%}, in the first ten "
                          f"{ten:.1%}; median log10 LR {np.median(true[of_shape]):.1f}; reach 2, 4, 6: "
                          f"{', '.join(reaches)}", None)


# --- the report


def write(outcomes: list[Outcome], path: Path, *, day: datetime.date, seed: int, families: int) -> None:
    """The dated report: what was found, with what, and whether the rules are kept."""
    marks = {True: "kept", False: "**broken**", None: "–"}
    software = ", ".join(f"{name} {version(name)}" for name in ("homeward", "numpy", "numba"))
    rules = [o for o in outcomes if o.kept is not None]
    lines = [f"# The blind search, verified on {day.isoformat()}", "",
             f"{software}, Python {platform.python_version()}; seed {seed}; {families} families of each shape. "
             f"{sum(bool(o.kept) for o in rules)} of {len(rules)} checks kept. The rules stand in "
             "`verification/blind_search.py`.", "",
             "| what | figures | rule |", "|---|---|---|",
             *(f"| {o.what} | {o.figures} | {marks[o.kept]} |" for o in outcomes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Run everything; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=int, default=500, help="of each of the four shapes")
    parser.add_argument("--seed", type=int, default=1950)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    day = datetime.datetime.now(tz=datetime.UTC).date()
    outcomes: list[Outcome] = []
    for part in (against_dvir(), against_brute_force(20, np.random.default_rng(asked.seed)),
                 against_the_laws(asked.families, np.random.default_rng(asked.seed + 1)),
                 same_again(200, np.random.default_rng(asked.seed + 2)),
                 told(asked.families, np.random.default_rng(asked.seed + 3))):
        for outcome in part:
            outcomes.append(outcome)
            sys.stdout.write(f"{ {True: 'kept  ', False: 'BROKEN', None: '      '}[outcome.kept]} {outcome.what}: "
                             f"{outcome.figures}\n")
            sys.stdout.flush()
    path = asked.out / f"blind-search-{day.isoformat()}.md"
    write(outcomes, path, day=day, seed=asked.seed, families=asked.families)
    sys.stdout.write(f"report: {path}\n")
    return int(any(o.kept is False for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
