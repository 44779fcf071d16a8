"""What `netzstadt up` lets a process of its own prepare: the demo city and its accounts."""

from collections.abc import Callable

import pytest
from django.utils import translation

from netzstadt.commands.prepare import _demo_accounts, identity
from netzstadt.core.orgs.demo import make_demo_accounts
from netzstadt.lib import clock


def test_a_neighbour_on_the_server_is_not_the_database_that_was_filled(
    database: str, template_database: str, make_database: Callable[[str], str]
) -> None:
    neighbour = make_database(template_database)

    assert identity(database) == identity(database)
    assert identity(database) != identity(neighbour)


@pytest.mark.django_db
def test_the_demo_accounts_are_told_in_the_language_of_the_commands() -> None:
    make_demo_accounts(at=clock.now())

    with translation.override("de"):
        told = _demo_accounts()

    assert "reads what the administration sees" in {one["what_for"] for one in told}
