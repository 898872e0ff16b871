"""Draw the pictures of the papers on lines of evidence, docs/images/evidence-*.svg: each by its own line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from homeward.evidence import age, circumstance, dental, effects, radiograph, sex, stature
from homeward.model import Sex
from homeward.model.antemortem import MOUTH, DentalChart, RecordedHeight

_FOLDER = Path(__file__).parents[1] / "docs" / "images"
_COLOURS = ("#1f5f8b", "#b45309", "#4d7c0f", "#7c3aed")
_WIDTH, _HEIGHT, _LEFT, _TOP, _WIDE, _HIGH = 640.0, 380.0, 64.0, 44.0, 540.0, 270.0


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows: from ``low`` to ``high``, with ``ticks``."""

    name: str
    low: float
    high: float
    ticks: Sequence[float]

    def place(self, value: float) -> float:
        """Where on the axis a value stands, from 0 to 1."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def chart(title: str, x: Axis, y: Axis, series: Sequence[tuple[str, Sequence[float], Sequence[float]]], *,
          key_at: float = 0.65) -> str:
    """Lines over two axes as SVG; ``series``: name, x values, y values; ``key_at``: where their names begin."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
             f'font-family="sans-serif" font-size="13" fill="#1f2933"><title>{escape(title)}</title>',
             f'<rect width="{_WIDTH:g}" height="{_HEIGHT:g}" fill="#fff"/>']
    for tick in x.ticks:
        at = _LEFT + _WIDE * x.place(tick)
        parts += [f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP:g}" y2="{_TOP + _HIGH:g}" stroke="#e4e7eb"/>',
                  f'<text x="{at:.1f}" y="{_TOP + _HIGH + 20:g}" text-anchor="middle">{tick:g}</text>']
    for tick in y.ticks:
        at = _TOP + _HIGH * (1.0 - y.place(tick))
        parts += [f'<line x1="{_LEFT:g}" x2="{_LEFT + _WIDE:g}" y1="{at:.1f}" y2="{at:.1f}" '
                  f'stroke="{"#9aa5b1" if tick == 0 else "#e4e7eb"}"/>',
                  f'<text x="{_LEFT - 10:g}" y="{at + 5:.1f}" text-anchor="end">{tick:g}</text>']
    parts += [f'<text x="{_LEFT + _WIDE / 2:g}" y="{_TOP + _HIGH + 44:g}" text-anchor="middle">{escape(x.name)}</text>',
              f'<text x="{_LEFT:g}" y="22">{escape(y.name)}</text>']
    for k, (_, xs, ys) in enumerate(series):
        colour = _COLOURS[k % len(_COLOURS)]
        points = " ".join(f"{_LEFT + _WIDE * x.place(a):.1f},{_TOP + _HIGH * (1.0 - y.place(b)):.1f}"
                          for a, b in zip(xs, ys, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
    key = _LEFT + _WIDE * key_at
    parts.append(f'<rect x="{key - 6:g}" y="{_TOP + 2:g}" width="190" height="{4 + 20 * len(series)}" fill="#fff" '
                 'fill-opacity="0.85"/>')
    for k, (name, _, _) in enumerate(series):
        parts += [f'<line x1="{key:g}" x2="{key + 22:g}" y1="{_TOP + 14 + 20 * k:g}" y2="{_TOP + 14 + 20 * k:g}" '
                  f'stroke="{_COLOURS[k % len(_COLOURS)]}" stroke-width="3"/>',
                  f'<text x="{key + 30:g}" y="{_TOP + 19 + 20 * k:g}">{escape(name)}</text>']
    return "\n".join([*parts, "</svg>"]) + "\n"


def of_sex() -> str:
    """What a finding is worth for a recorded man and a recorded woman, in two pools."""
    shown = np.linspace(-4.0, 4.0, 81)
    pm = sex.Postmortem(tuple(map(str, range(81))), tuple(shown.tolist()))
    series = []
    for recorded, share in ((Sex.MALE, 0.5), (Sex.FEMALE, 0.5), (Sex.MALE, 0.99), (Sex.FEMALE, 0.99)):
        am = sex.Antemortem(("P",), (recorded,))
        series.append((f"{recorded}, {share:.0%} of the pool male", shown.tolist(),
                       sex.compare(am, pm, sex.Params(share)).log10_lr[0].tolist()))
    return chart("Sex", Axis("what was seen, log10 of P(x | male) / P(x | female)", -4, 4, range(-4, 5)),
                 Axis("log10 LR of a person recorded as", -3, 3, range(-3, 4)), series)


def of_stature() -> str:
    """What a femur is worth for three recorded heights, and for the middle one rounded and of a boy of 18."""
    femora = np.linspace(40.0, 55.0, 151)
    group = stature.StatureGroup("men", ("femur",), np.array([-6.8788]), np.array([0.31112]), np.array([[1.5535]]),
                                 174.08, 6.33)
    heights = {"165 cm, error 1.5 cm": RecordedHeight(165.0, 1.5), "175 cm": RecordedHeight(175.0, 1.5),
               "185 cm": RecordedHeight(185.0, 1.5),
               "175 cm at 17, died at 21": RecordedHeight(175.0, 1.5, 0.0, 2.54, 17.0, 21.0)}
    am = stature.Antemortem(tuple(heights), tuple(heights.values()), ("men",) * 4)
    pm = stature.Postmortem(tuple(map(str, range(151))), tuple({"femur": float(b)} for b in femora),
                            np.ones((151, 1)), {})
    found = stature.compare(am, pm, stature.Params((group,))).log10_lr
    return chart("Stature", Axis("length of the femur, cm", 40, 55, range(40, 56, 3)),
                 Axis("log10 LR of a person whose recorded height is", -3, 3, range(-3, 4)),
                 [(name, femora.tolist(), row.tolist()) for name, row in zip(heights, found, strict=True)])


def of_age() -> str:
    """What four phases of a pubic symphysis are worth for a person of each age, in a pool of 17 to 40."""
    years = np.arange(17.0, 45.1, 0.25)
    trait = age.Trait("pubic symphysis", (21.0, 26.0, 32.0, 40.0), 0.2)
    pool = age.Params.of_pool([age.AgeRange(18.0, 30.0)] * 3 + [age.AgeRange(30.0, 40.0)])
    am = age.Antemortem(tuple(map(str, years)), tuple(age.AgeRange(a, a) for a in years.tolist()))
    pm = age.Postmortem(tuple(map(str, range(5))), tuple({"pubic symphysis": s} for s in range(5)))
    found = age.compare(am, pm, age.Params(pool, (trait,))).log10_lr
    return chart("Age", Axis("recorded age at death, years", 17, 45, (18, 20, 25, 30, 35, 40, 45)),
                 Axis("log10 LR where the phase is", -2, 1, (-2, -1, 0, 1)),
                 [(f"phase {s + 1}", years.tolist(), found[:, s].tolist()) for s in (0, 1, 2, 4)])


def of_dental() -> str:
    """What a chart of eight repairs is worth, as remains show some of these teeth sound, for fewer and fewer teeth."""
    rng = np.random.default_rng(1)
    teeth = [t for t in MOUTH if t % 10 != 8]
    shares = ((0.9, 0.06, 0.01, 0.01, 0.02), (0.55, 0.2, 0.1, 0.05, 0.1))
    charts = [DentalChart(str(i), {t: str(rng.choice(("V", "O", "MO", "MOD", "X"), p=shares[i % 2])) for t in teeth})
              for i in range(2000)]
    params = dental.Params(dental.Background.of(charts))
    repairs = {16: "MOD", 26: "MO", 36: "X", 46: "MOD", 17: "O", 37: "O", 11: "O", 47: "O"}
    person = DentalChart("P", {t: repairs.get(t, "V") for t in teeth})
    am = dental.Antemortem(("P",), (person,), (1.0,))
    series = []
    for n in (28, 14, 7):
        left = [*repairs, *(t for t in teeth if t not in repairs)][:n]
        found = [DentalChart(str(k), {t: "V" if t in [*repairs][:k] else person.teeth[t] for t in left})
                 for k in range(7)]
        tile = dental.compare(am, dental.Postmortem(tuple(map(str, range(7))), tuple(found)), params)
        series.append((f"{n} teeth are left", list(range(7)), tile.log10_lr[0].tolist()))
    return chart("Teeth", Axis("repairs of the chart, of eight, that the remains show as sound", 0, 6, range(7)),
                 Axis("log10 LR one year after the chart, one of 2,001", -3, 4, range(-3, 5)), series)


def of_effects() -> str:
    """What a tag and a document are worth to their man, by the signs of his number that can be read."""
    numbers = tuple(f"{7919 * (i + 3) % 10**8:08d}" for i in range(7700))
    am = effects.Antemortem(tuple(map(str, range(7700))), numbers, (None,) * 7700)
    series = []
    for kind in ("tag", "document"):
        read = [(effects.Effect(kind, numbers[0][:k] + "?" * (8 - k)),) for k in range(1, 9)]
        pm = effects.Postmortem(tuple(map(str, range(8))), tuple(read))
        series.append((f"{kind}, its man", list(range(1, 9)),
                       effects.compare(am, pm, effects.Params()).log10_lr[0].tolist()))
    return chart("Effects", Axis("signs of the eight of his number that can be read", 1, 8, range(1, 9)),
                 Axis("log10 LR on a roster of 7,700", 0, 4, range(5)), series, key_at=0.03)


def of_circumstance() -> str:
    """What a stated place is worth by its distance from the place of loss, one in seven having been lost there."""
    place = circumstance.Place(40.0, 127.0, 2.0)
    km = np.linspace(0.0, 60.0, 121)
    stated = tuple(circumstance.Place(40.0 + d / 111.195, 127.0, 1.0) for d in km.tolist())
    series = []
    for wrong in (0.02, 0.1, 0.5):
        pm = circumstance.Postmortem(tuple(map(str, range(len(km)))), stated, (wrong,) * len(km))
        tile = circumstance.compare(circumstance.Antemortem(("P",), (place,)), pm,
                                    circumstance.Params(((place, 1.0), (None, 6.0))))
        series.append((f"wrong with probability {wrong:g}", km.tolist(), tile.log10_lr[0].tolist()))
    return chart("Circumstance", Axis("distance of the stated place, km", 0, 60, range(0, 61, 10)),
                 Axis("log10 LR of a person lost there", -2, 2, range(-2, 3)), series)


def of_radiograph() -> str:
    """Two invented clavicles, and the outlines that some harmonics give of one of them."""
    t = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    series = []
    for name, bump in (("traced, P-1", 0.05), ("traced, P-2", -0.04)):
        r = 1.0 + bump * np.cos(3.0 * t) + 0.03 * np.sin(5.0 * t + bump)
        points = np.column_stack([3.0 * np.cos(t) * r, 0.7 * np.sin(t) * r + 0.4 * np.sin(1.5 * np.cos(t))])
        shape = radiograph.normalised(radiograph.elliptic_fourier(points, 20))
        for harmonics in (20,) if bump < 0.0 else (20, 8, 3):
            n = np.arange(1, harmonics + 1)[:, None] * np.append(t, t[0])
            a, b, c, d = shape[:harmonics].T
            words = name if harmonics == 20 else f"P-1, {harmonics} harmonics"
            series.append((words, (a @ np.cos(n) + b @ np.sin(n)).tolist(), (c @ np.cos(n) + d @ np.sin(n)).tolist()))
    return chart("Radiograph", Axis("x, in half axes", -1.2, 1.2, (-1, -0.5, 0, 0.5, 1)),
                 Axis("y, in half axes", -0.6, 0.6, (-0.5, 0, 0.5)), series)


_PICTURES: dict[str, Callable[[], str]] = {"sex": of_sex, "stature": of_stature, "age": of_age, "dental": of_dental,
                                            "effects": of_effects, "circumstance": of_circumstance,
                                            "radiograph": of_radiograph}


def main() -> None:
    """Draw all of them."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in _PICTURES.items():
        (_FOLDER / f"evidence-{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
