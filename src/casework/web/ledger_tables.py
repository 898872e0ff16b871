"""The figures of a day as tables, each a link to the records behind it, and what others say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.http import urlencode

from casework.web.shown import Act, Badge, Lines, Link, Picture, Table, link
from homeward.account import Standing, TableSum
from homeward.model.figures import Definition, Difference, Figure, Series
from homeward.report.time_series import draw_series

__all__ = ["Figures", "difference_table", "series_picture", "sum_table"]

_OF_LOSS = (("side", "north and south of the line"), ("place", "place of the loss"), ("incident", "incident"))
_OF_LOTS = (("received", "Received"), ("estimated", "Thought to be"), ("accounted for", "Have a name"),
            ("returned", "To another country"), ("not yet named", "Not yet named"),
            ("operations", "Operations"))
_OF_ORIGIN = (("received", "Received"), ("accounted for", "Have a name"))
_LEADING = ("unaccounted for", "accounted for", "listed")
_MOST_POINTS = 200  # claims in one drawing
_SHOWN = 12  # rows of a breakdown on the ledger's own page


class Figures:
    """The figures of a day, by what they are broken down by; ``lots``: the links to the pages of lots, by key."""

    def __init__(self, standing: Standing, to_figure: str, to_group: str,
                 lots: Mapping[str, Link | None] | None = None) -> None:
        self.standing, self.to_figure, self.to_group, self.lots = standing, to_figure, to_group, lots or {}

    @cached_property
    def _by_definition(self) -> Mapping[str, list[Figure]]:
        found: dict[str, list[Figure]] = {}
        for figure in self.standing.figures:
            found.setdefault(figure.definition.id, []).append(figure)
        return found

    def heads(self) -> list[tuple[str, str, str]]:
        """The figures that everyone looks for first: words, amount, where they lead."""
        return [(measure, str(f.amount), self.address(f)) for measure in _LEADING
                for f in self._by_definition.get(measure, ())]

    def sections(self) -> list[Table]:
        """All figures of the day as tables; what has nothing to show is left out."""
        return [table for table in (self._in_all(), *(self._of_loss(*group) for group in _OF_LOSS), self._by_lot(),
                                    self._by_origin()) if table.rows]

    def definitions(self) -> Table:
        """What each of the figures counts, with the version of its definition."""
        used = {d.id: d for d in (found[0].definition for found in self._by_definition.values())}
        return Table("What each figure counts", ("Figure", "Version", "Definition"), [
            (d.id, d.version, d.text) for d in (used[name] for name in sorted(used))], numbers=(1,),
            note="Figures of two versions of a definition are not compared.")

    def largest_first(self, definition: str) -> list[Figure]:
        """The figures of one breakdown."""
        return sorted(self._by_definition.get(definition, ()), key=_by_size)

    def said_of(self, definition: str) -> str:
        """The definition of a breakdown in words; "" where it has no figure."""
        found = self._by_definition.get(definition)
        return _in_words(found[0].definition) if found else ""

    def row(self, figure: Figure) -> tuple[Any, ...]:
        """What it is of, the amount as a link to the records, how many these are."""
        return (_of(figure), Link(str(figure.amount), self.address(figure)), len(figure.records))

    def address(self, figure: Figure) -> str:
        """Where the records behind a figure are."""
        return _address(self.to_figure, figure)

    def _in_all(self) -> Table:
        rows = [self.row(f) for name, found in self._by_definition.items() if "," not in name for f in found]
        return Table("In all", ("Figure", "Amount", "Records"), rows, numbers=(1, 2))

    def _of_loss(self, group: str, words: str) -> Table:
        definition = f"unaccounted for, {group}"
        found = self.largest_first(definition)
        more = [Act(f"All {len(found):,}", f"{self.to_group}?" + urlencode({
            "of": definition, "as_of": str(self.standing.day)}))] if len(found) > _SHOWN else []
        return Table(f"Unaccounted for by {words}", (group.capitalize(), "Amount", "Records"),
                     [self.row(f) for f in found[:_SHOWN]], numbers=(1, 2), note=self.said_of(definition), acts=more)

    def _by_lot(self) -> Table:
        rows = []
        for lot in self.standing.ledger.lots:
            cells = [self._cell(f"{measure}, lot", lot.id) for measure, _ in _OF_LOTS]
            if any(cell is not None for cell in cells):
                rows.append((self.lots.get(lot.id) or lot.name, *cells))
        return Table("By lot, each in its own unit", ("Lot", *(words for _, words in _OF_LOTS)), rows,
                     note="Boxes, sets and persons are different things and are never added.")

    def _by_origin(self) -> Table:
        names = dict.fromkeys(f.key.partition("/")[2] for measure, _ in _OF_ORIGIN
                              for f in self._by_definition.get(f"{measure}, origin", ()))
        return Table("By origin of the remains", ("Origin", *(words for _, words in _OF_ORIGIN)), [
            (name, *(self._cell(f"{measure}, origin", name) for measure, _ in _OF_ORIGIN)) for name in names],
            numbers=(1, 2))

    def _cell(self, definition: str, name: str) -> Lines | None:
        found = [Link(str(f.amount), self.address(f)) for f in self._named.get((definition, name), ())]
        return Lines(found) if found else None

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], list[Figure]]:
        found: dict[tuple[str, str], list[Figure]] = {}
        for definition, figures in self._by_definition.items():
            for figure in figures:
                found.setdefault((definition, figure.key.partition("/")[2]), []).append(figure)
        return found


def difference_table(differences: Sequence[Difference], rows: Mapping[str, Any], to_figure: str, *,
                     acts: Sequence[Act] = ()) -> Table:
    """Claims that the records do not bear out; ``rows``: the claims by key."""
    drawn = [(d.key, d.as_of, str(d.claimed),
              "nothing on record" if d.figure is None else Link(str(d.figure.amount), _address(to_figure, d.figure)),
              None if d.gap is None else str(d.gap), d.why, Lines([_claim(rows.get(key), key) for key in d.claims]))
             for d in differences]
    return Table("Where claims and records differ", ("Figure", "Claim speaks of", "Claimed", "On record",
                                                     "Claim less records", "Why", "Claim"), drawn,
                 empty="Every claim about a figure is borne out by the records.", acts=acts,
                 note="Each claim is held against the day that it speaks of, and of each claimant the latest stands. "
                      "Neither the claim nor the record is overwritten.")


def series_picture(title: str, series: Series) -> Picture:
    """A figure over time beside what was said of it; of very many claims not every one."""
    caption = ("The line is what the records come to, the band what they leave open. An open point is what somebody "
               "said, a stroke its bound.")
    claimed = series.claimed
    if len(claimed) > _MOST_POINTS:
        step = -(-len(claimed) // _MOST_POINTS)
        series = replace(series, claimed=claimed[::step])
        caption += f" Of {len(claimed):,} claims one in {step} is drawn."
    return Picture(title, draw_series(series, standalone=False), caption, wide=True)


def sum_table(sums: Iterable[TableSum], sources: Mapping[str, Any]) -> list[Table]:
    """Published tables held against themselves, those that do not add up first; none where nothing was published."""
    rows = [(link("document", sources.get(s.source), sources[s.source].title) if s.source in sources else s.source,
             s.as_of, Badge("adds up", "agree") if s.adds_up else Badge("does not add up", "disputed"), s.why)
            for s in sorted(sums, key=lambda s: s.adds_up)]
    return [Table("Published tables against their own sums", ("Table", "As of", "", "In words"), rows)] if rows else []


def _claim(row: Any, key: str) -> Any:
    return key if row is None else link("claim", row)


def _address(to_figure: str, figure: Figure) -> str:
    return f"{to_figure}?" + urlencode({"key": figure.key, "unit": figure.amount.unit, "as_of": str(figure.as_of)})


def _of(figure: Figure) -> str:
    """What a figure is of, without its measure."""
    measure = figure.definition.id.partition(", ")[0]
    return figure.label.removeprefix(f"{measure}, ")


def _in_words(definition: Definition) -> str:
    return f"{definition.text} (version {definition.version} of the definition)"


def _by_size(figure: Figure) -> tuple[float, str]:
    amount = figure.amount
    return -(amount.low if amount.high is None else amount.high), figure.label
