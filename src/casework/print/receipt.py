"""The receipt of an act of custody: who gave what to whom, and the head that the other party takes home."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from homeward.custody import MASS_TOLERANCE, Act, Event, Head, grouped

__all__ = ["Receipt", "print_receipt"]

_TEMPLATE = Path(__file__).parent / "receipt.typ"
_TITLES = {
    Act.RECEIVED: "Receipt of items received", Act.HANDED_OVER: "Receipt of a hand-over",
    Act.RELEASED: "Receipt of a release", Act.TAKEN_OUT: "Record of items taken out",
    Act.PUT_INTO: "Record of items put into another", Act.OPENED: "Record of an opening",
    Act.SEALED: "Record of a sealing", Act.CHECKED: "Record of a check", Act.USED_UP: "Record of items used up"}
_PLURALS = {"box": "boxes", "container": "containers", "element": "elements", "sample": "samples", "set": "sets",
            "bone": "bones", "person": "persons"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt shows: the events of one act, in order, and the head after the last of them."""

    events: Sequence[Event]
    head: Head
    case_title: str
    synthetic: bool = False


def print_receipt(receipt: Receipt) -> bytes:
    """Set a receipt as PDF/A, to be printed, signed and kept; the same receipt gives the same bytes.

    Where no font of the machine has a sign of it, the paper says so, and is plain PDF.
    """
    data = _data(receipt)
    try:
        return _set(data, standard="a-2u")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _set(data | {"unshown": True}, standard="1.7")


def _set(data: dict[str, Any], *, standard: Literal["a-2u", "1.7"]) -> bytes:
    return typst.compile(str(_TEMPLATE), root=str(_TEMPLATE.parent), format="pdf", pdf_standards=standard,
                         sys_inputs={"receipt": json.dumps(data, ensure_ascii=False)})


def _data(receipt: Receipt) -> dict[str, Any]:
    first = receipt.events[0]
    return {
        "title": _TITLES[first.act], "act": first.act.value, "key": first.handover, "case": receipt.case_title,
        "case_key": first.case_key, "synthetic": receipt.synthetic, "giver": first.giver, "receiver": first.receiver,
        "at": _time(first.at), "place": first.place, "document": first.document_key, "actor": first.actor,
        "recorded": _time(first.recorded), "day": [int(part) for part in first.recorded[:10].split("-")],
        "note": _shared_note(receipt.events), "totals": _totals(receipt.events),
        "items": [_item(event, shared=_shared_note(receipt.events)) for event in receipt.events],
        "seq": receipt.head.seq, "hash": grouped(receipt.head.hash), "first_seq": first.seq,
        "tolerance": MASS_TOLERANCE, "qr": _qr(str(receipt.head)),
        "two_parties": first.act in (Act.RECEIVED, Act.HANDED_OVER, Act.RELEASED), "unshown": False}


def _item(event: Event, *, shared: str) -> dict[str, str]:
    remarks = [f"out of {event.parent_kind} {event.parent_key}" if event.act is Act.TAKEN_OUT else
               f"into {event.parent_kind} {event.parent_key}" if event.parent_key else "",
               f"difference: {event.difference}" if event.difference else "",
               event.note if event.note != shared else ""]
    return {"kind": event.item_kind, "key": event.item_key, "seals": event.seals,
            "count": "" if event.count is None else _many(event.count, event.unit),
            "mass": "" if event.mass_mg is None else _mass(event.mass_mg), "remarks": "; ".join(filter(None, remarks))}


def _shared_note(events: Sequence[Event]) -> str:
    return events[0].note if len({event.note for event in events}) == 1 else ""


def _totals(events: Sequence[Event]) -> str:
    """How many items of each kind, what they count, what they weigh; units are never added up."""
    parts = [_many(n, kind) for kind, n in Counter(event.item_kind for event in events).items()]
    counts: Counter[str] = Counter()
    for event in events:
        counts[event.unit] += event.count or 0
    parts += [f"{_many(n, unit)} stated" for unit, n in sorted(counts.items()) if unit]
    masses = [event.mass_mg for event in events if event.mass_mg is not None]
    if masses:
        weighed = "together" if len(masses) == len(events) else f"the {len(masses)} that were weighed"
        parts.append(f"{_mass(sum(masses))} {weighed}")
    return " · ".join(parts)


def _many(n: int, word: str) -> str:
    return f"{n} {word if n == 1 else _PLURALS.get(word, word)}"


def _mass(mg: int) -> str:
    if mg >= 1_000_000:
        return f"{mg / 1_000_000:,.3f} kg"
    return f"{mg / 1000:,.3f} g".replace(".000 g", " g") if mg >= 1000 else f"{mg} mg"


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC" if "T" in text else text


def _qr(head: str) -> str:
    """A QR code of the head; capitals fit a smaller one, and are read as well."""
    out = io.BytesIO()
    segno.make(head.upper(), error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True,
                                                           scale=4)
    return out.getvalue().decode("ascii")
