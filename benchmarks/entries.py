"""What is timed. To add one: a function that returns a Task, named in TASKS or, where it takes minutes, in LARGE."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
from assemblages import group_assemblage
from large_account import account_as_of, account_index
from large_register import import_roster, roster_folder, search_roster
from lines_of_evidence import LINES, compared
from long_chain import chain_in_memory, fill_register, verify_chain, verify_whole_register
from many_families import degraded, many_families

from homeward.commingling import compare_pairs, shipped
from homeward.decide import antemortem, identify
from homeward.decide.joint import JointPrior, identify_jointly
from homeward.decide.lines import compare_lines
from homeward.evidence import kinship
from homeward.formats import read_any
from homeward.formats.neutral import read_neutral
from homeward.formats.osteosort import read_osteosort
from homeward.kinship import FamilyBatch, Report, blind_search, encode_remains, locus_of
from homeward.kinship._blind_kernels import BLOCK, scan_block
from homeward.model import FrequencyTable, Laboratory, MutationModel, Profile
from homeward.simulate import fbi2015, grow_case

__all__ = ["LARGE", "TASKS", "Absent", "Task"]

_ROOT = Path(__file__).resolve().parents[1]
_BENCH = _ROOT.parent / "shared" / "bench"
_JOINT_SECONDS = {"planecrash": 748.0}  # dvir's whole joint calculation; it refuses the exclusion example
_MUTATION = {"proportional": MutationModel("proportional", 0.002),
             "stepwise": MutationModel("stepwise", 0.002, 0.00001, 0.1)}


class Absent(Exception):
    """The input of a benchmark is not on this machine."""


@dataclass(frozen=True, slots=True)
class Task:
    """``prepare`` makes the input and returns what is timed; ``pairs`` of persons and remains it compares, if any.

    ``peer_seconds`` (CPU) and ``origin`` say what another program takes for it. ``repeat``: false where one run is long
    enough, and nothing is compiled in it.
    """

    name: str
    prepare: Callable[[], Callable[[], object]]
    pairs: int | None = None
    peer_seconds: float | None = None
    origin: str = ""
    repeat: bool = True


def start(module: str) -> Task:
    """A Python process that imports one room."""
    command = [sys.executable, "-c", f"import {module}"]
    return Task(f"start: import {module}", lambda: partial(subprocess.run, command, check=True))


def grow() -> Task:
    """The synthetic case of the demonstration."""
    return Task("grow 60 families, 80 remains", lambda: lambda: grow_case(rng=np.random.default_rng(1950)))


def demonstration() -> Task:
    """The identification of the demonstration."""
    return Task("identify 70 × 80, proportional mutation",
                lambda: partial(identify, grow_case(rng=np.random.default_rng(1950)).case), 70 * 80)


def pairwise(name: str) -> Task:
    """Reading and identifying a case that dvir took the stated time for; dvir's figure is of the LR matrix alone."""
    path, peer = _stored(name)
    return Task(f"read, identify {name}", lambda: lambda: identify(read_neutral(path)), None, *peer)


def in_memory(name: str) -> Task:
    """The LR matrix alone, as dvir's figure is, from records that are there."""
    path, peer = _stored(name)

    def prepare() -> Callable[[], object]:
        case = read_neutral(path)
        profiles = case.remains_profiles()
        pm = kinship.Postmortem(tuple(r.id for r in case.remains),
                                tuple(profiles.get(r.id, Profile(r.id)) for r in case.remains),
                                tuple(r.sex for r in case.remains))
        return partial(kinship.compare, antemortem(case), pm, kinship.Params(case.frequencies))

    return Task(f"compare {name}", prepare, None, *peer)


def _stored(name: str) -> tuple[Path, tuple[float, str]]:
    path = _BENCH / "pairwise" / f"{name}.json"
    if not path.exists():
        raise Absent(f"{name}: ../shared/bench is absent")
    peer = json.loads(path.read_text(encoding="utf-8"))["outputs"]["pairwise_LR"]
    return path, (peer["cpu_s"], f"dvir 3.4.2, pairwise LR, bench/pairwise/{name}.json")


def joint(name: str) -> Task:
    """The whole of a published disaster, from a case in memory: pairwise LRs, pairings, assignments, GLR."""
    path = _BENCH.parent / "cases" / "dna" / "published" / f"{name}.json"
    if not path.exists():
        raise Absent(f"{name}: ../shared/cases is absent")
    peer = _JOINT_SECONDS.get(name)
    origin = f"dvir 3.4.2, joint, cases/dna/published/{name}.json" if peer else ""

    def prepare() -> Callable[[], object]:
        case = read_any(path)
        return lambda: identify_jointly(case, compare_lines(case).support)

    return Task(f"weigh together {name}", prepare, None, peer, origin)


def joint_thousand() -> Task:
    """A thousand missing and a thousand remains, every tenth family missing two: LRs, tables, posteriors, the best."""
    cases = _verification("joint_cases")

    def prepare() -> Callable[[], object]:
        rng = np.random.default_rng(1953)
        small = cases.grow(replace(cases.THOUSAND, persons=60, remains=60), cases.usual_loci(), rng)[0]
        identify_jointly(small, compare_lines(small).support)  # compiles
        case, prior = cases.grow(cases.THOUSAND, cases.usual_loci(), rng)[0], JointPrior(cases.THOUSAND.share)
        return lambda: identify_jointly(case, compare_lines(case).support, prior=prior)

    return Task("joint_1000x1000_two_in_ten", prepare, 1_000_000, repeat=False)


def _verification(name: str) -> ModuleType:
    """A module of the slow proofs, which grow cases too."""
    spec = spec_from_file_location(name, _ROOT / "verification" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise Absent(f"verification/{name}.py is absent")
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stranger(step: str) -> Task:
    """One of the README's commands in a fresh clone, all set-up included; the sources are those last committed."""

    def prepare() -> Callable[[], object]:
        clone = Path(tempfile.mkdtemp(prefix="homeward-")) / "main"
        subprocess.run(["git", "clone", "-q", str(_ROOT), str(clone)], check=True)
        return partial(subprocess.run, ["make", step], cwd=clone, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    return Task(f"fresh clone: make {step}", prepare, repeat=False)


def _table(mutation: str) -> FrequencyTable:
    return fbi2015("Caucasian", mutation=_MUTATION[mutation])


def _rates(n: int) -> list[Laboratory]:
    """Laboratories whose drop-out goes from 10 to 40 %, drop-in 1 %."""
    return [Laboratory(float(d), None, 0.01) for d in (np.linspace(0.1, 0.4, n) if n > 1 else [0.2])]


def _bad_dna(n_rates: int) -> str:
    return f"bad DNA, {n_rates} set{'s' * (n_rates > 1)} of rates" if n_rates else ""


def scan(n_rates: int) -> Task:
    """The kernel that adds up rows alone, in rows of a usual size and spread; every remains has one of the rates."""
    n, blocks = 20_000, 16
    what = _bad_dna(n_rates) or "certain reports"

    def prepare() -> Callable[[], object]:
        table, rng = _table("proportional"), np.random.default_rng(1)
        reports: list[Report] = many_families(0, n, table, rng)[1]
        codes = encode_remains(degraded(reports, _rates(n_rates), rng) if n_rates else reports, table)
        rows = rng.normal(-0.3, 0.6, (4, codes.n_rows, BLOCK)).astype(np.float32)
        column, lane = np.empty(n * BLOCK, dtype=np.int32), np.empty(n * BLOCK, dtype=np.int32)
        sums, excluded = np.empty(BLOCK, dtype=np.float32), np.zeros(BLOCK, dtype=np.int64)

        def work() -> None:
            for block in range(blocks):
                scan_block(rows[block % 4], codes.codes, np.float32(4.0), sums, excluded, column, lane, 0)

        return work

    return Task(f"scan kernel, 23 markers, {what}", prepare, n * blocks * BLOCK)


def tables(mutation: str) -> Task:
    """The tables of the missing of many families, from records in memory, at 23 markers."""
    n, tile = 7_700, 1024

    def prepare() -> Callable[[], object]:
        table = _table(mutation)
        relatives = many_families(n, 0, table, np.random.default_rng(1))[0]
        loci = [locus_of(m) for m in table.markers]

        def work() -> int:
            batch = FamilyBatch(relatives, table.markers)
            return sum(len(made.rows) for m, locus in enumerate(loci) for low in range(0, n, tile)
                       for made in batch.tables(m, locus, slice(low, low + tile)))

        return work

    return Task(f"tables of {n:,} families × 23 markers, {mutation}", prepare)


def search(n_remains: int, n_families: int, mutation: str = "proportional", *, n_rates: int = 0,
           workers: int = 1) -> Task:
    """A blind search end to end, from records in memory, floor log10 LR 4."""
    what = ", ".join(filter(None, (mutation, _bad_dna(n_rates), f"{workers} workers" if workers > 1 else "")))

    def prepare() -> Callable[[], object]:
        table, rng = _table(mutation), np.random.default_rng(1)
        relatives, reports, _ = many_families(n_families, n_remains, table, rng)
        if n_rates:
            reports = degraded(reports, _rates(n_rates), rng)
        work = partial(blind_search, relatives, reports, table, floor_log10_lr=4.0, workers=workers)
        blind_search(relatives[:64], reports[:64], table)  # compiles
        return work

    return Task(f"blind search {n_remains:,} × {n_families:,}, {what}", prepare, n_remains * n_families,
                repeat=n_remains * n_families < 10**8)


def register_import() -> Task:
    """A case folder of 100,000 persons into an empty register: read, stored, audited by the triggers."""

    def prepare() -> Callable[[], object]:
        roster_folder()
        return import_roster

    return Task("register: 100,000 persons imported", prepare, repeat=False)


def register_search(text: str) -> Task:
    """A search of that roster; after ``register_import``, whose register it searches."""
    return Task(f"register: {text!r} among 100,000 persons", lambda: partial(search_roster, text))


def custody_chain(n: int) -> Task:
    """A chain of custody verified: hashes, order, who held what; from lines in memory."""
    return Task(f"custody: {n:,} events verified, in memory", lambda: partial(verify_chain, chain_in_memory(n)))


def custody_register(n: int) -> Task:
    """What ``homeward verify-custody`` does, on a register of that many events."""

    def prepare() -> Callable[[], object]:
        fill_register(n)
        return verify_whole_register

    return Task(f"custody: {n:,} events verified, in the register", prepare)


def account_of_a_million_claims() -> Task:
    """The ledger of 100,000 persons and the index of a million claims, built once."""
    return Task("account: 100,000 persons, 1,000,000 claims indexed", account_index)


def figures_as_of() -> Task:
    """All figures of that ledger at the end of a day, and the claims that differ from them."""
    return Task("account: all figures and differences as of a day", account_as_of)


def groups_and_names(size: str, words: str) -> Task:
    """An assemblage of mingled bones to persons and names, until the chains agree."""
    return Task(f"group: {words}", lambda: group_assemblage(size), repeat=False)


def line_of_evidence(line: str) -> Task:
    """One line beside DNA, 7,700 persons and 2,000 remains, all with records."""
    return Task(f"line of evidence: {line}, 7,700 × 2,000", partial(compared, line), 7_700 * 2_000)


def bone_pairs(n: int, seconds: float | None = None) -> Task:
    """Every left humerus against every right one, from elements in memory: LRs without p-values."""
    path = _BENCH / f"humeri_{n}x{n}.csv"
    if not path.exists():
        raise Absent(f"humeri {n} × {n}: ../shared/bench is absent")

    def prepare() -> Callable[[], object]:
        found = read_osteosort(path).elements
        sides = ([e for e in found if e.side == side] for side in ("left", "right"))
        return partial(compare_pairs, *sides, shipped(), p_values=False)

    return Task(f"pairs of {n:,} × {n:,} humeri", prepare, n * n, seconds,
                "" if seconds is None else "OsteoSort 1.2.6 in R, one thread")


TASKS: tuple[Callable[[], Task], ...] = (
    partial(start, "homeward.model"),
    partial(start, "homeward.cli"),
    grow,
    demonstration,
    partial(pairwise, "parent_sib_none_100"),
    partial(pairwise, "parent_sib_stepwise_50"),
    partial(pairwise, "nephews2_none_50"),
    partial(pairwise, "cousins2_aunt_none_50"),
    partial(in_memory, "parent_sib_none_100"),
    partial(in_memory, "cousins2_aunt_none_50"),
    *(partial(joint, name) for name in ("planecrash", "exclusionExample", "grave", "icmp")),
    joint_thousand,
    partial(custody_chain, 100_000),
    partial(bone_pairs, 500, 453.4),
    partial(bone_pairs, 2_000),
    partial(scan, 0),
    partial(scan, 1),
    partial(scan, 20),
    partial(tables, "proportional"),
    partial(tables, "stepwise"),
    partial(search, 10_000, 7_700),
    partial(search, 10_000, 7_700, "stepwise"),
    partial(search, 10_000, 7_700, n_rates=1),
    partial(search, 10_000, 7_700, n_rates=20),
    *(partial(line_of_evidence, line) for line in LINES),
)

# Half a minute to minutes each: `run.py --large`.
LARGE: tuple[Callable[[], Task], ...] = (
    partial(groups_and_names, "medium", "about 60 persons, 450 elements, roster 800"),
    partial(groups_and_names, "k55", "about 250 persons, 2,000 elements, 55 boxes, roster 7,700"),
    partial(custody_register, 1_000_000),
    register_import,
    *(partial(register_search, text) for text in ("moor walter", "birken", "0001", "nobody", "")),
    account_of_a_million_claims,
    figures_as_of,
    joint_thousand,
    partial(stranger, "run"),
    partial(stranger, "test"),
    partial(search, 11_000, 66_673, workers=2),
    partial(search, 11_000, 66_673, "stepwise", workers=2),
    partial(search, 100_000, 100_000, workers=2),
)
