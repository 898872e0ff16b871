"""JSON read with distrust: every value is asked for by type, and every fault keeps its path."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from homeward.model import Fault, FaultyInput, InvalidValue

__all__ = ["Checked", "load_json"]

_LARGEST_BYTES = 200_000_000


class Checked:
    """Takes values out of parsed JSON and collects what is wrong with them; ``file`` is named in each fault."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def fault(self, path: str, value: object, allowed: str, rule: str) -> None:
        """Note one fault at a JSON path."""
        shown = value if isinstance(value, str) else json.dumps(value, default=str)
        self.faults.append(Fault(self._file, 0, path, shown if len(shown) <= 80 else shown[:77] + "...", allowed, rule))

    def refused(self, path: str, error: InvalidValue, keys: Mapping[str, str] | None = None) -> None:
        """Note what a record of the model refused; ``keys``: the JSON key of a field of the model, where it has one."""
        key = (keys or {}).get(error.field, "")
        where = f"{path}.{key}" if path and key else path or "$"
        self.fault(where, str(error.value), f"({error.record}, {error.field}) {error.allowed}", "invalid-value")

    def raise_faults(self) -> None:
        """Raise FaultyInput if there is any fault."""
        if self.faults:
            raise FaultyInput(self.faults)

    def record(
        self, value: object, path: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Any]:
        """A JSON object with the required keys and no unknown ones; an empty dict where it is no object."""
        if not isinstance(value, dict):
            self.fault(path or "$", value, "must be an object", "type")
            return {}
        prefix = f"{path}." if path else ""
        known = {*required, *optional}
        for key in required:
            if key not in value:
                self.fault(prefix + key, "", "must be given", "missing-key")
        for key in value:
            if key not in known:
                self.fault(prefix + key, value[key], f"must be one of {', '.join(sorted(known))}", "unknown-key")
        return value

    def items(self, value: object, path: str, *, least: int = 0) -> list[Any]:
        """A JSON array of at least so many; an empty list where it is none."""
        if not isinstance(value, list):
            self.fault(path, value, "must be an array", "type")
            return []
        if len(value) < least:
            self.fault(path, value, f"must have at least {least} entries", "too-few")
        return value

    def text(self, value: object, path: str) -> str:
        """A text that is not empty; "" where it is none."""
        if isinstance(value, str) and value.strip():
            return value
        self.fault(path, value, "must be a text that is not empty", "type")
        return ""

    def number(self, value: object, path: str, *, low: float = 0.0, high: float = math.inf) -> float:
        """A number from ``low`` to ``high``; NaN where it is none."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            # An integer of three hundred digits is a number to JSON and none to a computer.
            number = float(value) if abs(value) < 1e300 else math.inf
            if low <= number <= high and math.isfinite(number):
                return number
            span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
            self.fault(path, value, f"must be a number {span}", "range")
        else:
            self.fault(path, value, "must be a number", "type")
        return math.nan

    def flag(self, value: object, path: str) -> bool:
        """True or false; False where it is neither."""
        if not isinstance(value, bool):
            self.fault(path, value, "must be true or false", "type")
        return value is True

    def choice(self, value: object, path: str, allowed: Iterable[str]) -> str:
        """One of some texts; "" where it is none of them."""
        listed = tuple(allowed)
        if isinstance(value, str) and value in listed:
            return value
        self.fault(path, value, f"must be one of {', '.join(listed)}", "choice")
        return ""


def load_json(path: str | Path) -> Any:
    """The content of a JSON file in UTF-8, with or without BOM.

    Raises FaultyInput for a file that cannot be read, is too large, is no UTF-8 or no JSON, names a key twice in one
    object, or holds the bare words NaN and Infinity, which JSON does not know.
    """
    file = Path(path).name

    def refuse(line: int, value: str, allowed: str, rule: str) -> FaultyInput:
        return FaultyInput([Fault(file, line, "", value, allowed, rule)])

    try:
        size = Path(path).stat().st_size
        if size > _LARGEST_BYTES:
            raise refuse(0, f"{size} bytes", f"must have at most {_LARGEST_BYTES} bytes", "too-large")
        text = Path(path).read_bytes().decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except OSError as error:
        raise refuse(0, "", f"cannot be read: {error.strerror}", "unreadable") from error
    except UnicodeDecodeError as error:
        raise refuse(0, f"byte {error.start}", "must be UTF-8", "encoding") from error
    except json.JSONDecodeError as error:
        raise refuse(error.lineno, "", f"must be JSON: {error.msg}", "json") from error
    except ValueError as error:
        raise refuse(0, "", f"must be JSON: {error}", "json") from error
    except RecursionError as error:
        raise refuse(0, "", "must not be nested so deeply", "json") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} is given twice in one object")
    return record


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} must be written as a text")
