"""A large portfolio: `python -m bench.portfolio_fill` fills the database it is told.

5,000 projects of 50 units, nine in ten seen by everybody. Prints as JSON a session of somebody who
sees what the administration sees, and one of the units.
"""

import json
import sys

PROJECTS, UNITS = 5_000, 50
_WORDS = ("Bäume", "Parken", "Formulare", "Sensoren", "Glasfaser", "Schulen", "Brücken", "Lärm")


def main() -> None:
    """Fill, and tell what the measurements need."""
    import django

    django.setup()
    from django.db import connection

    from bench.office_fill import session_of
    from netzstadt.core.access import services as access
    from netzstadt.core.access.permissions import Role
    from netzstadt.core.orgs.services import persons
    from netzstadt.lib import clock

    at = clock.now()
    reader = persons.create_person(
        email="portfolio@bench.example",
        name="Reader",
        password="no-password-of-anybody",
        by=None,
        at=at,
    )
    access.grant_role(person=reader, role=Role.COORDINATOR, by=None, at=at)
    units = _units(at)
    _projects(units, at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    json.dump({"cookie": session_of(reader.pk), "unit": str(units[7])}, sys.stdout)


def _units(at):
    from netzstadt.core.orgs.services import units

    return [
        units.create_unit(
            key=f"P {n}",
            facts=units.UnitFacts(name=f"Referat {n}", kind="DEPARTMENT", parent=None),
            valid_from=at.date(),
            by=None,
            at=at,
        ).pk
        for n in range(UNITS)
    ]


def _projects(units, at) -> None:
    """As requests, which is what the database takes without a decision; a list reads them alike."""
    from netzstadt.portfolio.models import Project

    Project.objects.bulk_create(
        (
            Project(
                key=f"V-2026-{n:04d}",
                title=f"{_WORDS[n % 8]} {_WORDS[n // 8 % 8]} {n}",
                summary=f"Was in Teil {n} besser wird, und für wen.",
                story="Wie es dazu kam. " * 40,
                kind=("PROJECT", "PILOT", "INTRODUCTION", "RESEARCH")[n % 4],
                direction=("OUTWARD", "INWARD", "BOTH")[n % 3],
                method="SMALL",
                visibility=("ADMINISTRATION", "UNIT")[n % 2] if n % 10 == 0 else "PUBLIC",
                unit_id=units[n % UNITS],
                created_at=at,
                changed_at=at,
            )
            for n in range(1, PROJECTS + 1)
        ),
        batch_size=1_000,
    )


if __name__ == "__main__":
    main()
