"""An office with much in it: `python -m bench.office_fill` fills the database it is told.

150,000 stations and 50,000 persons are found by the search, one object has a long history. Prints
as JSON what the measurements need: somebody's session, the object, how long the index took.
"""

import json
import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

THINGS = 150_000
PERSONS = 50_000
EVENTS = 10_000
UNITS = 60


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Luftqualitäts Verkehrs Regen Grundwasser Lärm Temperatur Boden Pegel Rad Fußgänger Parkplatz "
    "Energie Abfall Wetter Klima Baum Gewässer Straßen Brücken Schul Kita Sport Kultur Rathaus "
    "Feuerwehr Krankenhaus Friedhofs Markt Hafen Bahnhofs Stadion Zoo Bibliotheks Museums"
)
_SECOND = _words(
    "messstation zählstelle sensor messnetz anlage kataster überwachung steuerung projekt "
    "programm verfahren antrag bescheid vertrag gebäude fläche karte register planung "
    "sanierung erweiterung modernisierung strategie konzept bericht auswertung"
)
_STREETS = _words(
    "Kastanienallee Bahnhofstraße Mühlenweg Stadtgarten Ringstraße Ückendorfer_Platz Königswiese "
    "Hafenkai Hauptstraße Goethestraße Schillerplatz Bergmannstraße Zechenstraße Florastraße "
    "Husemannstraße Overwegstraße Wildenbruchplatz Bismarckstraße Cranger_Straße Horster_Straße"
)
_DISTRICTS = _words(
    "Altstadt Bismarck Bulmke Feldmark Heßler Rotthausen Schalke Ückendorf Buer Erle Hassel "
    "Horst Resse Resser_Mark Scholven Beckhausen Schaffrath Neustadt"
)
_WORDS = _words(
    "misst übermittelt prüft dokumentiert Daten Werte Bürgerinnen Bürger Verwaltung Amt Referat "
    "Umwelt Verkehr Stadtplanung Wirtschaft Förderung Haushalt Beschluss Ausschuss Maßnahme Ziel "
    "Digitalisierung Prozess Dienstleistung Online Zugang Genehmigung Prüfung Frist Kosten "
    "Förderer Partner Hochschule Stadtwerke Netz Schnittstelle Veröffentlichung Lizenz"
)
_NAMES = _words(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
    "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange "
    "Yılmaz Kaya Öztürk Nowak Kowalski Größmann Jäger Köhler Böhm Vogel Günther Ärmel Überreiter"
)
_GIVEN = _words(
    "Anna Bernd Carla Deniz Emine Frank Gül Hans Ines Jan Karin Lars Maria Nils Olga Peter Rita "
    "Sven Tanja Uwe Vera Willi Xenia Yusuf Zoe Änne Örjan Ümit"
)
_VISIBILITIES = ("PUBLIC",) * 6 + ("ADMINISTRATION",) * 3 + ("UNIT",)


def main() -> None:
    """Fill, index, analyse."""
    import django

    django.setup()
    from django.db import connection

    from netzstadt.core.search import services
    from netzstadt.lib import clock

    dice = random.Random(7)
    units = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(UNITS)]
    things = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(THINGS)]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        _things(cursor, dice, things, units)
        persons = _persons(cursor, dice)
        _history(cursor, things[0])
    with connection.cursor() as cursor:
        # Made at once at the end: keeping them up to date row by row would take minutes.
        cursor.execute(
            "select indexname, indexdef from pg_indexes"
            " where indexname in ('search_entry_vector', 'search_entry_parts')"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        began = time.perf_counter()
        done = services.repair_index(at=clock.now())
        for _, definition in indexes:
            cursor.execute(definition)
        taken = time.perf_counter() - began
        cursor.execute("vacuum analyze")
    facts = {
        "objects": done.objects,
        "written": done.written,
        "seconds": taken,
        "thing": str(things[0]),
        "cookie": session_of(persons[0]),
    }
    json.dump(facts, sys.stdout)


def _things(cursor, dice: random.Random, keys: list[uuid.UUID], units: list[uuid.UUID]) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    with cursor.copy(
        "copy thing (id, iot_id, name, description, visibility, unit_id, changed_at) from stdin"
    ) as copy:
        for number, key in enumerate(keys):
            name = (
                f"{dice.choice(_FIRST)}{dice.choice(_SECOND)} "
                f"{dice.choice(_STREETS).replace('_', ' ')} {dice.randint(1, 240)}"
            )
            words = " ".join(dice.choices(_WORDS, k=18))
            visibility = dice.choice(_VISIBILITIES)
            copy.write_row(
                (
                    key,
                    json.dumps(f"GE-{number:06d}"),
                    name,
                    f"{dice.choice(_DISTRICTS).replace('_', ' ')}: {words}",
                    visibility,
                    dice.choice(units) if visibility == "UNIT" else None,
                    start + timedelta(minutes=dice.randint(0, 1_000_000)),
                )
            )


def _persons(cursor, dice: random.Random) -> list[uuid.UUID]:
    keys = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(PERSONS)]
    at = datetime(2024, 1, 1, tzinfo=UTC)
    with cursor.copy(
        "copy orgs_person (id, password, email, name, is_active, is_demo, created_at) from stdin"
    ) as copy:
        for number, key in enumerate(keys):
            name = f"{dice.choice(_GIVEN)} {dice.choice(_NAMES)}"
            copy.write_row((key, "!", f"p{number}@bench.example", name, True, False, at))
    cursor.execute(
        "insert into access_grant (id, person_id, role, valid_from)"
        " values (gen_random_uuid(), %s, 'ADMINISTRATOR', now() - interval '1 hour')",
        [keys[0]],
    )
    return keys


def _history(cursor, thing: uuid.UUID) -> None:
    cursor.execute(
        "select count(audit_append(gen_random_uuid(), 'plane.thing.changed', null, null,"
        " 'plane.thing', case when n <= %s then %s::uuid else gen_random_uuid() end,"
        ' \'{"name": "Station"}\', null)) from generate_series(1, %s) n',
        [EVENTS, thing, EVENTS * 10],
    )


def session_of(person: uuid.UUID) -> str:
    """The cookie of a person who is signed in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from netzstadt.core.orgs.queries import persons

    user = persons.persons().get(pk=person)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person)
    session[BACKEND_SESSION_KEY] = "netzstadt.core.orgs.backends.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    # As after signing in with both factors just now.
    now = time.time()
    session.update(
        {"accounts_factor": "code", "accounts_confirmed_at": now, "accounts_seen_at": now}
    )
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main()
