"""Everything that changes areas, addresses and the places of objects; by noun in its modules."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from netzstadt.core.refusal import Refusal


class PlaceRefused(Refusal):
    """What was asked for cannot be stored so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where imported places come from, as their licence asks to be named."""

    title: str
    url: str = ""
    licence: str = ""
    note: str = ""
    valid_from: date | None = None


def take_turn() -> None:
    """One import at a time: the next waits for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.geo.import'))")
