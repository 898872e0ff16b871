"""The register killed while it writes: kill -9 at random moments during imports, runs, hand-overs and migrations.

The rules, any of which broken makes the exit code 1:

1. Nothing that was acknowledged is lost: whatever an act returned for stands in the register afterwards.
2. Nothing is half done: each import, undoing and hand-over stands whole or not at all; each migration too.
3. An interrupted run goes on from its tiles, computes none of them twice, and ends with the digest of a run that was
   never interrupted; one run is taken by one worker at a time.
4. After every kill the database is sound, and every write to it is audited.
5. Of two who act on the same record at the same moment, one succeeds and the other is told.

Each act is done by a child process of its own, killed with SIGKILL; another child then looks at what stands. The
register is on SQLite in a folder of its own, or in databases of its own on the server that HOMEWARD_DATABASE names.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

_HERE = Path(__file__).parent
# The settings are read when Django is set up, so that the scenes are imported in a process that finds them ready.
_CODE = "import sys, json, django; django.setup(); import kill_scenes; kill_scenes.main(json.loads(sys.argv[1]))"


def played(asked: argparse.Namespace, home: Path) -> Iterator[dict[str, Any]]:
    """Play the scenes in a register of their own; what each of them showed."""
    server = os.environ.get("HOMEWARD_DATABASE", "")
    environment = {**os.environ, "HOMEWARD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "casework.settings",
                   "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(_HERE)}
    if server:
        environment["HOMEWARD_KILL_SERVER"] = server
        environment["HOMEWARD_DATABASE"] = urlunsplit(urlsplit(server)._replace(path=f"/kill_{os.getpid()}"))
    wanted = {"kills": asked.kills, "races": asked.races, "seed": asked.seed, "scene": asked.scene}
    with subprocess.Popen([sys.executable, "-c", _CODE, json.dumps(wanted)], stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        for line in process.stdout or ():
            yield json.loads(line)
    if process.returncode:
        raise SystemExit("the scenes could not be played to their end")


def write(told: list[dict[str, Any]], path: Path, *, day: datetime.date, heading: str) -> None:
    """The dated report: what was found, with what, and whether the rules are kept."""
    lines = [f"# The register killed while it writes, verified on {day.isoformat()}", "", heading, "",
             "| scene | kill -9 | acts acknowledged | found afterwards | rules |", "|---|---|---|---|---|",
             *(f"| {t['scene']} | {t['kills'] or '–'} | {t['acknowledged'] or '–'} | "
               f"{'; '.join(t['broken']) or t['more']} | {'**broken**' if t['broken'] else 'kept'} |" for t in told)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Play every scene; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="over all scenes")
    parser.add_argument("--races", type=int, default=20, help="of two who act at once")
    parser.add_argument("--seed", type=int, default=1950)
    parser.add_argument("--scene", action="append", help="this one alone; may be said twice")
    parser.add_argument("--out", type=Path, default=_HERE / "reports")
    parser.add_argument("--json", action="store_true", help="no report, one line of JSON for each scene")
    asked = parser.parse_args()
    home, started, told = Path(tempfile.mkdtemp(prefix="homeward-kill-")), time.monotonic(), []
    try:
        for t in played(asked, home):
            told.append(t)
            mark = "BROKEN" if t["broken"] else "kept  "
            text = f"{mark} {t['scene']}: {t['kills']} kills, {t['acknowledged']} acts acknowledged; {t['more']}"
            sys.stdout.write((json.dumps(t) if asked.json else "\n       ".join([text, *t["broken"]])) + "\n")
            sys.stdout.flush()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if not asked.json:
        day, kind = datetime.datetime.now(tz=datetime.UTC).date(), "SQLite"
        if os.environ.get("HOMEWARD_DATABASE"):
            kind = "PostgreSQL"
        software = ", ".join(f"{name} {version(name)}" for name in ("homeward", "django"))
        heading = (f"{software}, {kind}, Python {platform.python_version()}; seed {asked.seed}; "
                   f"{sum(t['kills'] for t in told)} × kill -9 in {time.monotonic() - started:.0f} s. The rules stand "
                   "in `verification/kill.py`. All people are synthetic.")
        path = asked.out / f"kill-{kind.lower()}-{day.isoformat()}.md"
        write(told, path, day=day, heading=heading)
        sys.stdout.write(f"report: {path}\n")
    return int(any(t["broken"] for t in told))


if __name__ == "__main__":
    sys.exit(main())
