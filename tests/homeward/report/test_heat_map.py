"""The picture of all pairs: every pair has its colour, also where the picture is one PNG."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.report.heat_map import draw_heat_map

SVG = "{http://www.w3.org/2000/svg}"


def support_of(log10_lr: NDArray[np.float64], status: NDArray[np.int8]) -> Support:
    n_am, n_pm = status.shape
    value = np.where(status == EXCLUDED, -np.inf, np.where(status == NOT_COMPARED, 0.0, log10_lr))
    return Support("kinship", tuple(f"P{i}" for i in range(n_am)), tuple(f"R{j}" for j in range(n_pm)), value,
                   status.astype(np.int8))


def random_support(n_am: int, n_pm: int) -> Support:
    rng = np.random.default_rng(3)
    return support_of(rng.normal(-3.0, 4.0, (n_am, n_pm)), rng.integers(0, 3, (n_am, n_pm)).astype(np.int8))


def decoded(svg: str) -> tuple[NDArray[np.uint8], list[str], bytes]:
    """Pixels, palette and transparency of the PNG in the picture, read by the standard's own rules."""
    found = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", svg)
    assert found is not None
    data, chunks, at = base64.b64decode(found[1]), {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        name, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length]) == (zlib.crc32(name + body),)
        chunks[name], at = body, at + 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    palette = ["#" + chunks[b"PLTE"][k:k + 3].hex() for k in range(0, len(chunks[b"PLTE"]), 3)]
    return rows[:, 1:], palette, chunks[b"tRNS"]


def colours_of(svg: str, shape: tuple[int, int]) -> list[str]:
    """Colour of each cell, in reading order, of a picture made of rectangles."""
    cells = [r for r in ElementTree.fromstring(svg).iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    assert len(cells) == shape[0] * shape[1]
    return [c.get("fill") or "" for c in cells]


def test_three_by_three_says_every_figure() -> None:
    support = support_of(np.array([[11.2, -3.0, 0.0], [1.0, 2.0, 3.0], [-9.0, 4.0, 0.5]]), np.ones((3, 3)))
    svg = draw_heat_map(support, proposed=[("P0", "R0")]).svg
    texts = [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert texts == ["P0", "P1", "P2", "R0", "R1", "R2", "+11.20", "−3.00", "0.00", "+1.00", "+2.00", "+3.00", "−9.00",
                     "+4.00", "+0.50"]


def test_the_three_statuses_have_three_colours_and_zero_is_none_of_the_others() -> None:
    status = np.array([[NOT_COMPARED, COMPARED, EXCLUDED]], dtype=np.int8)
    found = colours_of(draw_heat_map(support_of(np.zeros((1, 3)), status), proposed=[]).svg, (1, 3))
    assert found[0] == "none"  # the hatched ground shows
    assert len(set(found)) == 3


def test_the_one_png_holds_the_colours_that_the_rectangles_would() -> None:
    small = random_support(30, 40)
    expected = colours_of(draw_heat_map(small, proposed=[]).svg, (30, 40))
    large = Support("kinship", (*small.am_ids, *(f"Q{i}" for i in range(30))), small.pm_ids,
                    np.vstack([small.log10_lr, small.log10_lr]), np.vstack([small.status, small.status]))
    pixels, palette, transparent = decoded(draw_heat_map(large, proposed=[]).svg)
    assert pixels.shape == (240, 160)
    assert transparent == b"\x00"
    cells = pixels[2::4, 2::4]
    found = ["none" if c == 0 else palette[c] for c in cells[:30].ravel()]
    assert found == expected
    assert np.array_equal(cells[:30], cells[30:])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (300, 300), (2, 300), (300, 2)])
def test_every_shape_up_to_300_is_drawn_whole(shape: tuple[int, int]) -> None:
    heat = draw_heat_map(random_support(*shape), proposed=[])
    ElementTree.fromstring(heat.svg)
    assert heat.left_out == ""
    assert sum(s.count for s in heat.legend) == shape[0] * shape[1]
    assert len(heat.svg) < 400_000


def test_beyond_the_most_the_strongest_are_shown_and_the_rest_counted() -> None:
    value = np.full((6, 5), -5.0)
    value[4, 0], value[1, 3], value[2, 2] = 8.0, 3.0, 1.9
    heat = draw_heat_map(support_of(value, np.ones((6, 5))), proposed=[("P5", "R1")], most=4)
    labels = [t.text or "" for t in ElementTree.fromstring(heat.svg).iter(f"{SVG}text")]
    assert [t for t in labels if t[0] in "PR"] == ["P1", "P4", "P5", "R0", "R1", "R3"]
    assert "3 of 6 persons" in heat.left_out
    assert "2 of 5 remains" in heat.left_out
    assert sum(s.count for s in heat.legend) == 30  # the legend counts all pairs


def test_a_case_too_large_for_the_picture_and_without_any_notable_pair_is_still_drawn() -> None:
    heat = draw_heat_map(support_of(np.full((6, 5), -5.0), np.ones((6, 5))), proposed=[], most=4)
    ElementTree.fromstring(heat.svg)
    assert "5 of 6 persons" in heat.left_out


def test_proposals_are_framed_where_they_stand() -> None:
    svg = draw_heat_map(random_support(4, 4), proposed=[("P1", "R2")]).svg
    frames = [r for r in ElementTree.fromstring(svg).iter(f"{SVG}rect") if r.get("rx")]
    cell = next(r for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")
                if (r.findtext(f"{SVG}title") or "").startswith("P1 × R2"))
    assert [(f.get("x"), f.get("y")) for f in frames] == [(cell.get("x"), cell.get("y"))]


def test_hostile_ids_stay_text() -> None:
    hostile = '<script>"&'
    support = Support("kinship", (hostile,), (hostile,), np.ones((1, 1)), np.ones((1, 1), dtype=np.int8))
    svg = draw_heat_map(support, proposed=[]).svg
    assert "<script" not in svg
    assert f"{hostile} × {hostile}: +1.00" in [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}title")]
