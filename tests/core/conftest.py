"""Django on a database of its own."""

from collections.abc import Iterator

import pytest
from django.db import connection
from tests.conftest import _point_django_at


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
