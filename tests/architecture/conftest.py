"""One migrated database for all tests that only look at it."""

import pytest


@pytest.fixture(scope="session")
def migrated(template_database: str, make_database) -> str:
    """URL of a migrated database; nothing is committed to it."""
    return make_database(template_database)
