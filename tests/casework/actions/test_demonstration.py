"""The demonstration's register: enough of everything to be looked at, and a case that comes out as it was grown."""

from collections.abc import Callable

import numpy as np

from casework.actions.demonstration import load_demonstration, load_public_account
from casework.policy import STAFF, Role
from casework.store.bridge import case_of
from casework.store.models import (
    Account,
    AuditEntry,
    Commitment,
    Consent,
    Contact,
    Container,
    Document,
    Examination,
    Incident,
    Person,
    Place,
    Remains,
    Transfer,
)
from homeward.account import korea_account
from homeward.simulate import grow_korea

Accounts = Callable[..., Account]


def test_the_register_holds_the_demonstration_and_all_beside_it(account: Accounts) -> None:
    grown = grow_korea(np.random.default_rng(1950), persons=1_000)
    actors = {role: account(role) for role in STAFF}
    case = load_demonstration(actors=actors, grown=grown)
    assert case_of(case) == grown.case
    assert Place.objects.count() == len(grown.places)
    assert not Incident.objects.filter(place__isnull=True).exists()
    assert Container.objects.count() == len(grown.boxes)
    assert not Remains.objects.filter(container__isnull=True).exists()
    assert {t.key: t.document.key for t in Transfer.objects.select_related("document")} == dict(grown.transfer_sources)
    assert Document.objects.count() == len(grown.sources)
    donors = {(s.family, s.member) for s in grown.case.reference_samples if s.kind == "relative"}
    assert Consent.objects.count() == len(donors)
    assert Contact.objects.count() == len(grown.case.families)
    assert Examination.objects.count() == 50
    assert Person.objects.exclude(rank="").count() == Person.objects.filter(places__isnull=False).count()
    assert set(Remains.objects.values_list("organisation__key", flat=True)) == {"LAB"}
    who = set(AuditEntry.objects.values_list("actor", flat=True).distinct())
    assert {f"user:{actors[r].username}" for r in (Role.CASE_MANAGER, Role.LIAISON, Role.ANTHROPOLOGIST)} <= who


def test_the_public_account_stands_beside_it_real_and_public(account: Accounts) -> None:
    case = load_public_account(actors={role: account(role) for role in STAFF})
    assert (case.key, case.synthetic) == ("korea-statements", False)
    assert case.account_public_at is not None
    assert not Person.objects.filter(case=case).exists()
    assert Commitment.objects.filter(case=case).count() == len(korea_account().commitments)
