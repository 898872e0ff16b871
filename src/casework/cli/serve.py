"""``homeward serve``: the pages and the API of this register, with one worker for long runs beside them."""

from __future__ import annotations

import ipaddress
import signal
import subprocess  # nosec B404  our own programs
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command

from casework.store.actor import acting_as
from homeward.cli import show
from homeward.model import InvalidValue

__all__ = ["HOST", "PORT", "app", "is_loopback", "prepare", "run_servers"]

app = typer.Typer(add_completion=False)
HOST = Annotated[str, typer.Option(help="The address to listen at; beyond this machine only with HOMEWARD_HTTPS=1.")]
PORT = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")]
_THREADS = 8
_GRACE_SECONDS = 25.0
_WORKER = "from casework.cli import main; main()"


class _Ended(Exception):
    """A signal asks to end."""


@app.command()
def serve(host: HOST = "127.0.0.1", port: PORT = 8000) -> None:
    """Serve the register until Ctrl-C: pages, API, and the worker for runs."""
    if settings.DEMO:
        raise InvalidValue("command line", "HOMEWARD_DEMO", "1", "is for `homeward demo`, whose passwords are public")
    if not is_loopback(host) and not settings.SECURE_SSL_REDIRECT:
        raise InvalidValue("command line", "--host", host, "is another machine's to reach: set HOMEWARD_HTTPS=1 and "
                           "stand behind a server that speaks TLS (docs/desk.md)")
    prepare()
    show.line(f"The register listens at http://{host}:{port}; Ctrl-C ends it.")
    raise typer.Exit(run_servers(host, port))


def prepare() -> None:
    """Bring the tables up to date, and lay the style sheet and pictures where the server finds them."""
    with acting_as("migration"):
        call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def run_servers(host: str, port: int) -> int:
    """Run server and worker until a signal comes or one of them ends; gives the exit code."""
    commands = {"the server": _server(host, port), "the worker": [sys.executable, "-c", _WORKER, "work"]}
    with _signals_raise():
        # In sessions of their own, so that Ctrl-C reaches this process alone, which then ends them in good order.
        running = {name: subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)  # nosec B603
                   for name, command in commands.items()}
        try:
            return _wait_for_one(running)
        except _Ended:
            return 0
        finally:
            _end(list(running.values()))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _server(host: str, port: int) -> list[str]:
    # One process: what its threads share (SQLite's cache, used codes) is then shared by all requests.
    where = f"[{host}]" if ":" in host else host
    memory = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # nosec B108
    grace = str(int(_GRACE_SECONDS - 5))
    return [sys.executable, "-m", "gunicorn", "casework.wsgi:application", "--bind", f"{where}:{port}",
            "--workers", "1", "--threads", str(_THREADS), "--timeout", "120",
            "--graceful-timeout", grace,
            "--log-level", "warning", "--no-control-socket", *memory]


@contextmanager
def _signals_raise() -> Iterator[None]:
    def ended(signum: int, frame: FrameType | None) -> None:
        raise _Ended

    before = {s: signal.signal(s, ended) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_for_one(running: Mapping[str, subprocess.Popen[bytes]]) -> int:
    while True:
        for name, process in running.items():
            code = process.poll()
            if code is not None:
                show.failure(f"{name} has ended by itself")
                return code or 1
        time.sleep(0.3)


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and see that they do; a second Ctrl-C meanwhile changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
