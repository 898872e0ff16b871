"""Remains and what is cut from them: each in its place, each profile checked by the science."""

import hashlib
from collections.abc import Callable
from io import BytesIO

import pytest

from casework.actions.act import NotPossible
from casework.actions.documents import MOST_BYTES, add_document, attach_file
from casework.actions.examinations import add_examination
from casework.actions.imports import load_case
from casework.actions.remains import add_container, add_element, add_remains, add_remains_sample, add_transfer
from casework.actions.samples import add_profile, correct_profile
from casework.policy import NotAllowed, Role
from casework.store.bridge import case_of
from casework.store.models import Account, CaseFile, Container, Organisation, Remains, Revision
from homeward.model import (
    Case,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    PartialDate,
    Profile,
    Sex,
)
from homeward.model.lineage import MitoProfile, YProfile

Accounts = Callable[..., Account]
TABLE = FrequencyTable("invented", (Marker("D3S1358", ("14", "15", "16"), (0.25, 0.5, 0.25)),
                                    Marker("TPOX", ("8", "11"), (0.5, 0.5))))


@pytest.fixture
def case(account: Accounts) -> CaseFile:
    batch = load_case(actor=account(Role.CASE_MANAGER), source=Case("SYN", TABLE, synthetic=True))
    return CaseFile.objects.get(pk=batch.case_id)


@pytest.fixture
def box(case: CaseFile, account: Accounts) -> Container:
    manager = account(Role.CASE_MANAGER)
    transfer = add_transfer(actor=manager, case=case, key="T1", date=PartialDate(2018, 7, 27), giver="Synthetic North",
                            receiver="Synthetic South", count=55, unit="box")
    return add_container(actor=manager, case=case, key="B1", transfer=transfer, kind="box", label="1 of 55")


@pytest.fixture
def remains(box: Container, case: CaseFile, account: Accounts) -> Remains:
    custodian = account(Role.CUSTODIAN)
    return add_remains(actor=custodian, case=case, key="R1", sex=Sex.MALE, container=box,
                       organisation=custodian.organisation)


def test_remains_come_out_as_they_went_in(remains: Remains, case: CaseFile, account: Accounts) -> None:
    custodian, analyst = account(Role.CUSTODIAN), account(Role.DNA_ANALYST)
    femur = add_element(actor=custodian, remains=remains, key="E1", bone="femur", side="left")
    sample = add_remains_sample(actor=analyst, remains=remains, key="S1", element=femur,
                                laboratory=Laboratory(dropout=0.05))
    add_profile(actor=analyst, sample=sample, profile=Profile("S1", {"TPOX": Genotype("8", None)}))
    add_profile(actor=analyst, sample=sample, profile=MitoProfile.parse("S1", "16024-16365", "16189C"))
    add_profile(actor=analyst, sample=sample, profile=YProfile.parse("S1", {"DYS19": "14"}))
    out = case_of(case)
    assert (out.remains[0].transfer, out.remains_samples[0].element) == ("T1", "E1")
    assert out.remains_samples[0].laboratory == Laboratory(dropout=0.05)
    assert [len(p) for p in (out.profiles, out.mito_profiles, out.y_profiles)] == [1, 1, 1]
    assert out.profiles[0].genotypes == {"TPOX": Genotype("8", None)}


def test_a_count_has_its_unit_and_a_container_its_transfer(box: Container, case: CaseFile, account: Accounts) -> None:
    manager = account(Role.CASE_MANAGER)
    with pytest.raises(InvalidValue, match="together"):
        add_transfer(actor=manager, case=case, key="T2", date=PartialDate(1994), giver="A", receiver="B", count=5)
    other = add_transfer(actor=manager, case=case, key="T2", date=PartialDate(1994), giver="A", receiver="B")
    with pytest.raises(InvalidValue, match="T2"):
        add_remains(actor=manager, case=case, key="R2", transfer=other, container=box)


def test_elements_and_samples_stay_with_their_remains(remains: Remains, case: CaseFile, account: Accounts) -> None:
    custodian, analyst = account(Role.CUSTODIAN), account(Role.DNA_ANALYST)
    other = add_remains(actor=custodian, case=case, key="R2")
    femur = add_element(actor=custodian, remains=other, key="E1", bone="femur", side="left")
    with pytest.raises(InvalidValue, match="side"):
        add_element(actor=custodian, remains=other, key="E2", bone="femur", side="upper")
    with pytest.raises(InvalidValue, match="R1"):
        add_remains_sample(actor=analyst, remains=remains, key="S1", element=femur)
    with pytest.raises(InvalidValue, match="R1"):
        add_examination(actor=account(Role.ANTHROPOLOGIST), remains=remains, key="X1", line="age", element=femur,
                        examiner="Synthetic", dated=PartialDate(2019), observation="fused")


def test_another_organisation_does_not_write_to_ones_remains(remains: Remains, account: Accounts) -> None:
    other = Organisation.objects.create(key="M2", name="Second mission", kind="mission")
    stranger = account(Role.CUSTODIAN, "stranger", organisation=other)
    with pytest.raises(NotAllowed):
        add_element(actor=stranger, remains=remains, key="E1", bone="femur")


def test_a_profile_is_checked_by_the_science(remains: Remains, account: Accounts) -> None:
    analyst = account(Role.DNA_ANALYST)
    one, two = (add_remains_sample(actor=analyst, remains=remains, key=key) for key in ("S1", "S2"))
    with pytest.raises(InvalidValue, match="in use"):
        add_remains_sample(actor=analyst, remains=remains, key="S1")
    add_profile(actor=analyst, sample=one, profile=Profile("S1", {"D3S1358": Genotype("14", "16")}))
    wrong = (Profile("S2", {"D3S1358": Genotype("15", "16")}), Profile("S2", {"D3S1358": Genotype("14", "99")}),
             Profile("S2", {"vWA": Genotype("14", "16")}), Profile("S1", {}))
    for profile in wrong:
        with pytest.raises(InvalidValue) as refused:
            add_profile(actor=analyst, sample=two, profile=profile)
        assert "14" not in str(refused.value).replace("S1", "")
        assert "99" not in str(refused.value)
    with pytest.raises(InvalidValue, match="given once"):
        add_profile(actor=analyst, sample=one, profile=Profile("S1", {"TPOX": Genotype("8", "8")}))


def test_a_corrected_profile_supersedes_the_former(remains: Remains, case: CaseFile, account: Accounts) -> None:
    analyst = account(Role.DNA_ANALYST)
    sample = add_remains_sample(actor=analyst, remains=remains, key="S1")
    row = add_profile(actor=analyst, sample=sample, profile=Profile("S1", {"TPOX": Genotype("8", None)}))
    better = Profile("S1", {"TPOX": Genotype("8", "11")})
    correct_profile(actor=analyst, row=row, profile=better, reason="repeated", version=1)
    assert case_of(case).profiles == (better,)
    assert Revision.objects.get(key="str:S1").values["content"] == {"genotypes": [["TPOX", "8", None]]}
    with pytest.raises(InvalidValue, match="kind"):
        correct_profile(actor=analyst, row=row, profile=YProfile.parse("S1", {"DYS19": "14"}), reason="a slip")


def test_a_document_keeps_the_digest_of_its_file(case: CaseFile, account: Accounts) -> None:
    historian, data = account(Role.HISTORIAN), b"synthetic report"
    document = add_document(actor=historian, case=case, key="D1", title="Report", address="https://example.org/1",
                            file=BytesIO(data), file_name="../Kim Chol.PDF")
    digest = hashlib.sha256(data).hexdigest()
    assert document.sha256 == digest
    assert document.file.name.startswith(f"documents/{digest}")
    assert document.file.name.endswith(".pdf")
    assert "Kim" not in document.file.name
    with document.file.open("rb") as file:
        assert file.read() == data
    with pytest.raises(NotPossible, match="has its file"):
        attach_file(actor=historian, document=document, file=BytesIO(b"other"), file_name="b.pdf", reason="better scan")


def test_files_that_are_empty_or_too_large_are_refused(case: CaseFile, account: Accounts) -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return bytes(size or 0)

    historian = account(Role.HISTORIAN)
    for file in (BytesIO(b""), Endless()):
        with pytest.raises(InvalidValue, match=str(MOST_BYTES)):
            add_document(actor=historian, case=case, key="D1", title="Report", file=file)
    with pytest.raises(InvalidValue, match="https"):
        add_document(actor=historian, case=case, key="D1", title="Report", address="javascript:alert(1)")
    later = add_document(actor=historian, case=case, key="D1", title="Report")
    attach_file(actor=historian, document=later, file=BytesIO(b"scan"), file_name="scan", reason="the scan came")
    assert later.version == 2


def test_an_examination_belongs_to_who_holds_the_remains(remains: Remains, account: Accounts) -> None:
    made = add_examination(actor=account(Role.ANTHROPOLOGIST), remains=remains, key="X1", line="stature",
                           examiner="Synthetic Anthropologist", dated=PartialDate(2019, 3), blind=True,
                           observation="femur measured", values={"stature_cm": 171})
    assert (made.organisation, made.values) == (remains.organisation, {"stature_cm": 171})
    with pytest.raises(InvalidValue, match="line"):
        add_examination(actor=account(Role.ANTHROPOLOGIST), remains=remains, key="X2", line="dowsing",
                        examiner="Synthetic", dated=PartialDate(2019), observation="none")
