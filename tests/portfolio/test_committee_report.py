"""The committee report: tagged, the same bytes when repeated, and only what the reader may see."""

import io
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader
from tests.portfolio.conftest import NOW, TODAY, Begin, Office
from tests.portfolio.test_registers import add
from tests.portfolio.test_status_reports import approved, write
from tests.strategy.test_exports import tags_of, text_of

from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.models import Person, Unit
from netzstadt.lib import typesetting
from netzstadt.lib.tables import read_table
from netzstadt.portfolio import committee
from netzstadt.portfolio.models import Project, StatusReport
from netzstadt.portfolio.services import milestones
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.status_files import Content

pytestmark = pytest.mark.django_db
PDF, XLSX, JSON = (f"/office/projects/committee.{ending}" for ending in ("pdf", "xlsx", "json"))


@pytest.fixture
def coordinator(client_of: Callable[..., Client], make_person: Callable[..., Person]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


@pytest.fixture
def reported(begin: Begin, office: Office) -> Project:
    """A project with an approved report, with letters that mean something to whom they should
    not."""
    project = begin("#Bäume *messen* & $mehr$ <b>")
    add(project, title="=Frost", probability=5, impact=5)
    facts = MilestoneFacts(title="Aufbau", planned_on=TODAY)
    milestones.add_milestone(project=project, facts=facts, by=None, at=NOW)
    approved(project, office)
    return project


def pdf(client: Client, query: str = "") -> PdfReader:
    answer = client.get(PDF + query)
    assert answer.status_code == 200
    return PdfReader(io.BytesIO(answer.content))


def test_the_document_is_tagged_and_tells_lights_with_their_reasons(
    coordinator: Client, reported: Project, begin: Begin
):
    bare = begin("Ohne Bericht")

    reader = pdf(coordinator)

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "de"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= set(tags_of(reader))
    text = " ".join(text_of(reader).replace("\xa0", " ").split())
    for words in (
        "Bericht über Vorhaben",
        f"{reported.key} #Bäume *messen* & $mehr$ <b>",
        "Was gebraucht wird",
        "Geld.",
        "25 von 25 Punkten",
        "Aufbau",
        "=Frost",
        f"{bare.key} Ohne Bericht",
        "Es wurde noch kein Statusbericht genehmigt.",
    ):
        assert words in text


def test_it_is_the_same_to_the_byte_until_another_report_is_approved(
    coordinator: Client, reported: Project, office: Office
):
    first = coordinator.get(PDF).content
    typesetting.forget()
    add(reported, title="Danach")  # not approved by anybody

    assert coordinator.get(PDF).content == first
    assert coordinator.get(XLSX).content == coordinator.get(XLSX).content
    approved(reported, office)
    assert coordinator.get(PDF).content != first


def test_it_is_in_the_readers_language(coordinator: Client, reported: Project):
    coordinator.cookies["netzstadt_language"] = "en"

    text = text_of(pdf(coordinator))

    assert "Report on projects" in text
    assert "What is needed" in text


def test_projects_are_chosen_or_filtered(coordinator: Client, reported: Project, begin: Begin):
    other, third = begin("Zweites"), begin("Drittes")

    chosen = coordinator.get(f"{JSON}?project={other.pk}&project={third.pk}").json()
    filtered = coordinator.get(f"{JSON}?light=RED").json()

    assert [one["id"] for one in chosen["projects"]] == [str(other.pk), str(third.pk)]
    assert [one["id"] for one in filtered["projects"]] == [str(reported.pk)]
    assert coordinator.get(f"{PDF}?q=gibt-es-nicht").status_code == 404
    assert coordinator.get(f"{PDF}?project=keins").status_code == 422
    assert coordinator.get(f"{PDF}?light=BLUE").status_code == 422


def test_money_stands_there_to_the_cent():
    money = {"planned_cents": 123_456, "spent_cents": 1, "committed_cents": 0}
    content = Content({"money": money | {"expected_cents": 100_000_000_01}})

    with translation.override("de"):
        rows = dict(committee.money_rows(content))

    assert rows == {
        "Geplante Kosten": "1.234,56\u00a0€",
        "Ausgegeben": "0,01\u00a0€",
        "Gebunden": "0,00\u00a0€",
        "Erwartete Kosten": "100.000.000,01\u00a0€",
    }
    assert committee.money_rows(Content({"money": None})) == []


def test_too_many_are_refused(coordinator: Client, begin: Begin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(committee, "MOST", 1)
    begin("Eins")
    begin("Zwei")

    answer = coordinator.get(PDF)

    assert answer.status_code == 422
    assert "bis zu 1 " in answer.content.decode()


def test_what_the_reader_may_not_see_counts_as_nothing(
    coordinator: Client,
    reported: Project,
    client: Client,
    office: Office,
    begin: Begin,
    make_unit: Callable[..., Unit],
):
    secret = begin("Geheim", visibility="RESTRICTED")
    approved(secret, office)

    found = coordinator.get(f"{JSON}?project={reported.pk}&project={secret.pk}").json()

    assert [one["id"] for one in found["projects"]] == [str(reported.pk)]
    assert "Geheim" not in text_of(pdf(coordinator))
    assert coordinator.get(f"{PDF}?project={secret.pk}").status_code == 404
    assert client.get(PDF).status_code == 302


def test_json_and_workbook_hold_what_was_sealed(
    coordinator: Client, reported: Project, office: Office
):
    sealed = StatusReport.objects.get()
    write(reported, office.lead)  # waits for approval: not told

    [entry] = coordinator.get(JSON).json()["projects"]
    [row] = read_table(coordinator.get(XLSX).content).rows

    assert entry["sha256"] == sealed.digest
    assert entry["report"] == json.loads(sealed.payload)
    cells = dict(zip(committee.HEAD, row[1], strict=True))
    assert (cells["report"], cells["overall"], cells["risk"]) == ("1", "RED", "RED")
    assert cells["sha256"] == sealed.digest


def test_a_busy_house_says_when_to_ask_again(
    coordinator: Client, reported: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(typesetting._places, "acquire", lambda **_: False)
    typesetting.forget()

    answer = coordinator.get(PDF)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_a_hundred_projects_take_few_queries(
    coordinator: Client, reported: Project, begin: Begin, django_assert_max_num_queries
):
    for n in range(5):
        begin(f"Weiteres {n}")
    coordinator.get(JSON)

    with django_assert_max_num_queries(12):
        coordinator.get(JSON)
