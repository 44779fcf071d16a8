"""A question on a project finds an expert; her statement and its effect stand at the project."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation
from tests.portfolio.conftest import Begin, begin, office
from tests.stakeholders.network import Network

from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.models import Person, Unit
from netzstadt.portfolio.models import Project
from netzstadt.stakeholders.models import ExpertRequest, Party

pytestmark = pytest.mark.django_db
__all__ = ["begin", "office"]


@pytest.fixture(autouse=True)
def in_english(settings) -> Iterator[None]:
    """What pages say is compared with what stands in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def project(begin: Begin) -> Project:
    return begin("Bäume messen")


@pytest.fixture
def asker(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.COORDINATOR, name="Karla Koordination")


@pytest.fixture
def expert(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.READER, name="Erna Expertin")


@pytest.fixture
def party(make_unit: Callable[..., Unit], expert: Person) -> Party:
    net = Network(make_unit())
    found = net.person("Erna Expertin", person=expert)
    net.knows(found, "Bewässerung von Bäumen", "Misst die Bodenfeuchte an Jungbäumen.")
    return found


def test_a_question_of_a_project_leads_to_a_statement_and_its_effect(
    project: Project,
    party: Party,
    asker: Person,
    expert: Person,
    client_of: Callable[..., Client],
    client: Client,
):
    office_, hers = client_of(asker), client_of(expert)
    page = f"/projects/{project.pk}/"
    about = f"portfolio.project:{project.pk}"
    assert f"/experts/?about={about}" in office_.get(page).content.decode()
    found = office_.get("/experts/", {"about": about, "q": "Wer misst die Feuchte an Bäumen?"})
    assert "Misst die Bodenfeuchte an Jungbäumen." in found.content.decode()
    asked = office_.post(
        f"/office/network/{party.pk}/ask/?about={about}", {"question": "Wie tief messen wir?"}
    )
    request = ExpertRequest.objects.get()
    where = f"/office/experts/{request.pk}/"
    assert asked["Location"] == where

    assert "Wie tief messen wir?" in hers.get("/office/experts/?whose=MINE").content.decode()
    hers.post(f"{where}accept/")
    hers.post(f"{where}state/", {"text": "Dreißig Zentimeter, an drei Stellen."})
    office_.post(f"{where}effect/", {"effect": "FOLLOWED", "note": "So gebaut."})

    shown = office_.get(page).content.decode()
    assert "Wie tief messen wir?" in shown
    assert "Followed" in shown
    assert "So gebaut." in shown
    assert "Dreißig Zentimeter" in office_.get(where).content.decode()
    Project.objects.filter(pk=project.pk).update(visibility="PUBLIC", summary="Für alle.")
    assert "Wie tief" not in client.get(page).content.decode(), "statements stay inside"
