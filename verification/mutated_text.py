"""Damaged PED and GEDCOM files: read, or refused in words, soon and in little memory.

The rules, any of which broken makes the exit code 1:

1. Every damaged file ends in a value or in a deliberate error (HomewardError), never in another exception; a refusal
   for faults (FaultyInput) names at least one.
2. None takes 2 seconds of one core, with everything that is made of it: family, profiles, case, a copy without the
   living.
3. The whole run stays within 256 MB above what was held before the first file.
4. What is read can be written and is read again as an equal value.
5. Of the damaged files some are read and some refused: the damage is neither nothing nor everything.

Beside small files with one to eight pieces of damage, GEDCOM files of more than 100,000 lines with some damage are
read, and files of random bytes. All people are synthetic.
"""

import argparse
import datetime
import platform
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from homeward.formats.gedcom import Reach, gedcom_family, read_gedcom, without_living, write_gedcom
from homeward.formats.ped import ped_case, ped_file, ped_people, read_ped, write_ped
from homeward.model import FaultyInput, HomewardError

_ROOT = Path(__file__).resolve().parents[1]
_DATA = _ROOT / "tests" / "homeward" / "formats" / "data"
_TODAY = datetime.date(2026, 1, 1)
_SECONDS, _MEGABYTES = 2.0, 256.0
_PED_JUNK = ("0", "1", "2", "3", "-9", "x", "F", "M", "14/15", "/", "NA", "", "\t", " ", "#", "Ped:", "1e308", "nan",
             "\x00", "\u0661", "김", "=1+1", "9" * 400, "Missing", ",,,,")
_GED_JUNK = (
    "0 @I1@ INDI", "1 FAMC @F1@", "1 FAMS @F4@", "1 HUSB @I4@", "1 CHIL @I2@", "1 SEX F", "1 SEX Q", "2 PEDI adopted",
    "1 ADOP", "0 HEAD", "0 TRLR", "1 BIRT", "2 DATE 30 FEB 1950", "2 DATE HEBREW 99 TSH 99999", "2 CONC", "99 X",
    "1 CHAR ANSEL", "1 FAMC @NOBODY@", "1 FAMC", "\x00", "2 DATE @#DFRENCH R@ 6 COMP 4", "2 DATE BET AND", "0 @I1@ FAM",
    "@@", "1 NOTE " + "x" * 500, "김", "-1 NAME x", "01 NAME x", "2 DATE (" + "(" * 300)


@dataclass(slots=True)
class Tally:
    """What became of the files, by kind: how many ended how, the slowest, what broke a rule."""

    ends: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def damaged(rng: random.Random, text: str, junk: tuple[str, ...], *, words: bool) -> str:
    """A text with one to eight of its lines, words or characters lost, doubled, moved or exchanged."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, rng.choice(junk))
            case 2:
                lines[at] = rng.choice(junk)
            case 3:
                lines[at], lines[other] = lines[other], lines[at]
            case 4:
                lines.insert(at, lines[other])
            case 5:
                if rng.random() < 0.2:
                    del lines[at:]
            case 6:
                parts = lines[at].split(" ") if not words else lines[at].split()
                if parts:
                    other_words = junk if words else ("0", "9", "@I2@", "@F1@", "NAME", "")
                    parts[rng.randrange(len(parts))] = rng.choice(other_words)
                    lines[at] = " ".join(parts)
            case 7:
                cut = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + rng.choice(("", "9", "@", " ", "\t", "/")) + lines[at][cut + 1:]
        lines = lines or [""]
    return "\n".join(lines)


def through_ped(folder: Path) -> None:
    """Read a PED file with what lies beside it, make everything of it, write it, read it again."""
    file = read_ped(folder / "x.ped")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    write_ped(file, out / "x.ped")
    again = read_ped(out / "x.ped")
    for old in out.iterdir():
        old.unlink()
    assert again == file, "is not read as it was written"
    people = ped_people(file)
    ped_file(people.families, people.profiles)
    if any(m.frequencies for m in file.markers):
        ped_case(file)


def through_gedcom(folder: Path) -> None:
    """Read a GEDCOM file, find a family in it, take the living out, write both, read them again."""
    tree = read_gedcom(folder / "x.ged")
    for made in (tree, without_living(tree, today=_TODAY)):
        write_gedcom(made, folder / "out.ged")
        again = read_gedcom(folder / "out.ged")
        assert again.persons == made.persons, "is not read as it was written"
        assert again.families == made.families, "is not read as it was written"
    for who in list(tree.persons)[:2]:
        gedcom_family(tree, who, reach=Reach(today=_TODAY))


def ped_files(rng: random.Random, n: int, folder: Path) -> Iterator[str]:
    """Damaged PED files; one in three has its damage in a file beside it."""
    sources = sorted((_DATA / "ped").glob("*.ped"))
    for _ in range(n):
        source = rng.choice(sources)
        for old in folder.glob("x.*"):
            old.unlink()
        beside = [p for p in source.parent.glob(f"{source.stem}.*") if p != source]
        hit = rng.choice(beside) if beside and rng.random() < 0.34 else source
        for path in (source, *beside):
            text = path.read_text(encoding="utf-8")
            if path == hit:
                text = damaged(rng, text, _PED_JUNK, words=True)
            (folder / f"x{path.suffix}").write_bytes(text.encode(rng.choice(("utf-8", "utf-8", "utf-16"))))
        yield source.name


def gedcom_files(rng: random.Random, n: int, folder: Path) -> Iterator[str]:
    """Damaged GEDCOM files, in several character sets."""
    sources = sorted((_DATA / "gedcom").glob("*.ged"))
    for _ in range(n):
        source = rng.choice(sources)
        text = damaged(rng, source.read_text(encoding="utf-8"), _GED_JUNK, words=False)
        content = text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le")))
        if rng.random() < 0.1:
            at = rng.randrange(len(content) or 1)
            content = content[:at] + rng.randbytes(rng.randint(1, 4)) + content[at + 1:]
        (folder / "x.ged").write_bytes(content)
        yield source.name


def noise(rng: random.Random, n: int, folder: Path, name: str) -> Iterator[str]:
    """Files of random bytes behind a beginning that promises more."""
    for _ in range(n):
        start = rng.choice((b"", b"0 HEAD\n1 CHAR ANSEL\n", b"#family_id id father mother sex\n", b"\xff\xfe",
                            b"1 1 0 0 1 1\n"))
        (folder / name).write_bytes(start + rng.randbytes(rng.randint(0, 2000)))
        yield "random bytes"


def large_files(rng: random.Random, n: int, folder: Path) -> Iterator[str]:
    """Trees of more than 100,000 lines, some of them damaged."""
    text = large_tree(rng, 8_000)
    for i in range(n):
        (folder / "x.ged").write_text(text if i == 0 else damaged(rng, text, _GED_JUNK, words=False), encoding="utf-8")
        yield f"{text.count(chr(10)):,} lines"


def large_tree(rng: random.Random, people: int) -> str:
    """A tree of many generations, fourteen lines a person."""
    lines = ["0 HEAD", "1 GEDC", "2 VERS 5.5.1", "2 FORM LINEAGE-LINKED", "1 CHAR UTF-8"]
    sexes = [rng.choice("MF") for _ in range(people)]
    families: dict[tuple[int, int], list[int]] = {}
    for child in range(400, people):
        a, b = rng.sample(range(child - 400, child - 100), 2)
        if sexes[a] != sexes[b]:
            families.setdefault((a, b) if sexes[a] == "M" else (b, a), []).append(child)
    child_of = {c: i for i, couple in enumerate(families) for c in families[couple]}
    founded: dict[int, list[int]] = {}
    for i, couple in enumerate(families):
        for who in couple:
            founded.setdefault(who, []).append(i)
    for i, sex in enumerate(sexes):
        lines += [f"0 @I{i}@ INDI", f"1 NAME Given{i} /Kim{i % 300}/", f"2 SURN Kim{i % 300}", f"1 SEX {sex}", "1 BIRT",
                  f"2 DATE {rng.randint(1, 28)} MAR {1700 + i * 300 // people}", "2 PLAC Seoul", "1 DEAT",
                  f"2 DATE ABT {1760 + i * 300 // people}", "1 NOTE some words about him", "2 CONT on two lines"]
        lines += [f"1 FAMC @F{child_of[i]}@"] if i in child_of else []
        lines += [f"1 FAMS @F{f}@" for f in founded.get(i, ())]
    for i, ((father, mother), children) in enumerate(families.items()):
        lines += [f"0 @F{i}@ FAM", f"1 HUSB @I{father}@", f"1 WIFE @I{mother}@", *(f"1 CHIL @I{c}@" for c in children)]
    return "\n".join([*lines, "0 TRLR", ""])


def run(files: Iterator[str], through: Callable[[Path], object], folder: Path) -> Tally:
    """Put file after file through, and note how each ends."""
    tally = Tally()
    for n, source in enumerate(files):
        start = time.process_time()
        try:
            through(folder)
            tally.ends["read"] += 1
        except FaultyInput as error:
            tally.ends["refused"] += 1
            if not error.faults:
                tally.broken.append(f"{n} {source}: refused without a fault")
        except HomewardError:
            tally.ends["refused in one sentence"] += 1
        except Exception as error:
            tally.broken.append(f"{n} {source}: {type(error).__name__}: {error}")
        seconds = time.process_time() - start
        tally.slowest = max(tally.slowest, seconds)
        if seconds >= _SECONDS:
            tally.broken.append(f"{n} {source}: {seconds:.1f} s")
    return tally


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run everything, write the report; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000, help="of each of the two formats")
    parser.add_argument("--seed", type=int, default=1950)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    rng, before = random.Random(asked.seed), _peak_mb()
    lines, broken = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = (
            ("PED", ped_files(rng, asked.files, folder), through_ped),
            ("GEDCOM", gedcom_files(rng, asked.files, folder), through_gedcom),
            ("PED, random bytes", noise(rng, asked.files // 10, folder, "x.ped"), through_ped),
            ("GEDCOM, random bytes", noise(rng, asked.files // 10, folder, "x.ged"), through_gedcom),
            ("GEDCOM, large", large_files(rng, 20, folder), lambda folder: read_gedcom(folder / "x.ged")),
        )
        for what, files, through in parts:
            tally = run(files, through, folder)
            kept = not tally.broken and ("random" in what or len(tally.ends) > 1)
            broken += not kept
            ends = ", ".join(f"{n:,} {end}" for end, n in sorted(tally.ends.items()))
            lines.append(f"| {what} | {ends}; slowest {tally.slowest:.2f} s | {'kept' if kept else '**broken**'} |")
            sys.stdout.write("\n".join((lines[-1], *tally.broken[:20])) + "\n")
            sys.stdout.flush()
    used = _peak_mb() - before
    broken += used >= _MEGABYTES
    lines.append(f"| memory of the whole run, above the start | {used:.0f} MB | "
                 f"{'kept' if used < _MEGABYTES else '**broken**'} |")
    day = datetime.datetime.now(tz=datetime.UTC).date()
    head = [f"# Damaged PED and GEDCOM files, read on {day.isoformat()}", "",
            f"homeward {version('homeward')}, Python {platform.python_version()}; seed {asked.seed}. The rules stand "
            "in `verification/mutated_text.py`. All people are synthetic.", "",
            "| what | figures | rule |", "|---|---|---|"]
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / f"mutated-text-{day.isoformat()}.md"
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{lines[-1]}\nreport: {path}\n")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
