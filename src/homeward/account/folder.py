"""The account folder: an account as plain CSV tables beside a manifest, read with all its faults at once."""

from __future__ import annotations

import csv
import datetime
import io
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from homeward.account._grid import Grid, GridRefused, decoded, grid, protected
from homeward.account.book import TABLES, Account, broken_in
from homeward.account.definitions import PARALLEL_38, Basis, Line
from homeward.account.tables import BLANK, SPECS, Field, Spec, cells_of
from homeward.model import Fault, FaultyInput, InvalidValue

__all__ = ["FORMAT", "MANIFEST", "check_account", "read_account", "write_account"]

MANIFEST = "account.toml"
FORMAT = "homeward-account/1"
_MOST_BYTES = 256 * 2**20
_OWN = "x_"  # columns of the user's own begin with it and are left alone
_KEYS = {"format": str, "name": str, "title": str, "note": str, "synthetic": bool, "accounted_from": datetime.date,
         "line": dict}
_LINE_KEYS: dict[str, tuple[type, ...]] = {"name": (str,), "latitude_deg": (int, float), "version": (int,)}
_RULES = {("commitments", "due"): "due-before-made", ("quantity", "unit"): "unit", ("quantity", "bound"): "choice"}


def check_account(folder: Traversable | Path) -> tuple[Fault, ...]:
    """All faults of an account folder; () where it is sound."""
    return _Reading(folder).faults_alone()


def read_account(folder: Traversable | Path) -> Account:
    """Read an account folder; raises FaultyInput with all its faults at once, and reads nothing then."""
    return _Reading(folder).account()


def write_account(account: Account, folder: Path) -> None:
    """Write an account as a folder: the manifest, and each table that has rows. Files there are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(_manifest_text(account), encoding="utf-8")
    for table in TABLES:
        path = folder / f"{table}.csv"
        records = getattr(account, table)
        if records:
            path.write_text(_table_text(SPECS[table], records), encoding="utf-8", newline="\n")
        else:
            path.unlink(missing_ok=True)


def _manifest_text(account: Account) -> str:
    lines = [f"format = {_toml(FORMAT)}", f"name = {_toml(account.name)}"]
    lines += [f"{key} = {_toml(getattr(account, key))}" for key in ("title", "note") if getattr(account, key)]
    if account.synthetic:
        lines.append("synthetic = true")
    if account.basis.accounted_from is not None:
        lines.append(f"accounted_from = {account.basis.accounted_from}")
    line = account.basis.line
    if line != PARALLEL_38:
        lines += ["", "[line]", f"name = {_toml(line.name)}", f"latitude_deg = {float(line.latitude_deg)!r}",
                  f"version = {line.version}"]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c
                      for c in text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{escaped}"'


def _table_text(spec: Spec, records: tuple[Any, ...]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(spec.columns)
    for record in records:
        writer.writerow([protected(cell) for cell in cells_of(spec.table, record).values()])
    return written.getvalue()


class _Reading:
    """One reading of a folder: its tables, and the faults as they are met."""

    def __init__(self, folder: Traversable | Path) -> None:
        self.faults: list[Fault] = []
        self.files = self._list(folder)
        self.stated = self._manifest()
        self.tables: dict[str, list[Any]] = {table: [] for table in TABLES}
        self.lines: dict[str, list[int]] = {table: [] for table in TABLES}
        self.partial: set[str] = set()
        for table in TABLES:
            if f"{table}.csv" in self.files:
                self._read(SPECS[table])
        self._check_together()

    def faults_alone(self) -> tuple[Fault, ...]:
        return tuple(self.faults)

    def account(self) -> Account:
        if self.faults:
            raise FaultyInput(self.faults)
        tables: dict[str, Any] = {table: tuple(records) for table, records in self.tables.items()}
        return Account(**self.stated, **tables)

    def _add(self, file: str, line: int, column: str, value: object, *, allowed: str, rule: str) -> None:
        text = str(value)
        self.faults.append(Fault(file, line, column, text if len(text) <= 60 else f"{text[:60]}…", allowed, rule))

    def _list(self, folder: Traversable | Path) -> dict[str, Any]:
        try:
            found = {path.name: path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")}
        except OSError as error:
            self._add(str(folder.name), 0, "", "", allowed=f"must be a folder ({error.strerror or error})",
                      rule="unreadable")
            return {}
        if MANIFEST not in found:
            self._add(MANIFEST, 0, "", "", allowed="must be there", rule="missing-manifest")
        for name in found:
            if name.endswith(".csv") and name.removesuffix(".csv") not in TABLES:
                self._add(name, 0, "", "", allowed=f"must be one of {', '.join(TABLES)}", rule="unknown-table")
        return found

    def _bytes(self, name: str) -> bytes | None:
        data: bytes = self.files[name].read_bytes()
        if len(data) > _MOST_BYTES:
            self._add(name, 0, "", "", allowed=f"must hold at most {_MOST_BYTES} bytes", rule="file-size")
            return None
        return data

    def _manifest(self) -> dict[str, Any]:
        data = self._bytes(MANIFEST) if MANIFEST in self.files else None
        if data is None:
            return {}
        try:
            content = tomllib.loads(decoded(MANIFEST, data))
        except GridRefused as refused:
            self.faults.append(refused.fault)
            return {}
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self._add(MANIFEST, 0, "", "", allowed=f"must be TOML ({error})", rule="toml")
            return {}
        return self._stated(content)

    def _stated(self, content: Mapping[str, Any]) -> dict[str, Any]:
        before = len(self.faults)
        for key, value in content.items():
            if key not in _KEYS:
                self._add(MANIFEST, 0, key, "", allowed=f"must be one of {', '.join(_KEYS)}", rule="unknown-key")
            elif type(value) is not _KEYS[key]:
                self._add(MANIFEST, 0, key, value, rule="key-type",
                          allowed=f"must be of the type {_KEYS[key].__name__}")
        for key in ("format", "name"):
            if not content.get(key):
                self._add(MANIFEST, 0, key, "", allowed="must be given", rule="missing-key")
        if content.get("format", FORMAT) != FORMAT:
            self._add(MANIFEST, 0, "format", content["format"], allowed=f"must be {FORMAT}", rule="format-version")
        line = self._line(content.get("line")) if isinstance(content.get("line"), dict) else PARALLEL_38
        if len(self.faults) > before or line is None:
            return {}
        stated = {key: content[key] for key in ("name", "title", "note", "synthetic") if key in content}
        return stated | {"basis": Basis(line, content.get("accounted_from"))}

    def _line(self, given: Any) -> Line | None:
        wrong = [key for key, value in given.items()
                 if key not in _LINE_KEYS or type(value) not in _LINE_KEYS[key]]
        wrong += [key for key in ("name", "latitude_deg") if key not in given]
        for key in wrong:
            self._add(MANIFEST, 0, f"line.{key}", given.get(key, ""), rule="key-type",
                      allowed="must be the line's name (text), latitude_deg (a number) or version (a whole number)")
        if wrong:
            return None
        try:
            return Line(**given)
        except InvalidValue as error:
            self._add(MANIFEST, 0, f"line.{error.field}", error.value, allowed=error.allowed, rule="key-range")
            return None

    def _read(self, spec: Spec) -> None:
        file = f"{spec.table}.csv"
        data = self._bytes(file)
        try:
            cells = None if data is None else grid(file, decoded(file, data), spec.columns)
        except GridRefused as refused:
            self.faults.append(refused.fault)
            cells = None
        if cells is None or not self._header(spec, cells):
            self.partial.add(spec.table)
            return
        for line, row in cells.rows:
            if len(row) != len(cells.header):
                self._add(file, line, "", f"{len(row)} cells", rule="row-length",
                          allowed=f"must have {len(cells.header)} cells, as the first row has")
                self.partial.add(spec.table)
                continue
            # Quotes are verbatim, to their last blank.
            record = self._record(spec, line, {name: cell if name == "quote" else cell.strip()
                                               for name, cell in zip(cells.header, row, strict=True)})
            if record is None:
                self.partial.add(spec.table)
            else:
                self.tables[spec.table].append(record)
                self.lines[spec.table].append(line)

    def _header(self, spec: Spec, cells: Grid) -> bool:
        sound = True
        for position, name in enumerate(cells.header):
            known = name in spec.columns or name.startswith(_OWN)
            if not known or name in cells.header[:position]:
                self._add(f"{spec.table}.csv", 1, name, "", rule="duplicate-column" if known else "unknown-column",
                          allowed="must be there once" if known else f"must be one of {', '.join(spec.columns)}")
                sound = False
        for field in spec.fields:
            if field.required and field.columns[0] not in cells.header:
                self._add(f"{spec.table}.csv", 1, field.columns[0], "", allowed="must be there", rule="missing-column")
                sound = False
        return sound

    def _record(self, spec: Spec, line: int, cells: Mapping[str, str]) -> Any:
        values: dict[str, Any] = {}
        before = len(self.faults)
        for field in spec.fields:
            value = self._value(spec, field, line, cells)
            if value is not BLANK:
                values[field.name] = value
            elif field.required:
                self._add(f"{spec.table}.csv", line, field.columns[0], "", allowed="must be filled", rule="required")
        if len(self.faults) > before:
            return None
        # What may be blank without having a default stands as not recorded.
        values = {f.name: None for f in spec.fields if f.name == "on" and not f.required} | values
        try:
            return spec.record(**values)
        except (InvalidValue, ValueError) as error:
            self._refuse(spec, line, error)
            return None

    def _value(self, spec: Spec, field: Field, line: int, cells: Mapping[str, str]) -> Any:
        try:
            return field.read(cells)
        except InvalidValue as error:
            column = error.field if error.field in field.columns else field.columns[0]
            self._add(f"{spec.table}.csv", line, column, error.value, allowed=error.allowed,
                      rule=_RULES.get((error.record, error.field), "value"))
            return BLANK if not field.required else None

    def _refuse(self, spec: Spec, line: int, error: InvalidValue | ValueError) -> None:
        if isinstance(error, InvalidValue):
            self._add(f"{spec.table}.csv", line, error.field, error.value, allowed=error.allowed,
                      rule=_RULES.get((spec.table, error.field), "value"))
        else:  # a word that an enumeration does not have
            self._add(f"{spec.table}.csv", line, "", "", allowed=f"must be a word of its column ({error})",
                      rule="choice")

    def _check_together(self) -> None:
        for broken in broken_in(self.tables):
            # What refers to a table that could not be read whole may well be there.
            if broken.rule == "duplicate-key" or not self.partial:
                self._add(f"{broken.table}.csv", self.lines[broken.table][broken.position], broken.field, broken.value,
                          allowed=broken.allowed, rule=broken.rule)
