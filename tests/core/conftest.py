"""Django on a database of its own."""

from collections.abc import Iterator

import pytest
from django.db import connection
from tests.conftest import _point_django_at


@pytest.fixture(autouse=True)
def city_once_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of the city for some seconds is remembered for the whole of a test: on a
    slow machine it would be read anew between two pages that are compared or counted."""
    from netzstadt.core.city import queries

    monkeypatch.setattr(queries, "FRESH_FOR_S", 3_600.0)


@pytest.fixture
def committed(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Django on a database of its own, where commits are kept: a worker sees them."""
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        before = dict(connection.settings_dict)
        _point_django_at(database)
        try:
            yield database
        finally:
            connection.close()
            connection.settings_dict.update(before)
