"""Damaged files of CODIS and NIEM: read, or refused in words, soon and in little memory.

The rules, any of which broken makes the exit code 1:

1. Every damaged file ends in a value or in a deliberate error (HomewardError), never in another exception; a refusal
   for faults (FaultyInput) names at least one.
2. None takes 2 seconds of the processor, with everything that is made of it: what is written of it, samples, a case,
   files of the case.
3. The whole run stays within 256 MB above what was held before the first file.
4. What is read can be written and is read again as an equal value.
5. Of the damaged files some are read and some refused: the damage is neither nothing nor everything.
6. Document types, entities that grow or fetch, files too deep, too long, of too many elements are refused.

The files of spec/codis and spec/niem get one to eight pieces of damage each, half of them in ways that leave the XML
well-formed. Files of random bytes are read as well. All people are synthetic.
"""

import argparse
import contextlib
import copy
import datetime
import platform
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring, tostring

from homeward.formats.codis import Letter, case_to_cmf, cmf_case, cmf_samples, read_cmf, write_cmf
from homeward.formats.niem import RELEASES, case_to_niem, niem_case, read_niem, write_niem
from homeward.model import Case, FaultyInput, HomewardError
from homeward.simulate import fbi2015

_ROOT = Path(__file__).resolve().parents[1]
_SPEC = _ROOT / "spec"
_SECONDS, _MEGABYTES = 2.0, 256.0
_LETTER = Letter("SYNTH0000", "SYNTH0001", "analyst1", "2024-05-01T09:30:00")
_FREQUENCIES = fbi2015()
_BROKEN = ("<", "&lt;6", "&amp;", "&nothing;", "&#0;", "&#xD800;", "&#13;", "]]>", "\x00", "\ufffe")
_TEXTS = ("", " ", "0", "1", "-1", "true", "x" * 300, "9.3", "X", "Y", "<6", ">20", "김", "3.2", "3.3", "TH01", "THO1",
          "DYS385a", "DYS391", "Amelogenin", "Penta D", "X\tY", "a\nb", "Z", "OL", "R-0001", "M-0412",
          "Biological Mother", "Unidentified Person", "Missing Person", "Spouse", "Family Relative",
          "2024-05-01T24:00:00Z", "2024-02-30T00:00:00", "0000-00-00T00:00:00", "Normal", "Partial", "Range", "S", "K",
          "ID-1", "ID-2", "16024", "99999", "-", "N", "Negated", "٣", "1e308", "nan", "Female", "ID-1 ID-2", "#ID-3")
_TAGS = ("<ALLELE>", "</ALLELE>", "<LOCUS/>", "<SPECIMEN>", "<x/>", "<!-- a comment -->", "<![CDATA[9.3]]>", "<?pi x?>",
         "<biom:DNALocus>", "</biom:DNARecord>", "<biom:DNAAllele/>", '<x xmlns="urn:y"/>', "<BATCHID/>", "<nc:x/>",
         "<!DOCTYPE x>", '<x xmlns:biom="urn:y"/>', "<!", "<", "<a b='1' b='2'/>")
_ATTRIBUTES = ("CASEID", "PARTIAL", "KIT", "x", f"{{{RELEASES['5.1'].structures}}}id",
               f"{{{RELEASES['5.1'].structures}}}ref", f"{{{RELEASES['5.1'].structures}}}metadata",
               f"{{{RELEASES['5.1'].xsi}}}nil")
_HOSTILE = {
    "entities that grow": '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(9)) + "]><x>&a8;</x>",
    "an entity that fetches": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "a fetched document type": '<!DOCTYPE x SYSTEM "http://localhost:9/x.dtd"><x/>',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///dev/zero"> %a;]><x/>',
    "too deep": "<x>" * 100_000,
    "too many elements": "<x>" + "<y/>" * 600_000 + "</x>",
    "too many in one record": "<x><y>" + "<z/>" * 200_000 + "</y></x>",
    "too many attributes": "<x " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>",
    "too long a tag": "<x " + "a" * 5_000_000 + '=""/>',
    "too long a comment": "<x><!--" + "a" * 5_000_000 + "--></x>",
    "too large": "<x>" + " " * 33_000_000 + "</x>",
    "an unknown encoding": '<?xml version="1.0" encoding="rot13"?><x/>',
    "an encoding of several bytes": '<?xml version="1.0" encoding="cp949"?><x/>',
    "version 1.1": '<?xml version="1.1"?><x/>',
    "no element": "<!-- nothing -->",
}


@dataclass(slots=True)
class Tally:
    """What became of the files: how many ended how, the slowest, what broke a rule."""

    ends: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def damaged(rng: random.Random, text: str) -> bytes:
    """A file with one to eight of its elements, tags, texts, attributes or bytes lost, doubled, moved or exchanged."""
    times = rng.choice((1, 1, 2, 3, 8))
    if rng.random() < 0.5:
        return _rearranged(rng, fromstring(text), times)
    tokens = re.split(r"(<[^>]*>)", text)
    for _ in range(times):
        _break(rng, tokens)
    content = "".join(tokens).encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16")), errors="replace")
    if rng.random() < 0.1:
        at = rng.randrange(len(content) or 1)
        content = content[:at] + rng.randbytes(rng.randint(1, 4)) + content[at + 1:]
    return content


def _break(rng: random.Random, tokens: list[str]) -> None:
    at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    match rng.randrange(6):
        case 0:
            tokens[at] = ""
        case 1:
            tokens.insert(at, rng.choice(_TAGS))
        case 2:
            texts = [i for i, token in enumerate(tokens) if token.strip() and not token.startswith("<")]
            tokens[rng.choice(texts or [at])] = rng.choice(_BROKEN)
        case 3:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case 4:
            tokens[at] = re.sub(r'"[^"]*"', f'"{rng.choice(_BROKEN)}"', tokens[at], count=1)
        case 5:
            cut = rng.randrange(len(tokens[at]) + 1)
            sign = rng.choice(("", "9", "<", ">", '"', "&", "/", " "))
            tokens[at] = tokens[at][:cut] + sign + tokens[at][cut + 1:]


def _rearranged(rng: random.Random, root: Any, times: int) -> bytes:
    """A file that is well-formed still."""
    for _ in range(times):
        parents = [element for element in root.iter() if len(element)]
        leaves = [element for element in root.iter() if not len(element)]
        parent = rng.choice(parents or [root])
        children = list(parent) or [root]
        child = rng.choice(children)
        match rng.randrange(8):
            case 0 if child is not root:
                parent.remove(child)
            case 1:
                parent.insert(rng.randrange(len(parent) + 1), copy.deepcopy(child))
            case 2 if child is not root:
                parent[:] = rng.sample(list(parent), len(parent))
            case 3 | 4 | 5 if leaves:
                rng.choice(leaves).text = rng.choice(_TEXTS)
            case 6:
                rng.choice(children).set(rng.choice(_ATTRIBUTES), rng.choice(_TEXTS))
            case 7:
                child.tag = rng.choice([element.tag for element in root.iter()] + ["x"])
    return bytes(tostring(root, encoding="utf-8"))


def sources(kind: str) -> list[str]:
    """The files of spec/codis or spec/niem to be damaged; those that are read come three times."""
    good = [*(_SPEC / kind / "valid").glob("*.xml"), *(_SPEC / kind / "worked").glob("*.xml")]
    bad = [path for path in (_SPEC / kind / "invalid").glob("*.xml") if path.stem not in ("xml", "document-type")]
    return [path.read_text(encoding="utf-8") for path in sorted([*good * 3, *bad])]


def through_cmf(path: Path) -> None:
    """Read a CMF file, write and read it again, make samples and a case of it, and files of the case."""
    file = read_cmf(path)
    written = path.with_suffix(".copy")
    write_cmf(file, written)
    assert read_cmf(written) == file, "is not read as it was written"
    with contextlib.suppress(FaultyInput):  # people who cannot be; what was damaged is read all the same
        cmf_samples(file)
        _export(cmf_case(file, _FREQUENCIES, unseen=1e-4), written)


def through_niem(path: Path) -> None:
    """The same of a NIEM message."""
    file = read_niem(path)
    written = path.with_suffix(".copy")
    write_niem(file, written)
    assert read_niem(written) == file, "is not read as it was written"
    with contextlib.suppress(FaultyInput):
        _export(niem_case(file, _FREQUENCIES, unseen=1e-4), written)


def _export(case: Case, path: Path) -> None:
    message = case_to_niem(case, processed="2024-05-01T09:30:00Z").file
    write_niem(message, path)
    assert read_niem(path) == message, "is not read as it was written"
    letter = case_to_cmf(case, _LETTER).file
    write_cmf(letter, path)
    assert read_cmf(path) == letter, "is not read as it was written"


def files(kind: str, rng: random.Random, n: int) -> Iterator[tuple[str, bytes]]:
    """Damaged files."""
    texts = sources(kind)
    for number in range(n):
        yield f"file {number}", damaged(rng, rng.choice(texts))


def noise(rng: random.Random, n: int) -> Iterator[tuple[str, bytes]]:
    """Files of random bytes behind a beginning that promises more."""
    starts = (b"", b"<", b'<?xml version="1.0"?>', b'<CODISImportFile xmlns="urn:CODISImportFile-schema">',
              b"\xff\xfe<\x00", b"<x xmlns:b='http://release.niem.gov/niem/domains/biometrics/5.1/'><b:DNARecord>")
    for number in range(n):
        yield f"noise {number}", rng.choice(starts) + rng.randbytes(rng.randint(0, 2000))


def hostile(root: str) -> Iterator[tuple[str, bytes]]:
    """Files made to do harm, each to be refused; ``root``: what their element is called."""
    for what, text in _HOSTILE.items():
        yield what, re.sub(r"(</?)x\b", rf"\1{root}", text).encode()


def run(given: Iterator[tuple[str, bytes]], through: Callable[[Path], object], folder: Path) -> Tally:
    """Put file after file through, and note how each ends."""
    tally = Tally()
    path = folder / "x.xml"
    for what, content in given:
        path.write_bytes(content)
        start = time.process_time()
        try:
            through(path)
            tally.ends["read"] += 1
        except FaultyInput as error:
            tally.ends["refused"] += 1
            if not error.faults:
                tally.broken.append(f"{what}: refused without a fault")
        except HomewardError:
            tally.ends["refused in one sentence"] += 1
        except Exception as error:
            tally.broken.append(f"{what}: {type(error).__name__}: {error}")
        seconds = time.process_time() - start
        tally.slowest = max(tally.slowest, seconds)
        if seconds >= _SECONDS:
            tally.broken.append(f"{what}: {seconds:.1f} s")
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
        for what, given, through, all_refused in (
                ("CMF", files("codis", rng, asked.files), through_cmf, False),
                ("NIEM", files("niem", rng, asked.files), through_niem, False),
                ("CMF, random bytes", noise(rng, asked.files // 10), through_cmf, True),
                ("NIEM, random bytes", noise(rng, asked.files // 10), through_niem, True),
                ("CMF, made to do harm", hostile("CODISImportFile"), through_cmf, True),
                ("NIEM, made to do harm", hostile("x"), through_niem, True)):
            tally = run(given, through, Path(name))
            kept = not tally.broken and (set(tally.ends) == {"refused"} if all_refused else len(tally.ends) > 1)
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
    head = [f"# Damaged files of CODIS and NIEM, read on {day.isoformat()}", "",
            f"homeward {version('homeward')}, Python {platform.python_version()}; seed {asked.seed}. The rules stand "
            "in `verification/mutated_xml.py`. All people are synthetic.", "",
            "| what | figures | rule |", "|---|---|---|"]
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / f"mutated-xml-{day.isoformat()}.md"
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{lines[-1]}\nreport: {path}\n")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
