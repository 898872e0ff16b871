"""A finished run computed again from what it started from, and compared with what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from casework.actions.act import NotPossible
from casework.actions.runs import Account
from casework.jobs.inputs import restored, taken
from casework.jobs.work import computed
from casework.queries.runs import run as run_for
from casework.queries.tiles import stored_input, tile_digests
from homeward.formats.results import versions

__all__ = ["Verification", "verify_run"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of computing a run again.

    ``recorded``, ``found``: digests of the result then and now. ``tiles``: numbers of the blocks that differ.
    ``versions``: what else was installed then, {name: (then, now)}. ``register_unchanged``: whether the register
    would still give the run the same case.
    """

    run: int
    recorded: str
    found: str
    tiles: tuple[int, ...]
    versions: Mapping[str, tuple[str, str]]
    register_unchanged: bool

    @property
    def same(self) -> bool:
        """Whether every figure is the same to the last bit."""
        return self.recorded == self.found and not self.tiles


def verify_run(*, actor: Account, number: int,
               progress: Callable[[float], None] = lambda share: None) -> Verification:
    """Compute a finished run again from the case that it took; nothing is written.

    Raises NotPossible of a run that has not finished, DoesNotExist, NotAllowed.
    """
    run = run_for(actor, number)
    if run.state != "finished":
        raise NotPossible(f"{run} is {run.state}: there is no result to compare with")
    case = restored(stored_input(run), digest=run.input_digest)
    tiles = _Compared(tile_digests(run))
    _, document = computed(case, run, tiles=tiles, progress=progress)
    now = versions()
    changed = {name: (run.software.get(name, ""), now.get(name, "")) for name in sorted(run.software.keys() | now)
               if run.software.get(name) != now.get(name)}
    return Verification(run.pk, run.result_digest, str(document["result_digest"]), tuple(tiles.differing), changed,
                        taken(run.case, run.parameters).digest() == run.input_digest)


@dataclass(slots=True)
class _Compared:
    """Takes no tile from the run, and holds each against the digest on record."""

    digests: Mapping[int, str]
    differing: list[int] = field(default_factory=list)

    def get(self, index: int) -> bytes | None:
        return None

    def put(self, index: int, content: bytes) -> None:
        if hashlib.sha256(content).hexdigest() != self.digests.get(index):
            self.differing.append(index)
