"""Who said what: claims by what they are about, rivals side by side, and what a party has said and promised."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from casework.policy import Permission, may
from casework.queries.ledger import ledger_book
from casework.queries.said import Said, as_said, rows_with_sources, said
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Claim, DocumentText, Party, Preference
from homeward.account import Rivals, rivals_of
from homeward.model.figures import Figure
from homeward.model.quantities import Amount, UnitsMixed
from homeward.model.sources import Chain

__all__ = ["ClaimFilters", "Group", "PartyRecord", "SideBySide", "Surroundings", "claim_filters", "claims", "figure_of",
           "groups", "names_of", "parties", "parties_named", "party_record", "preference", "preferred_of",
           "side_by_side", "sum_of",
           "surroundings"]

_ARROW = " → "
_AROUND = 240


@dataclass(frozen=True, slots=True)
class ClaimFilters:
    """What claims can be filtered by, as they stand: each kind in order."""

    subjects: tuple[str, ...]
    groups: tuple[str, ...]
    units: tuple[str, ...]
    claimants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that are rivals: how many there are, the first of them, and which is preferred."""

    name: str
    n: int
    first: Claim
    preferred: Claim | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The claims of a group with their rows by key, the science's weighing of them, and every preference there was."""

    rivals: Rivals | None
    rows: Mapping[str, Said]
    preferences: tuple[Preference, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words of a quote where they stand in the document's text; ``verbatim`` is False where they do not."""

    before: str
    words: str
    after: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """What is on record of a party: what it claimed, passed on, promised, was promised, is said to hold, and met."""

    claimed: tuple[Said, ...]
    passed_on: tuple[Said, ...]
    owes: tuple[Said, ...]
    is_owed: tuple[Said, ...]
    holdings: tuple[Said, ...]
    meetings: tuple[Said, ...]


def claims(actor: Account, case_file: CaseFile, *, text: str = "", subject: str = "", group: str = "", unit: str = "",
           claimant: str = "", withdrawn: bool = False) -> QuerySet[Claim]:
    """The claims of a case, in the order of the times that they speak of; raises NotAllowed.

    ``claimant``: the first of the chain; "" leaves a filter out.
    """
    rows = rows_with_sources(actor, case_file, "claims", text=text, withdrawn=withdrawn)
    exact = {"subject": subject, "group": group, "unit": unit}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if claimant:
        rows = rows.filter(Q(said_by=claimant) | Q(said_by__startswith=f"{claimant}{_ARROW}"))
    ordered: QuerySet[Claim] = rows.order_by(Coalesce("as_of", "said").asc(nulls_last=True), "key")
    return ordered


def claim_filters(actor: Account, case_file: CaseFile) -> ClaimFilters:
    """The words by which the claims of a case can be filtered; raises NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Claim).filter(case=case_file)

    def words(column: str) -> tuple[str, ...]:
        found = rows.order_by(column).values_list(column, flat=True).distinct()
        return tuple(sorted({str(w).split(_ARROW)[0] if column == "said_by" else str(w) for w in found} - {""}))

    return ClaimFilters(words("subject"), words("group"), words("unit"), words("said_by"))


def groups(actor: Account, case_file: CaseFile, *, text: str = "") -> list[Group]:
    """The groups of rivals of a case by name; raises NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Claim).filter(case=case_file).exclude(group="")
    if text:
        rows = rows.filter(group__icontains=text)
    counted = dict(rows.order_by("group").values_list("group").annotate(n=Count("pk")))
    first: dict[str, Claim] = {}
    for row in rows.filter(group__in=counted).order_by("group", "key"):
        first.setdefault(row.group, row)
    standing = Preference.objects.filter(case=case_file, withdrawn_at__isnull=True, withdrawn_on__isnull=True)
    chosen = {p.group: p.claim for p in standing.select_related("claim")}
    return [Group(name, n, first[name], chosen.get(name)) for name, n in counted.items()]


def side_by_side(actor: Account, case_file: CaseFile, group: str, day: datetime.date) -> SideBySide:
    """The claims of one group that were made by a day, and who preferred which; raises NotAllowed."""
    rows = {item.row.key: item for item in as_said(claims(actor, case_file, group=group))}
    found = rows_with_sources(actor, case_file, "preferences").filter(group=group).order_by("-on", "-pk")
    weighed = rivals_of([item.record for item in rows.values()], [item.record for item in as_said(found)], as_of=day)
    return SideBySide(weighed.get(group), rows, tuple(found))


def sum_of(items: Iterable[Said]) -> Amount | str | None:
    """The quantities of claims added up, or why they cannot be: units never mix. None where there is no number."""
    total: Amount | None = None
    try:
        for item in items:
            if item.record.quantity is not None:
                amount = item.record.quantity.amount
                total = amount if total is None else total + amount
    except UnitsMixed as error:
        return str(error)
    return total


def preference(actor: Account, number: int) -> Preference:
    """One preference, taken back or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Preference, withdrawn=True)
    return rows.select_related("case", "claim").get(pk=number)


def preferred_of(actor: Account, claim: Claim) -> Claim | None:
    """Which claim of its group is preferred now, None where none is; raises NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Preference).filter(case=claim.case, group=claim.group)
    standing = rows.filter(withdrawn_on__isnull=True).select_related("claim").first()
    return standing.claim if standing is not None and claim.group else None


def figure_of(actor: Account, claim: Claim) -> tuple[datetime.date, Figure | None] | None:
    """The ledger's figure that a claim gives a value for, at the end of the time that it speaks of, None where there is
    none by then; None where the claim names no figure or no time. Raises NotAllowed.
    """
    item, = as_said([claim])
    when = item.record.speaks_of
    if not claim.figure or when is None:
        return None
    found = ledger_book(actor, claim.case).ledger.as_of(when.ends).of(claim.figure)
    return when.ends, next((f for f in found if f.amount.unit == claim.unit), found[0] if found else None)


def surroundings(actor: Account, row: Any) -> Surroundings | None:
    """A row's quote in the text of its document, where the register has read it; None where it has not.

    Raises NotAllowed.
    """
    if not row.quote or not may(actor.role, Permission.DOCUMENT_READ):
        return None
    reading = DocumentText.objects.filter(document=row.source_id).first()
    if reading is None:
        return None
    text, start = reading.text, row.start
    if start is None:
        start = text.find(row.quote)
    end = start + len(row.quote)
    if start < 0 or text[start:end] != row.quote:
        return Surroundings("", row.quote, "", verbatim=False)
    return Surroundings(text[max(0, start - _AROUND):start], row.quote, text[end:end + _AROUND], verbatim=True)


def parties(actor: Account, case_file: CaseFile, *, text: str = "", withdrawn: bool = False) -> QuerySet[Party]:
    """The parties of a case by name; raises NotAllowed."""
    rows: QuerySet[Party] = rows_with_sources(actor, case_file, "actors", text=text, withdrawn=withdrawn)
    if text:
        # Spellings are a list, which the search in columns of text leaves aside.
        everyone = visible(actor, Permission.CLAIM_READ, Party, withdrawn=withdrawn).filter(case=case_file)
        spelt = [p.pk for p in everyone if any(text.casefold() in s.casefold() for s in p.spellings)]
        rows = everyone.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=spelt)).select_related("of")
    return rows.order_by("name", "pk")


def names_of(party: Party) -> frozenset[str]:
    """All names under which sources speak of a party, in small letters."""
    return frozenset(name.casefold() for name in (party.name, *party.spellings))


def parties_named(actor: Account, case_file: CaseFile) -> Mapping[str, Party]:
    """The parties by each of their names and spellings, in small letters; raises NotAllowed."""
    return {name: party for party in parties(actor, case_file) for name in names_of(party)}


def party_record(actor: Account, party: Party) -> PartyRecord:
    """What is on record of a party under any of its names: "Kelly McKeague, DPAA" speaks for both.

    Raises NotAllowed.
    """
    names, case_file = names_of(party), party.case

    def is_meant(words: Iterable[str]) -> bool:
        return any(part.strip().casefold() in names for word in words for part in (word, *word.split(",")))

    def those(table: str, chosen: Any) -> tuple[Said, ...]:
        return tuple(item for item in said(actor, case_file, table) if is_meant(chosen(item.record)))

    def spoke(chain: Chain) -> tuple[str, ...]:
        return (chain.claimant,)

    def promised(owed: Any) -> tuple[Said, ...]:
        return tuple(sorted(those("commitments", owed), key=lambda c: c.record.made.begins)) if talks else ()

    all_claims = as_said(claims(actor, case_file))
    talks = may(actor.role, Permission.TALK_READ)
    return PartyRecord(
        tuple(c for c in all_claims if is_meant(spoke(c.record.chain))),
        tuple(c for c in all_claims if is_meant(c.record.chain.through)),
        promised(lambda r: r.by), promised(lambda r: r.to),
        those("holdings", lambda r: (r.party,)), those("meetings", lambda r: r.parties) if talks else ())
