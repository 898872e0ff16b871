"""Telling a family: who was told what, by whom, how and when. Without it nothing becomes public."""

from __future__ import annotations

from django.utils import timezone

from casework.actions.act import act
from casework.actions.moves import settle
from casework.policy import Permission
from casework.policy.stages import Move, Step
from casework.store.models import Account, Decision, Family, FamilyMember, Person, Telling
from homeward.model import InvalidValue, PartialDate

__all__ = ["HOW", "tell_family"]

_LONGEST = 300
HOW = ("in person", "telephone", "letter", "other")


def tell_family(*, actor: Account, person: Person, told: str, what: str, how: str, dated: PartialDate,
                decision: Decision | None = None, version: int | None = None) -> Telling:
    """Write down that a family was told something of a missing member.

    Args: ``told``, who was told, in words; ``what``; ``how``, one of HOW; ``dated``, the day, or as much as is known
    of it; ``decision`` that they were told of, if any, with its ``version`` that the actor saw. The first telling of
    a signed decision is what makes it possible to publish it.

    Raises InvalidValue for a value that is missing or in the future, NotPossible, Conflict, NotAllowed.
    """
    with act(actor, Permission.FAMILY_TELL):
        _check(person, {"told": told, "what": what}, how, dated)
        if decision is not None:
            if decision.person_id != person.pk:
                raise InvalidValue(person.key, "decision", str(decision), "must be about this person")
            told_at = {} if decision.told_at is not None else {"told_at": timezone.now()}
            settle(decision, Move(Step.TELL, actor.pk), version=version, **told_at)
        made = Telling(family=_family_of(person), person=person, decision=decision, told=told.strip(),
                       what=what.strip(), how=how, by=actor)
        made.dated = dated
        made.save(force_insert=True)
    return made


def _check(person: Person, texts: dict[str, str], how: str, dated: PartialDate) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise InvalidValue(person.key, name, text, "must be said")
    if len(texts["told"]) > _LONGEST:
        raise InvalidValue(person.key, "told", f"{texts['told'][:40]}…",
                           f"must not be longer than {_LONGEST} characters")
    if how not in HOW:
        raise InvalidValue(person.key, "how", how, f"must be one of {', '.join(HOW)}")
    if str(dated) > str(timezone.now().date()):
        raise InvalidValue(person.key, "dated", str(dated), "must not be in the future")


def _family_of(person: Person) -> Family | None:
    place = FamilyMember.objects.filter(person=person, withdrawn_at__isnull=True, family__withdrawn_at__isnull=True)
    found = place.select_related("family").first()
    return None if found is None else found.family
