"""The reliability plot of the joint posterior: of pairings that were said to be true with probability p, how many are.

Reads the newest `reports/joint-calibration-*.md` and draws `docs/images/reliability.svg`: all designs of the report
together, the stated share beside the flat prior. A point on the diagonal is a probability that can be believed; the bar
is two standard errors of a share of that many pairings.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_REPORTS = Path(__file__).parent / "reports"
_PICTURE = Path(__file__).parents[1] / "docs" / "images" / "reliability.svg"
_ROW = re.compile(r"^\| .+, (?P<prior>share as stated|flat over assignments) \| [\d,]+ pairings .*?Band: .*?: "
                  r"(?P<bands>.+) \| (kept|–|\*\*broken\*\*) \|$")
_BAND = re.compile(r"([\d.]+)–([\d.]+): ([\d,]+), ([\d,]+)/([\d.]+) ")
_SIDE, _LEFT, _TOP = 420.0, 64.0, 40.0
_SERIES = (("share as stated", "#1f5f8b", -4.0), ("flat over assignments", "#b45309", 4.0))


@dataclass(slots=True)
class Band:
    """Pairings of one band of probabilities: how many, how many true, how many expected."""

    n: int = 0
    true: int = 0
    expected: float = 0.0


def bands_of(report: str) -> dict[str, dict[str, Band]]:
    """Prior → band → counts, all designs of a report together."""
    found: dict[str, dict[str, Band]] = defaultdict(lambda: defaultdict(Band))
    for row in filter(None, map(_ROW.match, report.splitlines())):
        for low, high, n, true, expected in _BAND.findall(row["bands"]):
            band = found[row["prior"]][f"{low}–{high}"]
            band.n += int(n.replace(",", ""))
            band.true += int(true.replace(",", ""))
            band.expected += float(expected)
    return found


def picture(found: dict[str, dict[str, Band]]) -> str:
    """The plot as SVG."""
    n = sum(b.n for b in found["share as stated"].values())
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 540" role="img" font-family="sans-serif" '
             f'font-size="13" fill="#1f2933"><title>Reliability of the joint posterior over {n:,} simulated pairings'
             "</title>", '<rect width="560" height="540" fill="#fff"/>',
             f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#9aa5b1"/>']
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [f'<text x="{_x(tick)}" y="{_y(0) + 22}" text-anchor="middle">{tick:g}</text>',
                  f'<text x="{_LEFT - 12}" y="{_y(tick) + 5}" text-anchor="end">{tick:g}</text>',
                  f'<line x1="{_x(0)}" x2="{_x(1)}" y1="{_y(tick)}" y2="{_y(tick)}" stroke="#e4e7eb"/>']
    parts += [f'<text x="{_x(0.5)}" y="{_y(0) + 46}" text-anchor="middle">probability said</text>',
              f'<text x="{_LEFT}" y="24">share that is true, two standard errors</text>']
    for k, (prior, colour, shift) in enumerate(_SERIES):
        parts += [_point(band, colour, shift) for band in found[prior].values() if band.n >= 20]
        parts += [f'<circle cx="{_x(0.06)}" cy="{_y(0.93 - 0.07 * k)}" r="5" fill="{colour}"/>',
                  f'<text x="{_x(0.06) + 14}" y="{_y(0.93 - 0.07 * k) + 5}">{prior}</text>']
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(p: float) -> float:
    return _LEFT + p * _SIDE


def _y(p: float) -> float:
    return _TOP + (1.0 - p) * _SIDE


def _point(band: Band, colour: str, shift: float) -> str:
    said, share = band.expected / band.n, band.true / band.n
    error = 2.0 * (said * (1.0 - said) / band.n) ** 0.5
    x, low, high = _x(said) + shift, _y(max(share - error, 0.0)), _y(min(share + error, 1.0))
    return (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{colour}" stroke-width="1.6"/>'
            f'<circle cx="{x:.1f}" cy="{_y(share):.1f}" r="4.5" fill="{colour}">'
            f"<title>said {said:.4g}, true {share:.4g}: {band.true} of {band.n}</title></circle>")


if __name__ == "__main__":
    newest = max(_REPORTS.glob("joint-calibration-*.md"))
    _PICTURE.write_text(picture(bands_of(newest.read_text(encoding="utf-8"))), encoding="utf-8")
