"""``homeward serve`` and ``homeward demo``: what they refuse, and that they begin and end in good order."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from casework.cli.demo import demo
from casework.cli.serve import is_loopback, serve
from homeward.model import InvalidValue

COMMAND = [sys.executable, "-c", "from casework.cli import main; main()"]


def _environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HOMEWARD_", "DJANGO_SETTINGS"))}
    return {**kept, "HOMEWARD_HOME": str(home), **more}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with its administrator, made once, since making its tables is what takes time."""
    home = tmp_path_factory.mktemp("register")
    code = ("import django; django.setup(); from casework.cli.serve import prepare; prepare();"
            "from casework.actions.accounts import add_first_administrator as a;"
            "a(username='chief', password='a-long-synthetic-password')")
    environment = _environment(home, DJANGO_SETTINGS_MODULE="casework.settings")
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=300)
    return home


def _refused(home: Path, *arguments: str, **more: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], env=_environment(home, **more), capture_output=True, text=True,
                          check=False, timeout=300)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "register.example"])
def test_serving_beyond_this_machine_takes_tls(host: str) -> None:
    with override_settings(SECURE_SSL_REDIRECT=False), pytest.raises(InvalidValue, match="HOMEWARD_HTTPS=1"):
        serve(host=host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_a_demonstration_is_for_this_machine_alone(host: str) -> None:
    with override_settings(DEMO=True, SECURE_SSL_REDIRECT=True), pytest.raises(InvalidValue, match="machine alone"):
        demo(host=host)


def test_a_demonstration_is_not_served_as_a_register() -> None:
    with override_settings(DEMO=True), pytest.raises(InvalidValue, match="homeward demo"):
        serve()


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True),
                                           ("::1", True), ("[::1]", True), ("10.0.0.1", False), ("example", False)])
def test_this_machine_is_told_from_others(host: str, own: bool) -> None:
    assert is_loopback(host) == own


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answer(port: int, address: str = "/public/", seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _processes_of(home: Path) -> list[str]:
    """Processes whose environment names the folder: server and worker, wherever they stand."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOMEWARD_HOME={home}".encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_answers_and_ends_with_its_worker(made: Path, tmp_path: Path, number: int) -> None:
    port = _free_port()
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    process = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=_environment(tmp_path),
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        with _answer(port) as answer:
            text = answer.read().decode()
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        style = re.search(r'href="(/static/web/style\.[0-9a-f]+\.css)"', text)
        assert style is not None
        with _answer(port, style[1]) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        assert len(_processes_of(tmp_path)) >= 3  # this command, the server, the worker
        process.send_signal(number)
        said = process.communicate(timeout=120)[0]
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, said
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert _processes_of(tmp_path) == []


def test_a_demonstration_takes_no_register_of_others(made: Path) -> None:
    assert "holds a register that is no demonstration" in _refused(made, "demo", "--only-make")
