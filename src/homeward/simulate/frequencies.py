"""Published allele frequencies, as the tables that a case carries.

Moretti et al. 2016 (doi:10.1016/j.fsigen.2016.07.022): 23 autosomal STRs in population groups of the United States.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from importlib.resources import files

from homeward.model import FrequencyTable, InvalidValue, Marker, MutationModel

__all__ = ["fbi2015", "populations"]

_FILE = "str_frequencies_fbi2015.csv"
_CITATION = "Moretti et al. 2016, doi:10.1016/j.fsigen.2016.07.022 (FBI, expanded CODIS core)"
_NO_MUTATION = MutationModel()
_Rows = list[dict[str, str]]


def populations() -> tuple[str, ...]:
    """The population groups of the shipped table, in its order.

    Returns: names that ``fbi2015`` takes.

    >>> "Caucasian" in populations()
    True
    """
    return tuple(dict.fromkeys(row["population"] for row in _read()))


def fbi2015(population: str = "Caucasian", *, markers: Sequence[str] | None = None,
            mutation: MutationModel | tuple[MutationModel, MutationModel] = _NO_MUTATION) -> FrequencyTable:
    """The FBI's allele frequencies of one population group, each marker rescaled to a correctly rounded sum of 1.

    ``population``: one of ``populations()``. ``markers``: names in the order wanted; None for all 23. ``mutation``:
    one model for both sexes, or the pair (female, male); the publication itself says nothing of mutation, so that
    the default is none.

    Returns: the table; its ``source`` names the publication and the number of alleles counted.
    Raises: InvalidValue for a population or a marker that the table does not hold.

    >>> fbi2015("Navajo", markers=["TPOX"]).markers[0].alleles[:2]
    ('8', '9')
    """
    rows = [row for row in _read() if row["population"] == population]
    if not rows:
        raise InvalidValue("fbi2015", "population", population, f"must be one of {', '.join(populations())}")
    by_marker: dict[str, _Rows] = {}
    for row in rows:
        by_marker.setdefault(row["marker"], []).append(row)
    wanted = tuple(by_marker) if markers is None else tuple(markers)
    for name in wanted:
        if name not in by_marker:
            raise InvalidValue("fbi2015", "marker", name, f"must be one of {', '.join(by_marker)}")
    female, male = mutation if isinstance(mutation, tuple) else (mutation, mutation)
    source = f"{_CITATION}, {population}, {_counted(by_marker[name] for name in wanted)} alleles a marker"
    return FrequencyTable(population, tuple(_marker(name, by_marker[name], female, male) for name in wanted), source)


def _read() -> _Rows:
    text = (files("homeward.simulate") / "data" / _FILE).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _marker(name: str, rows: _Rows, female: MutationModel, male: MutationModel) -> Marker:
    frequencies = _exactly_one([float(row["frequency"]) for row in rows])
    return Marker(name, tuple(row["allele"] for row in rows), frequencies, female=female, male=male)


def _exactly_one(frequencies: Sequence[float]) -> tuple[float, ...]:
    total = math.fsum(frequencies)
    scaled = [p / total for p in frequencies]
    largest = scaled.index(max(scaled))
    # Division leaves a few units in the last place; the commonest allele takes them, where they weigh least.
    for _ in range(3):
        scaled[largest] += 1.0 - math.fsum(scaled)
    return tuple(scaled)


def _counted(markers: Iterable[_Rows]) -> str:
    counts = sorted({int(row["n_alleles"]) for rows in markers for row in rows})
    return f"{counts[0]}–{counts[-1]}" if len(counts) > 1 else "".join(map(str, counts))
