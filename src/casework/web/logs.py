"""Logs that hold no value of a record: of an exception its kind and place, never its message."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

__all__ = ["WithoutValues"]

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """A message may quote the genotype or the name that was refused; where it happened is enough to mend it."""

    def formatException(self, ei: _Info) -> str:  # noqa: N802  logging's own name
        """The frames, each with file, line and function, and the exception's type."""
        kind, error, frames = ei
        if kind is None:
            return ""
        lines = [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(frames)]
        chain: BaseException | None = error
        seen: list[str] = []
        while chain is not None and len(seen) < 5:
            seen.append(f"{type(chain).__module__}.{type(chain).__name__}")
            chain = chain.__cause__ or chain.__context__
        return "\n".join([*lines, " from ".join(seen)])
