"""What parties hold, let others see, and pay: holdings, contents of transfers, access, payments, operations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homeward.model.errors import InvalidValue
from homeward.model.quantities import Quantity
from homeward.model.sources import Chain, Quote
from homeward.model.spans import Span

__all__ = ["Access", "AccessState", "Content", "Holding", "HoldingKind", "Operation", "Payment", "PaymentState"]


class HoldingKind(StrEnum):
    """Whether a party itself says that it holds remains, or others think so."""

    SAYS = "says"
    IS_THOUGHT = "is thought"


class AccessState(StrEnum):
    """What was done about access to a site in a season."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PaymentState(StrEnum):
    """What was done about money; ``none paid`` is a statement too."""

    ASKED = "asked"
    OFFERED = "offered"
    PAID = "paid"
    REFUSED = "refused"
    NONE_PAID = "none paid"


def _required(record: str, **fields: object) -> None:
    for name, value in fields.items():
        if not value:
            raise InvalidValue(record, name, value or "", "must be recorded")


@dataclass(frozen=True, slots=True)
class Holding:
    """How many remains a party says, or is thought, to hold at a time; ``whose``: of which dead."""

    id: str
    party: str
    kind: HoldingKind
    quantity: Quantity
    as_of: Span
    quote: Quote
    chain: Chain
    whose: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        _required(self.id, party=self.party)
        object.__setattr__(self, "kind", HoldingKind(self.kind))


@dataclass(frozen=True, slots=True)
class Content:
    """What a transfer was found, or said, to contain, in another unit than it was counted in; ``whose``: which dead."""

    id: str
    transfer: str
    quantity: Quantity
    as_of: Span
    quote: Quote
    chain: Chain
    whose: str = ""

    def __post_init__(self) -> None:
        _required(self.id, transfer=self.transfer)


@dataclass(frozen=True, slots=True)
class Access:
    """Access to a site in a season: asked for, granted, refused or withdrawn, when, by whom, and who says so."""

    id: str
    site: str
    season: str
    state: AccessState
    on: Span
    quote: Quote
    chain: Chain
    by: str = ""
    to: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _required(self.id, site=self.site)
        object.__setattr__(self, "state", AccessState(self.state))


@dataclass(frozen=True, slots=True)
class Payment:
    """Money asked, offered, paid, refused or not paid; ``running``: the quantity is a total up to then, not one sum."""

    id: str
    state: PaymentState
    payer: str
    payee: str
    quantity: Quantity
    on: Span
    quote: Quote
    chain: Chain
    what_for: str = ""
    running: bool = False
    group: str = ""

    def __post_init__(self) -> None:
        _required(self.id, payer=self.payer, payee=self.payee)
        object.__setattr__(self, "state", PaymentState(self.state))
        # Ambulances are asked for as well as money, but what is paid is money.
        if self.state in (PaymentState.PAID, PaymentState.NONE_PAID) and not self.quantity.is_money:
            raise InvalidValue(self.id, "unit", self.quantity.unit, "must be a currency, such as USD")


@dataclass(frozen=True, slots=True)
class Operation:
    """A search or recovery in the field; ``parties``: who took part. ``count``: of how many operations it stands."""

    id: str
    name: str
    site: str
    on: Span
    parties: tuple[str, ...]
    quote: Quote
    chain: Chain
    count: int = 1

    def __post_init__(self) -> None:
        _required(self.id, name=self.name, parties=self.parties)
        if self.count < 1:
            raise InvalidValue(self.id, "count", self.count, "must be at least 1")
