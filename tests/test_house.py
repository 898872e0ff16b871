"""The house itself: what it shows to its callers, what it may name, whether its papers are true."""

import ast
import difflib
import doctest
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import homeward

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "homeward"
PACKAGES = sorted(p.parent for p in SRC.rglob("__init__.py"))
MODULES = sorted(SRC.rglob("*.py"))
NOT_OURS = re.compile(r"^(\.git|\.venv|build|dist|node_modules|__pycache__|\..*_cache|\.hypothesis|.*\.egg-info)$")
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".sh", ".csv", ".html", ".css", ".js", ".j2", ".jinja", ".json", ".fam",
        ".cfg", ".ini", ".yaml", ".yml", ""}


def _files():
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(name for name in inner if not NOT_OURS.match(name))
        yield from (Path(folder) / name for name in sorted(names))


def _texts():
    for path in _files():
        if path.suffix in TEXT and path.stat().st_size < 5_000_000:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def _python(code):
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    return done.stdout


def test_public_names_are_those_on_record():
    written = subprocess.run([sys.executable, ROOT / "tools" / "public_names.py"], capture_output=True, text=True,
                             check=True).stdout
    recorded = (ROOT / "tests" / "public_names.txt").read_text(encoding="utf-8")
    changes = "\n".join(difflib.unified_diff(recorded.splitlines(), written.splitlines(), "recorded", "found", n=0,
                                             lineterm=""))
    assert not changes, f"public names have changed; if that is meant, run `make names`:\n{changes}"


def test_the_science_is_imported_soon_and_without_the_compiler():
    code = ("import sys, time; t = time.perf_counter(); import homeward, homeward.model;"
            "print(time.perf_counter() - t, 'numba' in sys.modules)")
    # The least of three: other programs on the machine may slow down one start, and none can speed one up.
    seconds, compiler = zip(*(_python(code).split() for _ in range(3)), strict=True)
    assert min(map(float, seconds)) < 5.0
    assert set(compiler) == {"False"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: str(p.relative_to(SRC.parent)))
def test_a_folder_opens_with_one_sentence(package):
    opening = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    first = opening.split("\n\n")[0].replace("\n", " ")
    assert re.fullmatch(r"\S(?:[^.]|\.\S){10,}\.", first), f"{package.name}: {first!r} must be one sentence"


def test_no_folder_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "common", "core", "internals", "misc"}
    assert [p for p in MODULES if drawers & {part.removesuffix(".py") for part in p.relative_to(SRC).parts}] == []


def test_no_module_is_longer_than_400_lines():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lengths.items() if n > 400} == {}


def test_no_file_names_a_package_registry_or_a_place_on_one_machine():
    # Put together from pieces, so that this file does not name them either.
    hosts = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "registry." + "yarnpkg")
    places = r"(?<![\w.])/(?:" + "|".join(("work", "home", "root", "opt", "tmp", "Users")) + r")/\w"
    unwanted = re.compile("|".join([*map(re.escape, hosts), places]))
    found = [f"{path.relative_to(ROOT)}:{n}: {line.strip()[:120]}"
             for path, text in _texts() for n, line in enumerate(text.splitlines(), 1) if unwanted.search(line)]
    assert found == []


def test_every_link_between_the_papers_leads_somewhere():
    broken = []
    for path in (p for p in _files() if p.suffix == ".md"):
        text = re.sub(r"```.*?```|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            where, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            goal = path if not where else path.parent / where
            if not goal.exists() or (anchor and goal.suffix == ".md" and anchor not in _anchors(goal)):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def _anchors(path):
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_paper_can_be_reached_from_the_index():
    reached, waiting = set(), [ROOT / "docs" / "index.md"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        links = re.findall(r"\]\(([^)#\s]+\.md)", path.read_text(encoding="utf-8"))
        goals = [(path.parent / link).resolve() for link in links if ":" not in link]
        waiting += [g for g in goals if g.exists() and g not in reached]
    assert sorted(set((ROOT / "docs").rglob("*.md")) - reached) == []


def test_the_commands_in_the_papers_are_steps_of_the_makefile():
    steps = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for path in (p for p in _files() if p.suffix == ".md"):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
        assert named <= steps, path
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_what_runs_is_the_same_for_users_and_developers():
    runtime, desk, dev = (_pinned(ROOT / "requirements" / name) for name in ("runtime.txt", "desk.txt", "dev.txt"))
    assert runtime
    assert {name: desk.get(name) for name in runtime} == runtime
    assert {name: dev.get(name) for name in desk} == desk


def test_every_requirement_of_the_project_is_pinned_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = _pinned(ROOT / "requirements" / "desk.txt")
    assert {re.split(r"[<>=~! \[]", need)[0].lower() for need in project["dependencies"]} <= set(pinned)
    for name in ("runtime.txt", "desk.txt", "dev.txt"):
        for requirement in re.split(r"\n(?=[a-z])", (ROOT / "requirements" / name).read_text(encoding="utf-8")):
            assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def _pinned(path):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("name", sorted(m.name for m in pkgutil.walk_packages(homeward.__path__, "homeward.")))
def test_examples_in_the_docstrings_run(name):
    done = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert done.failed == 0
