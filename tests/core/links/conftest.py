"""Stations that can be linked with one another, and what links of them look like."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.links import services
from netzstadt.core.links.models import Link
from netzstadt.core.links.queries import Ref
from netzstadt.lib import clock


@pytest.fixture
def station(make_station) -> Callable[..., Ref]:  # noqa: F811
    """Make a station and name it as links do."""
    return lambda name="Markt", **given: Ref(
        "urbandata.thing", make_station(name, **given).thing.pk
    )


@pytest.fixture
def join(db: None) -> Callable[..., Link]:
    """Link two objects, as the system does it."""

    def make(source: Ref, relation: str, target: Ref, by: object = None, note: str = "") -> Link:
        return services.link(
            source=source, relation=relation, target=target, by=by, at=clock.now(), note=note
        )

    return make


@pytest.fixture(autouse=True)
def in_english(settings) -> Iterator[None]:
    """What pages and refusals say is compared with what stands in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
