"""Run a command beside a PostgreSQL server of its own, on the loopback address, gone when the command ends.

    python tools/with_postgres.py pytest tests/casework

The command finds the server's address in HOMEWARD_DATABASE.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def main() -> int:
    """Start the server, run the command, stop the server; the command's exit code is ours."""
    with server() as address:
        return subprocess.run(sys.argv[1:], env={**os.environ, "HOMEWARD_DATABASE": address}, check=False).returncode


@contextmanager
def server() -> Iterator[str]:
    """A fresh server for as long as the block lasts; gives its address."""
    # Under /tmp, because PostgreSQL refuses to run as root and its own user cannot see into every home.
    folder = Path(tempfile.mkdtemp(prefix="homeward-postgres-"))
    data, port = folder / "data", _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run("initdb", "--pgdata", data, "--username", "homeward", "--auth", "trust", "--encoding", "UTF8",
             "--locale", "C.UTF-8", "--no-sync", folder=folder)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log", "--options", options, "start",
             folder=folder)
        try:
            yield f"postgresql://homeward@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str:
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    found = str(homes[-1]) if homes else shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} of PostgreSQL is not installed: make postgres")
    return found


def _run(name: str, *arguments: object, folder: Path) -> None:
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    done = subprocess.run([_program(name), *map(str, arguments)], cwd=folder, user=user, check=False,
                          stdout=subprocess.PIPE if name == "initdb" else subprocess.DEVNULL,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed\n{done.stdout or ''}")


if __name__ == "__main__":
    raise SystemExit(main())
