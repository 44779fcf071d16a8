"""A small council information system on loopback, and the real one of a city."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from tests.stakeholders.network import Network

from netzstadt.config import Config
from netzstadt.core.orgs.models import Unit
from netzstadt.lib import clock
from netzstadt.stakeholders import oparl_client
from netzstadt.stakeholders.fake_oparl import FakeOParl
from netzstadt.stakeholders.models import CouncilSource, Harvest
from netzstadt.stakeholders.services import harvest as harvesting
from netzstadt.standards.oparl.objects import Kind

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def oparl(kind: Kind, key: str, **members: Any) -> dict[str, Any]:
    """An object as a council's system writes it."""
    return {
        "id": f"https://ris.example/{kind.value.lower()}/{key}",
        "type": f"https://schema.oparl.org/1.1/{kind.value}",
        "created": LONG_AGO.isoformat(),
        "modified": LONG_AGO.isoformat(),
        **members,
    }


def id_of(kind: Kind, key: str) -> str:
    """The id of an object made by ``oparl``."""
    return str(oparl(kind, key)["id"])


def small_council() -> list[dict[str, Any]]:
    """The council and a committee; one meeting with three items; two papers, one on two agendas."""
    return [
        oparl(Kind.ORGANIZATION, "council", name="Rat der Stadt", shortName="Rat"),
        oparl(Kind.ORGANIZATION, "traffic", name="Ausschuss für Verkehr"),
        oparl(
            Kind.MEETING,
            "1",
            name="Rat der Stadt",
            start="2026-03-05T15:00:00+01:00",
            organization=[id_of(Kind.ORGANIZATION, "council")],
            location=oparl(Kind.MEETING, "room", description="Ratssaal"),
            agendaItem=[
                oparl(
                    Kind.AGENDA_ITEM,
                    "1",
                    number="1",
                    name="Radverkehrskonzept",
                    result="einstimmig beschlossen",
                    resolutionText="Der Rat beschließt das Konzept.",
                    public=True,
                ),
                oparl(Kind.AGENDA_ITEM, "2", number="2", name="Mitteilungen", public=True),
                oparl(Kind.AGENDA_ITEM, "3", number="3", name="Bericht", result="Kenntnisnahme"),
            ],
        ),
        oparl(
            Kind.MEETING,
            "2",
            name="Ausschuss für Verkehr",
            start="2026-02-10T16:00:00+01:00",
            organization=[id_of(Kind.ORGANIZATION, "traffic")],
            agendaItem=[
                oparl(Kind.AGENDA_ITEM, "4", number="1", name="Radwege", result="verwiesen")
            ],
        ),
        oparl(
            Kind.PAPER,
            "1",
            name="Radverkehrskonzept für Müllheim",
            reference="2026/0001",
            date="2026-01-20",
            paperType="Beschlussvorlage",
            mainFile={
                "id": "https://ris.example/file/1",
                "name": "Vorlage",
                "accessUrl": "https://ris.example/1.pdf",
                "mimeType": "application/pdf",
            },
            consultation=[
                oparl(
                    Kind.CONSULTATION,
                    "1",
                    agendaItem=id_of(Kind.AGENDA_ITEM, "4"),
                    organization=[id_of(Kind.ORGANIZATION, "traffic")],
                    role="Vorberatung",
                ),
                oparl(
                    Kind.CONSULTATION,
                    "2",
                    agendaItem=id_of(Kind.AGENDA_ITEM, "1"),
                    organization=[id_of(Kind.ORGANIZATION, "council")],
                    role="Entscheidung",
                    authoritative=True,
                ),
            ],
        ),
        oparl(
            Kind.PAPER,
            "2",
            name="Bericht zur Lage",
            reference="2026/0002",
            date="2026-02-01",
            paperType="Informationsvorlage",
            consultation=[oparl(Kind.CONSULTATION, "3", agendaItem=id_of(Kind.AGENDA_ITEM, "3"))],
        ),
    ]


@pytest.fixture(autouse=True)
def in_english(settings) -> Iterator[None]:
    """What pages and refusals say is compared with what stands in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings, monkeypatch) -> None:
    """The fake listens on this machine; nobody waits before an answer is asked for again."""
    settings.CONFIG = Config(council_hosts="127.0.0.1")
    monkeypatch.setattr(oparl_client, "FIRST_WAIT_S", 0.0)


@pytest.fixture
def ris() -> Iterator[FakeOParl]:
    """A small council information system."""
    with FakeOParl(per_page=2) as fake:
        fake.add(*small_council())
        yield fake


@pytest.fixture
def source(db: None, ris: FakeOParl) -> CouncilSource:
    """It is connected, and not read yet."""
    return CouncilSource.objects.create(address=ris.address, created_at=clock.now())


@pytest.fixture
def harvest(db: None) -> Callable[..., Harvest]:
    """Read a source to its end, now or some days later."""

    def run(source: CouncilSource, *, days: int = 0) -> Harvest:
        done = harvesting.harvest(source=source, at=clock.now() + timedelta(days=days))
        assert done is not None
        return done

    return run


@pytest.fixture
def net(db: None, make_unit: Callable[..., Unit]) -> Network:
    """A network that nobody is in yet."""
    return Network(make_unit())
