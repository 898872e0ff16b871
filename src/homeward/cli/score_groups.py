"""``homeward score`` of a grouping: who was named rightly, and whether the probabilities mean what they say."""

from __future__ import annotations

from pathlib import Path

from homeward.cli import show
from homeward.decide.score_groups import SURE, GroupingScore, score_grouping
from homeward.formats.results.groups import read_grouping, read_owners
from homeward.report.calibration_chart import draw_calibration

__all__ = ["score_groups"]


def score_groups(results: Path, truth: Path, plot: Path | None) -> None:
    """Print the score of a grouping, and draw its calibration where a file is named."""
    found = score_grouping(read_grouping(results), read_owners(truth))
    _show(found)
    if plot is not None:
        plot.write_text(draw_calibration([("Elements and names", found.names), ("Pairs of elements", found.together)]),
                        encoding="utf-8")
        show.line(f"calibration drawn in {plot}")


def _show(found: GroupingScore) -> None:
    holds = "holds it" if found.holds_number else "DOES NOT HOLD IT"
    show.line(f"elements: {found.elements}; persons: {found.persons}, found {found.mean:.1f} (90 %: {found.low} to "
              f"{found.high}, which {holds})" + ("" if found.converged else "; the chains did not agree"))
    show.line(f"persons on the roster: {found.listed}; named rightly {found.right}, wrongly {len(found.wrong)}, not "
              f"named {found.missed}")
    show.line(f"elements under a proposed name with at least {SURE}: {found.elements_right} rightly, "
              f"{len(found.elements_wrong)} wrongly")
    show.line(f"pairs of elements put together at one half: F1 {found.f1:.3f}")
    for name in found.wrong:
        show.line(f"wrong: {name.anchor} was named {name.person} with probability {name.probability:.6g}")
    for element in found.elements_wrong:
        show.line(f"wrong: element {element.element} of {element.truly} lies under {element.person} with "
                  f"{element.probability:.6g}")
    for title, bins in (("elements and names", found.names), ("pairs of elements", found.together)):
        if bins:
            show.line(f"calibration of {title}: " + "; ".join(f"{b.mean:.3g} → {b.right}/{b.n}" for b in bins))
    if found.unknown:
        show.line(f"not in the truth table: {found.unknown}")
