"""Families: pedigrees that the science has checked, consent that counts, samples of members alone."""

from collections.abc import Callable

import pytest

from casework.actions.act import Conflict, NotPossible
from casework.actions.families import (
    add_contact,
    add_family,
    add_reference_sample,
    correct_family,
    give_consent,
    take_back_consent,
)
from casework.actions.people import add_person
from casework.actions.records import withdraw
from casework.policy import NotAllowed, Role
from casework.store.bridge import case_of, family_of
from casework.store.models import Account, CaseFile, Family, FamilyMember, Revision
from homeward.model import Family as FamilyValue
from homeward.model import InvalidValue, Laboratory, Member, PartialDate, Sex

Accounts = Callable[..., Account]
PEDIGREE = FamilyValue("F1", (
    Member("father", None, None, Sex.MALE), Member("mother", None, None, Sex.FEMALE),
    Member("missing", "father", "mother", Sex.MALE, "P1"), Member("sister", "father", "mother", Sex.FEMALE)))


@pytest.fixture
def liaison(account: Accounts) -> Account:
    return account(Role.LIAISON)


@pytest.fixture
def analyst(account: Accounts) -> Account:
    return account(Role.DNA_ANALYST)


@pytest.fixture
def family(case_file: CaseFile, account: Accounts, liaison: Account) -> Family:
    add_person(actor=account(Role.HISTORIAN), case=case_file, key="P1", name="Synthetic One", sex=Sex.MALE)
    return add_family(actor=liaison, case=case_file, family=PEDIGREE)


def test_a_family_comes_out_as_it_went_in(family: Family, case_file: CaseFile) -> None:
    assert family_of(family) == PEDIGREE
    assert case_of(case_file).families == (PEDIGREE,)


def test_a_member_is_on_the_roster_and_in_one_family(family: Family, case_file: CaseFile, liaison: Account) -> None:
    def only(person: str, sex: Sex = Sex.MALE) -> FamilyValue:
        return FamilyValue("F2", (Member("missing", None, None, sex, person),))

    for pedigree, why in ((only("P9"), "on the roster"), (only("P1"), "one family"),
                          (only("P1", Sex.FEMALE), "as the roster has it")):
        with pytest.raises(InvalidValue, match=why):
            add_family(actor=liaison, case=case_file, family=pedigree)
    assert Family.objects.count() == 1


def test_a_corrected_pedigree_supersedes_the_former_whole(family: Family, case_file: CaseFile, account: Accounts,
                                                          liaison: Account, analyst: Account) -> None:
    before = set(FamilyMember.objects.values_list("pk", flat=True))
    brother = Member("brother", "father", "mother", Sex.MALE)
    wider = FamilyValue("F1", (*PEDIGREE.members, brother), {"father": 0.0625})
    correct_family(actor=liaison, row=family, family=wider, reason="the sister told us", version=1)
    assert case_of(case_file).families == (wider,)
    kept = Revision.objects.get(table_name="store_family")
    assert (set(kept.values["members"]), kept.reason) == (before, "the sister told us")
    add_reference_sample(actor=analyst, family=family, key="S1", member="brother")
    with pytest.raises(NotPossible, match="S1"):
        correct_family(actor=liaison, row=Family.objects.get(), family=PEDIGREE, reason="a mistake")
    with pytest.raises(Conflict):
        correct_family(actor=liaison, row=Family.objects.get(), family=wider, reason="late", version=1)
    assert case_of(case_file).families == (wider,)


def test_without_consent_no_sample_is_compared(family: Family, case_file: CaseFile, liaison: Account,
                                               analyst: Account) -> None:
    consent = give_consent(actor=liaison, family=family, key="C1", member="sister",
                           scope="identification in this case", given=PartialDate(2016, 5))
    add_reference_sample(actor=analyst, family=family, key="S1", member="sister")
    assert [s.id for s in case_of(case_file).reference_samples] == ["S1"]
    with pytest.raises(InvalidValue, match="before it was given"):
        take_back_consent(actor=liaison, consent=consent, dated=PartialDate(2015), reason="by telephone")
    take_back_consent(actor=liaison, consent=consent, dated=PartialDate(2017), reason="by telephone")
    assert case_of(case_file).reference_samples == ()
    with pytest.raises(NotPossible, match="consent"):
        add_reference_sample(actor=analyst, family=family, key="S2", member="sister")
    with pytest.raises(NotPossible, match="already"):
        take_back_consent(actor=liaison, consent=consent, dated=PartialDate(2018), reason="again")
    give_consent(actor=liaison, family=family, key="C2", member="sister", scope="identification in this case",
                 given=PartialDate(2019))
    assert [s.id for s in case_of(case_file).reference_samples] == ["S1"]


def test_samples_are_of_members_and_their_keys_of_one_sample(family: Family, analyst: Account) -> None:
    sample = add_reference_sample(actor=analyst, family=family, key="S1", member="sister",
                                  laboratory=Laboratory(dropout=0.1))
    assert sample.laboratory["dropout"] == 0.1
    for key, member, kind, why in (
            ("S2", "cousin", "relative", "member"), ("S1", "father", "relative", "in use"),
            ("S2", "sister", "personal item", "on the roster"), ("S2", "sister", "hair", "kind")):
        with pytest.raises(InvalidValue, match=why):
            add_reference_sample(actor=analyst, family=family, key=key, member=member, kind=kind)
    add_reference_sample(actor=analyst, family=family, key="S2", member="missing", kind="personal item")


def test_contacts_are_the_liaisons_alone(family: Family, account: Accounts, liaison: Account) -> None:
    contact = add_contact(actor=liaison, family=family, key="K1", name="Synthetic Sister", member="sister")
    assert str(contact.family) == "F1"
    with pytest.raises(InvalidValue, match="member"):
        add_contact(actor=liaison, family=family, key="K2", name="Synthetic Cousin", member="cousin")
    with pytest.raises(NotAllowed):
        add_contact(actor=account(Role.DNA_ANALYST), family=family, key="K2", name="Nobody")


def test_a_withdrawn_family_frees_its_persons_only_when_nothing_rests_on_it(
        family: Family, case_file: CaseFile, account: Accounts, liaison: Account) -> None:
    contact = add_contact(actor=liaison, family=family, key="K1", name="Synthetic Sister")
    manager = account(Role.CASE_MANAGER)
    with pytest.raises(NotPossible, match="K1"):
        withdraw(family, actor=manager, reason="of another case")
    withdraw(contact, actor=manager, reason="of another case")
    withdraw(family, actor=manager, reason="of another case")
    assert case_of(case_file).families == ()
    add_family(actor=liaison, case=case_file, family=PEDIGREE)
    assert case_of(case_file).families == (PEDIGREE,)
