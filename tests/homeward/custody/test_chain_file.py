"""The exported chain: read as it was written, and never a traceback whatever stands in it."""

import random
from pathlib import Path

import numpy as np
import pytest

from homeward.custody import CHAIN_HEADER, Row, read_chain, verify, write_chain
from homeward.model import FaultyInput
from homeward.simulate.custody import grow_custody


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "chain.tsv"
    assert write_chain(grow_custody(40, rng=np.random.default_rng(1)), path) >= 40
    return path


def test_what_is_written_is_read(exported: Path) -> None:
    lines = list(grow_custody(40, rng=np.random.default_rng(1)))
    assert list(read_chain(exported)) == lines
    assert exported.read_text(encoding="utf-8").splitlines()[0].split("\t") == [*Row._fields, "hash"]
    assert [p.name for p in exported.parent.iterdir()] == ["chain.tsv"]  # nothing half-written beside it


def test_ends_of_line_and_a_mark_of_another_system_do_not_matter(exported: Path) -> None:
    text = exported.read_bytes()
    exported.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert verify(read_chain(exported)).sound
    exported.write_bytes(text.rstrip(b"\n"))
    assert verify(read_chain(exported)).sound


@pytest.mark.parametrize(("content", "rule"), [
    (b"", "chain-header"), (b"PK\x03\x04", "chain-header"), (b"seq,act\n", "chain-header"),
    (CHAIN_HEADER.encode() + b"\n" + b"x" * 70_000, "chain-line"),
])
def test_what_is_no_chain_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    path = tmp_path / "other.tsv"
    path.write_bytes(content)
    with pytest.raises(FaultyInput) as refused:
        verify(read_chain(path))
    assert [fault.rule for fault in refused.value.faults] == [rule]


def test_mutated_files_are_judged_and_never_break_the_judge(exported: Path) -> None:
    original, rng = exported.read_bytes(), random.Random(5)
    honest = set(original.split(b"\n"))
    for _ in range(1_000):
        content = bytearray(original)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(content))
            match rng.randrange(4):
                case 0:
                    content[at] = rng.randrange(256)
                case 1:
                    del content[at:at + rng.randint(1, 200)]
                case 2:
                    content[at:at] = rng.choice([b"\t", b"\n", b"\x00", b"\xff\xfe", b"9" * 5000, "é".encode()])
                case _:
                    content[at:at] = content[at:at + rng.randint(1, 300)]
        exported.write_bytes(content)
        try:
            verdict = verify(read_chain(exported))
        except FaultyInput:
            continue
        assert not verdict.whole or set(bytes(content).replace(b"\r", b"").split(b"\n")) <= honest | {b""}
