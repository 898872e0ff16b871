"""Custody and imports by way of the API."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.policy import Role
from casework.store.models import CaseFile, CustodyEvent, ImportBatch, Person
from homeward.formats import read_any

Asked = Callable[..., Any]
VALID = Path(__file__).parents[3] / "spec" / "valid"


def _told(case: int, **said: Any) -> dict[str, Any]:
    return {"case": case, "act": "received", "giver": "Korean People's Army", "receiver": "Central laboratory",
            "place": "Wonsan", "at": "2018-07-27T05:20:00Z",
            "items": [{"kind": "container", "key": "B1", "count": 1, "unit": "box", "seals": "S-1"}], **said}


def test_a_hand_over_is_recorded_and_its_receipt_is_a_pdf(ask: Asked, register: dict[str, int]) -> None:
    case = register["cases"]
    answer = ask("/custody/hand-overs", Role.CUSTODIAN, "post", json=_told(case))
    assert answer.status_code == 201, answer.content
    assert ask("/custody/head", Role.CUSTODIAN).json() == answer.json()["head"]
    (event,) = ask("/custody/events", Role.CUSTODIAN,
                   data={"case": case, "kind": "container", "key": "B1"}).json()["items"]
    assert (event["receiver"], event["hash"]) == ("Central laboratory", answer.json()["head"]["hash"])
    receipt = ask("/custody/receipt", Role.CUSTODIAN, data={"key": answer.json()["key"]})
    assert receipt["Content-Type"] == "application/pdf"
    assert receipt.content.startswith(b"%PDF")


def test_a_hand_over_by_someone_who_does_not_hold_the_box_is_refused_whole(ask: Asked,
                                                                           register: dict[str, int]) -> None:
    ask("/custody/hand-overs", Role.CUSTODIAN, "post", json=_told(register["cases"]))
    wrong = _told(register["cases"], act="handed over", giver="Somebody else", receiver="A third")
    answer = ask("/custody/hand-overs", Role.CUSTODIAN, "post", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["faults"]
    assert CustodyEvent.objects.count() == 1


@pytest.mark.parametrize("said", [{"at": None}, {"on": "2018-07"}, {"items": []}, {"act": "released"}])
def test_what_is_wrong_with_a_hand_over_is_named(said: dict[str, Any], ask: Asked, register: dict[str, int]) -> None:
    answer = ask("/custody/hand-overs", Role.CUSTODIAN, "post", json={**_told(register["cases"]), **said})
    assert answer.status_code == 422
    assert answer.json()["faults"]


@pytest.fixture
def folder() -> Path:
    return next(p for p in sorted(VALID.iterdir()) if (p / "case.toml").exists() and (p / "roster.csv").exists())


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()


def _send(client: Client, address: str, secret: str, content: bytes, name: str, **said: str) -> Any:
    return client.post(f"/api/v1{address}", {"file": SimpleUploadedFile(name, content), **said},
                       headers={"authorization": f"Bearer {secret}"})


def test_a_case_folder_is_shown_and_then_imported(client: Client, token: Callable[[Role], str], folder: Path) -> None:
    secret, content = token(Role.CASE_MANAGER), _zipped(folder)
    shown = _send(client, "/imports/preview", secret, content, "case.zip")
    assert shown.status_code == 200, shown.content
    assert shown.json()["faults"] == []
    assert not CaseFile.objects.exists()
    applied = _send(client, "/imports", secret, content, "case.zip", sha256=shown.json()["sha256"])
    assert applied.status_code == 201, applied.content
    assert Person.objects.filter(batch=applied.json()["id"]).count() == len(read_any(folder).roster) > 0


def test_a_file_with_faults_is_shown_with_all_of_them_and_not_imported(client: Client,
                                                                       token: Callable[[Role], str]) -> None:
    secret = token(Role.CASE_MANAGER)
    content = b"this is no archive"
    assert _send(client, "/imports/preview", secret, content, "case.zip").json()["faults"]
    refused = _send(client, "/imports", secret, content, "case.zip")
    assert refused.status_code == 422
    assert refused.json()["faults"]
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_not_the_one_shown_is_refused(client: Client, token: Callable[[Role], str],
                                                     folder: Path) -> None:
    refused = _send(client, "/imports", token(Role.CASE_MANAGER), _zipped(folder), "case.zip", sha256="0" * 64)
    assert refused.status_code == 409
    assert not CaseFile.objects.exists()
