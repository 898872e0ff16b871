"""Children that are killed while they work, and children that look at what stands afterwards: for kill.py."""

import os
import pickle
import random
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Told", "both", "in_child", "killed", "play"]

_PATIENCE = 120.0  # seconds for one child, after which something hangs


@dataclass(slots=True)
class Told:
    """What a scene showed: kills, acknowledged acts, what was found broken."""

    scene: str
    kills: int = 0
    acknowledged: int = 0
    broken: list[str] = field(default_factory=list)
    more: str = ""


def in_child(do: Callable[[], Any]) -> Any:
    """Run a function in a child process, and give what it gives; its errors are ours."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            answer = True, do()
        except BaseException:
            answer = False, traceback.format_exc()
        with os.fdopen(write, "wb") as stream:
            pickle.dump(answer, stream)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        content = stream.read()
    os.waitpid(child, 0)
    well, answer = pickle.loads(content)
    if not well:
        raise RuntimeError(answer)
    return answer


def killed(work: Callable[[Callable[[str], None]], None], *, acts: int, seconds: float) -> list[str]:
    """Let a child work, and kill it so many seconds after it has acknowledged so many acts; what it acknowledged."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            work(lambda text: os.write(write, text.encode() + b"\n") and None)
        except BaseException:
            os.write(write, b"!" + repr(traceback.format_exc()).encode() + b"\n")
        os._exit(0)
    os.close(write)
    heard, give_up = b"", time.monotonic() + _PATIENCE
    until: float | None = None if acts else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        left = (give_up if until is None else until) - time.monotonic()
        if left <= 0.0:
            os.kill(child, signal.SIGKILL)
            raise RuntimeError("a child hangs")
        if select.select([read], [], [], left)[0]:
            piece = os.read(read, 65536)
            if not piece:
                break
            heard += piece
            if until is None and heard.count(b"\n") >= acts:
                until = time.monotonic() + seconds
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(read, 65536):
        heard += piece
    os.close(read)
    # What was cut off in the middle of a line was not acknowledged.
    lines = heard.decode().split("\n")[:-1]
    for line in lines:
        if line.startswith("!"):
            raise RuntimeError(line[1:].encode().decode("unicode_escape"))
    return lines


def play(scene: Any, kills: int, rng: random.Random) -> Told:
    """One scene, with so many kills."""
    told, acknowledged = Told(scene.name), []
    in_child(scene.prepare)
    for number in range(kills):
        scene.before(number)
        mine = killed(lambda ack, n=number: scene.work(ack, n), acts=rng.choice((0, 1, 1, 2, 3)) % (scene.acts + 1),
                      seconds=rng.random() * scene.seconds)
        acknowledged += mine
        told.kills += 1
        told.broken += [f"kill {number + 1}: {b}" for b in in_child(lambda n=number, a=acknowledged: scene.check(a, n))]
    broken, told.more = in_child(lambda: scene.end(acknowledged))
    told.broken += broken
    told.acknowledged = len(acknowledged)
    return told


def both(do: Callable[[str], str], names: tuple[str, str], ready: Callable[[], None]) -> list[str]:
    """What two children answer who begin at the same moment, each ``ready`` by then."""
    at = time.time() + 0.15

    def begin(name: str) -> str:
        ready()
        time.sleep(max(0.0, at - time.time()))
        return do(name)

    # The first child is waited for in a child of its own, so that both run at once.
    read, write = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.write(write, in_child(lambda: begin(names[0])).encode())
        os._exit(0)
    second = in_child(lambda: begin(names[1]))
    os.waitpid(helper, 0)
    os.close(write)
    with os.fdopen(read) as stream:
        return [stream.read(), second]
