"""A network of 20,000 people: `python -m bench.experts_fill` fills the database it is told.

Their profiles are mixed from the labelled ones, so that words are as frequent as they are there.
With `judged` it writes the labelled profiles alone and prints how well they are found.
"""

import json
import sys

PEOPLE = 20_000


def main() -> None:
    """Fill, and tell what the measurements need."""
    import django

    django.setup()
    from netzstadt.core.orgs.services import persons, units
    from netzstadt.lib import clock

    at = clock.now()
    reader = persons.create_person(
        email="experts@bench.example",
        name="Reader",
        password="no-password-of-anybody",
        by=None,
        at=at,
    )
    unit = units.create_unit(
        key="N 1",
        facts=units.UnitFacts(name="Referat Netzwerk", kind="DEPARTMENT", parent=None),
        valid_from=at.date(),
        by=None,
        at=at,
    )
    _let_in(reader, at)
    if sys.argv[1:] == ["judged"]:
        json.dump(_judged(reader, unit.pk), sys.stdout)
    else:
        json.dump(_filled(reader, unit.pk), sys.stdout)


def _let_in(reader, at) -> None:
    from netzstadt.core.access import services as access
    from netzstadt.core.access.permissions import Role

    access.grant_role(person=reader, role=Role.COORDINATOR, by=None, at=at)


def _judged(reader, unit_id) -> dict[str, list[float]]:
    from bench.experts_judged import judged, labelled_people, write_people
    from netzstadt.stakeholders.queries import experts

    names = write_people(labelled_people(), unit_id)

    def find(question: str) -> list[str]:
        return [names[hit.party.pk] for hit in experts.who_can_help(question, to=reader)]

    return {half: list(judged(find, half)) for half in ("dev", "test")}


def _filled(reader, unit_id) -> dict[str, str]:
    from django.db import connection

    from bench.experts_judged import labelled_people, write_people
    from bench.office_fill import session_of

    known = labelled_people()
    mixed = [
        known[n % len(known)]
        | {
            "label": f"Fachperson {n:05d}",
            "organisation": f"{known[n * 7 % len(known)]['organisation']} {n % 40}",
            "expertise": [
                *known[n % len(known)]["expertise"],
                known[(n * 31 + n // len(known)) % len(known)]["expertise"][0]
                | {"topic": f"Weiteres {n}"},
            ],
        }
        for n in range(PEOPLE)
    ]
    write_people(mixed, unit_id)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    return {"cookie": session_of(reader.pk)}


if __name__ == "__main__":
    main()
