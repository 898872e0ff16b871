"""docs/custody.md: its code runs, its shell verifies, and it names every rule, act and column."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from homeward.custody import ACTS, RULES, Row, write_chain
from homeward.simulate.custody import grow_custody

PAPER = (Path(__file__).parents[3] / "docs" / "custody.md").read_text(encoding="utf-8")


def code(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAPER, flags=re.DOTALL))


def said(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_python_of_the_paper_runs(tmp_path: Path) -> None:
    first, *_, last = said(tmp_path, sys.executable, "-c", code("python")).splitlines()
    assert first.startswith("True 150 ")
    assert last == "event 100: it is missing before event 101 [sequence]"


def test_the_shell_of_the_paper_verifies(tmp_path: Path) -> None:
    chain = tmp_path / "chain.tsv"
    write_chain(grow_custody(20, rng=np.random.default_rng(1)), chain)
    assert said(tmp_path, "bash", "-c", code("sh")) == ""
    lines = chain.read_text(encoding="utf-8").splitlines()
    lines[7] = lines[7].replace("Osan", "Wonsan").replace("Hickam", "Osan").replace("Yanggu", "Osan")
    lines[9] = lines[9][:-1] + ("0" if lines[9][-1] != "0" else "1")
    chain.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines[9] in said(tmp_path, "bash", "-c", code("sh")).splitlines()


def test_every_rule_act_and_column_is_explained() -> None:
    firsts = [line.split("|")[1] for line in PAPER.splitlines() if line.startswith("|")]
    assert set(RULES) | set(Row._fields) <= {word for first in firsts for word in re.findall(r"`(\w+)`", first)}
    assert set(ACTS) <= {word.strip() for first in firsts for word in first.split(",")}
    weights = dict(re.findall(r"^\| `(\w+)` \| (broken|fault|note) \|", PAPER, flags=re.MULTILINE))
    assert weights == {rule: RULES[rule][0].value for rule in weights}
