"""Damaged Familias files are read or refused in words, and soon."""

import os
import random
import time
from pathlib import Path

import pytest

from homeward.formats.familias import familias_case, read_familias
from homeward.model import FaultyInput, Unsupported

_DATA = Path(__file__).parent / "data" / "familias"
_MUTATIONS = int(os.environ.get("HOMEWARD_FUZZ", "2500"))
_JUNK = ("", "0", "1", "-1", "2", "7", "99", "999999999", "0.5", "1e308", "1e999", "nan", "0,5", '""', '"x"', '"',
         "#TRUE#", "#FALSE#", "[", "[DVI]", "[[[[[[Person]]]]]]", "[[Notes]]", "Name= x", "Parent= x",
         "Child= Missing person", "nPersons= 1", "Allele1= 12", "=", "\u0661", "\x1a", "김", "Known relations",
         '"Known relations"', '"99999999999999999999"')


def _damaged(rng, lines):
    lines = list(lines)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(lines))
        match rng.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, rng.choice(_JUNK))
            case 2 | 3:
                lines[at] = rng.choice(_JUNK)
            case 4:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 5:
                del lines[at:]
            case 6:
                cut = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + rng.choice(("", "9", '"', "[", "=", " ")) + lines[at][cut + 1:]
        lines = lines or [""]
    return lines


def test_damaged_files_end_in_a_case_or_in_words(tmp_path):
    rng = random.Random(1953)
    sources = [p.read_bytes().decode("latin-1").split("\r\n") for p in sorted(_DATA.glob("*.fam"))]
    assert len(sources) >= 5
    ends = {"case": 0, "faulty": 0, "unsupported": 0}
    path = tmp_path / "damaged.fam"
    for _ in range(_MUTATIONS):
        lines = _damaged(rng, rng.choice(sources))
        path.write_bytes("\n".join(lines).encode(rng.choice(("utf-8", "utf-8", "utf-16"))))
        start = time.process_time()
        try:
            familias_case(read_familias(path), pedigrees=None)
            ends["case"] += 1
        except FaultyInput as error:
            ends["faulty"] += bool(error.faults)
        except Unsupported:
            ends["unsupported"] += 1
        assert time.process_time() - start < 10.0
    assert sum(ends.values()) == _MUTATIONS
    assert min(ends.values()) > 0


def test_random_bytes_are_refused_in_words(tmp_path):
    rng = random.Random(7)
    path = tmp_path / "noise.fam"
    for _ in range(max(_MUTATIONS // 20, 1)):
        start = rng.choice((b"", b'"Output from Familias"\n', b"\xff\xfe"))
        path.write_bytes(start + rng.randbytes(rng.randint(0, 400)))
        with pytest.raises(FaultyInput) as caught:
            read_familias(path)
        assert all(str(fault) for fault in caught.value.faults)
