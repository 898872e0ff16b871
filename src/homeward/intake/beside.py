"""What stands beside a proposal: the same said elsewhere, and known claims that it agrees with or contradicts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homeward.intake.actors import named
from homeward.intake.proposals import Act, Proposal, Talk
from homeward.intake.talks import span_of
from homeward.model.sources import Claim

__all__ = ["Beside", "Relation", "beside_known", "repeats_of", "saying_of"]

_MOST = 5
_COMMON = frozenset({"from", "with", "that", "were", "what", "have", "been", "their", "which", "north", "korea",
                     "korean", "south", "united", "states", "american", "americans", "remains", "persons", "person",
                     "said", "they", "this", "into", "than", "more", "number", "soldiers", "service", "members"})


class Relation(StrEnum):
    """How a proposal stands to a known claim about what may be the same thing."""

    SAME = "the same"
    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNCERTAIN = "may differ"


@dataclass(frozen=True, slots=True)
class Beside:
    """A known claim beside a proposal, by their ids; ``shared``: the words that both are about."""

    proposal: str
    claim: str
    relation: Relation
    shared: tuple[str, ...]
    said: str = ""


def repeats_of(proposals: Iterable[Proposal]) -> dict[str, tuple[str, ...]]:
    """For each proposal that says what others say too, the ids of those others, in this document and elsewhere.

    Claims repeat each other with the same quantity and claimant; meetings with the same day and state; promises with
    the same words by the same party. Events are not compared.
    """
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for proposal in proposals:
        key = saying_of(proposal)
        if key is not None:
            groups[key].append(proposal.id)
    return {one: tuple(other for other in group if other != one)
            for group in groups.values() if len(group) > 1 for one in group}


def beside_known(proposals: Iterable[Proposal], known: Sequence[Claim]) -> tuple[Beside, ...]:
    """Known claims beside the proposed ones, the most alike first, at most five to each.

    A known claim is beside a proposal where both have the same unit and their subjects share two telling words, or one
    and the number; and with it its rivals, of the same group. It contradicts it where no number fits both; where a
    bound is rough and decides nothing, it may differ. Whether both are of one thing is for a person to say.
    """
    subjects = {claim.id: _words(f"{claim.subject} {claim.statement} {claim.quote.text}") for claim in known}
    group_of = {claim.id: claim.group for claim in known}
    found: list[Beside] = []
    for proposal in proposals:
        value = proposal.value
        if not isinstance(value, Claim) or value.quantity is None:
            continue
        own = _words(f"{value.subject} {proposal.quote.text}")
        near = [_beside(proposal.id, value, claim, own & subjects[claim.id]) for claim in known
                if claim.quantity is not None and claim.quantity.unit == value.quantity.unit
                and own & subjects[claim.id]]
        groups = {group_of[b.claim] for b in near if b.relation is Relation.SAME} - {""}
        near = [b for b in near if len(b.shared) > 1 or b.relation is Relation.SAME or group_of[b.claim] in groups]
        near.sort(key=lambda b: (b.relation is not Relation.SAME, -len(b.shared), b.claim))
        found.extend(near[:_MOST])
    return tuple(found)


def _beside(proposal: str, value: Claim, claim: Claim, shared: frozenset[str]) -> Beside:
    one, other = value.quantity, claim.quantity
    if one is None or other is None:
        raise AssertionError("both claims have quantities")
    agrees = one.amount.agrees_with(other.amount)
    if value.denies != claim.denies and agrees:
        relation = Relation.CONTRADICTS
    elif (one.value, one.upper, one.bound) == (other.value, other.upper, other.bound):
        same = named(value.claimant)[0] == named(claim.claimant)[0]
        relation = Relation.SAME if same else Relation.AGREES
    else:
        relation = {True: Relation.AGREES, False: Relation.CONTRADICTS, None: Relation.UNCERTAIN}[agrees]
    return Beside(proposal, claim.id, relation, tuple(sorted(shared)), f"{claim.chain}: {other}")


def _words(text: str) -> frozenset[str]:
    """Telling words of a text, cut to their first seven letters so that forms of a word meet."""
    words = re.findall(r"[a-z]{4,}", text.lower())
    return frozenset(word[:7] for word in words if word not in _COMMON)


def saying_of(proposal: Proposal) -> Hashable | None:
    """What a proposal says, equal to that of all others that say the same; None where nothing is compared."""
    value = proposal.value
    if isinstance(value, Act):
        return None
    if isinstance(value, Claim):
        q = value.quantity
        if q is None:
            return None
        return "claim", q.value, q.upper, q.unit, named(value.claimant)[0], value.denies
    if isinstance(value, Talk):
        return "meeting", str(span_of(value)), value.event.state
    return "promise", value.by, " ".join(value.what.lower().split())
