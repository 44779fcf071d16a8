"""Stations with names to find."""

import uuid
from collections.abc import Callable

import pytest

from netzstadt.core.search import queries, services
from netzstadt.core.search.asked import asked
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

Make = Callable[..., uuid.UUID]
Names = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches may take as long as a busy machine needs; the tests of the limit set their own."""
    given = queries.find.__kwdefaults__ | {"within_ms": 120_000}
    monkeypatch.setattr(queries.find, "__kwdefaults__", given)
    monkeypatch.setattr(queries, "SUGGEST_MS", 120_000)


@pytest.fixture
def make_thing(db: None) -> Make:
    """Make a station and index it; return its key."""

    def make(name: str, **fields: object) -> uuid.UUID:
        at = fields.pop("at", clock.now())
        key = new_id()
        facts = {"description": "", "visibility": "PUBLIC", "iot_id": str(key)} | fields
        thing = Thing.objects.create(id=key, name=name, created_at=at, changed_at=at, **facts)
        services.index_objects(model="urbandata.thing", ids=[thing.pk], at=at)
        return thing.pk

    return make


@pytest.fixture
def titles() -> Names:
    """The titles that a question finds, best first."""

    def find(text: str, *, to=None, **options) -> list[str]:
        return [row.title for row in queries.find(asked(text), to=to, **options).rows]

    return find
