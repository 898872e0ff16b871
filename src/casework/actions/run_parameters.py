"""What may be asked of a run besides the case's own settings: its prior and its rule, by the names of their fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from homeward.model import Case, InvalidValue, Prior, Rule

__all__ = ["PARAMETERS", "checked", "with_parameters"]

_PARTS: Mapping[str, type[Prior] | type[Rule]] = {"prior": Prior, "rule": Rule}
# "prior.on_roster", "rule.posterior" and so on: every setting that is one number or one yes or no.
PARAMETERS = tuple(f"{part}.{field.name}" for part, kind in _PARTS.items() for field in dataclasses.fields(kind)
                   if field.name != "incidents")


def checked(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, each of a known name and with a value that it may have; raises InvalidValue."""
    for name, value in parameters.items():
        if name not in PARAMETERS:
            raise InvalidValue("run", "parameters", name, f"must be one of {', '.join(PARAMETERS)}")
        part, _, field = name.partition(".")
        usual = getattr(_PARTS[part](), field)
        if isinstance(value, str) or isinstance(value, bool) != isinstance(usual, bool):
            raise InvalidValue("run", name, value, "must be true or false" if isinstance(usual, bool)
                               else "must be a number")
        _with(_PARTS[part](), {field: value})
    return dict(parameters)


def with_parameters(case: Case, parameters: Mapping[str, Any]) -> Case:
    """The case with these settings instead of its own; raises InvalidValue where they do not fit it."""
    if not parameters:
        return case
    fields: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
    for name, value in parameters.items():
        part, _, field = name.partition(".")
        fields[part][field] = value
    changed: dict[str, Any] = {part: _with(getattr(case, part), given) for part, given in fields.items()}
    return dataclasses.replace(case, **changed)


def _with(part: Prior | Rule, fields: Mapping[str, Any]) -> Prior | Rule:
    return dataclasses.replace(part, **fields)
