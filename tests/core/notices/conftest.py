"""People who are told things, and how they are told in a test."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.notices.models import Notice
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.access.models import Grant
    from netzstadt.core.orgs.models import Person


@pytest.fixture
def follow() -> Callable[[], None]:
    """Do what a worker does every second: tell the followers of what is new."""

    def follow_all() -> None:
        while audit.follow_events():
            pass

    return follow_all


@pytest.fixture
def give(follow) -> "Callable[..., Grant]":
    """Give a person a role, and have her told."""

    def give_role(
        person: "Person", role: Role = Role.READER, by: "Person | None" = None
    ) -> "Grant":
        grant = access.grant_role(person=person, role=role, by=by, at=clock.now())
        follow()
        return grant

    return give_role


@pytest.fixture
def notices_of() -> "Callable[[Person], list[Notice]]":
    """What a person was told, oldest first."""

    def notices(person: "Person") -> list[Notice]:
        return list(Notice.objects.filter(person=person).order_by("sequence"))

    return notices
