"""Addresses read from CSV, row by row: own simple columns, or the house coordinates of a Land."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from netzstadt.core.geo.account import FileUnreadable, Reject
from netzstadt.core.geo.columns import Point
from netzstadt.core.geo.spelling import street_key
from netzstadt.lib import utm

MOST_ROWS = 2_000_000
_HOUSE_NUMBER = re.compile(r"0{0,9}[1-9][0-9]{0,4}")

# Column -> the names that publishers give it, small. The house coordinates of the Länder
# (Hauskoordinaten) say str, hnr, adz, ostwert, nordwert; their key is the oid.
COLUMNS = {
    "street": ("street", "strasse", "straße", "strassenname", "str", "stn"),
    "number": ("number", "hausnummer", "hnr", "nummer"),
    "addition": ("addition", "zusatz", "hausnummernzusatz", "adz", "hnrz"),
    "postcode": ("postcode", "plz", "postleitzahl"),
    "city": ("city", "ort", "gemeinde", "gmd", "ortsname", "gmdn"),
    "key": ("key", "oid", "id", "schluessel"),
    "latitude": ("latitude", "lat", "breite", "breitengrad"),
    "longitude": ("longitude", "lon", "lng", "laenge", "länge", "laengengrad", "längengrad"),
    "east": ("east", "ostwert", "rechtswert", "easting", "e_utm"),
    "north": ("north", "nordwert", "hochwert", "northing", "n_utm"),
}
# The line of the AdV format, which has no head.
ADV_HEAD = [
    *("nba", "oid", "qua", "landschl", "land", "regbezschl", "regbez", "kreisschl", "kreis"),
    *("gmdschl", "gmd", "ottschl", "ott", "strschl", "str", "hnr", "adz", "zone"),
    *("ostwert", "nordwert", "datum"),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressRow:
    """An address as a file tells it; ``place`` is where it stands there."""

    place: str
    key: str
    street: str
    street_key: str
    number: int
    addition: str
    postcode: str
    city: str
    point: Point


def read_addresses(
    stream: BinaryIO, *, city: str = "", epsg: int = 25832
) -> Iterator[AddressRow | Reject]:
    """The addresses of a file, one after the other; no more than a row is held in memory.

    ``city`` is taken where the file does not say it; ``epsg`` is the zone of its UTM coordinates.
    Raises FileUnreadable if there is no street, number or coordinate among the columns.
    """
    lines = io.TextIOWrapper(stream, encoding=_encoding(stream), newline="", errors="strict")
    try:
        first = lines.readline()
        head, rows, number = _begin(first, lines)
        columns = _columns(head)
        position = _position(columns, epsg)
        for at, cells in enumerate(rows, start=number):
            if not any(cell.strip() for cell in cells):
                continue
            if at - number >= MOST_ROWS:
                raise FileUnreadable(_("The file has more than two million rows."))
            yield _row(cells, columns, position, _("line %(number)s") % {"number": at}, city)
    except UnicodeDecodeError as error:
        raise FileUnreadable(_("The file is neither UTF-8 nor Windows-1252.")) from error
    except csv.Error as error:
        raise FileUnreadable(_("The file is no CSV: %(error)s") % {"error": error}) from error
    finally:
        lines.detach()


def _encoding(stream: BinaryIO) -> str:
    """UTF-8 where the beginning is; else Windows-1252, as older files of offices are."""
    start = stream.read(1 << 16)
    stream.seek(0)
    try:
        # What is cut off at the end of the part may be half a letter.
        start[:-4].decode("utf-8") if len(start) == 1 << 16 else start.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _begin(first: str, lines: Iterable[str]) -> tuple[list[str], Iterator[list[str]], int]:
    """The names of the columns, the rows, and the line of the first row."""
    if not first.strip():
        raise FileUnreadable(_("The file is empty."))
    delimiter = max(";,\t", key=first.count)
    cells = next(csv.reader([first], delimiter=delimiter))
    rest = csv.reader(lines, delimiter=delimiter)
    if len(cells) >= len(ADV_HEAD) - 1 and cells[0].strip().upper() in {"N", "B", "A"}:
        return ADV_HEAD, _chain(cells, rest), 1
    return [cell.strip().casefold() for cell in cells], rest, 2


def _chain(first: list[str], rest: Iterable[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _columns(head: list[str]) -> dict[str, int]:
    found = {}
    for column, names in COLUMNS.items():
        for name in names:
            if name in head:
                found[column] = head.index(name)
                break
    missing = [name for name in ("street", "number") if name not in found]
    if not {"latitude", "longitude"} <= set(found) and not {"east", "north"} <= set(found):
        missing.append("latitude, longitude")
    if missing:
        raise FileUnreadable(
            _("The first line names no column for: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    return found


def _position(columns: dict[str, int], epsg: int) -> Callable[[dict[str, str]], Point]:
    def in_degrees(cells: dict[str, str]) -> Point:
        point = _decimal(cells["longitude"]), _decimal(cells["latitude"])
        if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
            raise ValueError
        return point

    def in_metres(cells: dict[str, str]) -> Point:
        return utm.to_degrees(_decimal(cells["east"]), _decimal(cells["north"]), epsg=epsg)

    return in_degrees if {"latitude", "longitude"} <= set(columns) else in_metres


def _decimal(text: str) -> float:
    return float(text.strip().replace(",", "."))


def _row(
    cells: list[str],
    columns: dict[str, int],
    position: Callable[[dict[str, str]], Point],
    place: str,
    city: str,
) -> AddressRow | Reject:
    given = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
    given = dict.fromkeys(columns, "") | given
    street, key = given["street"], street_key(given["street"])
    digits = given["number"].rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    addition = (given.get("addition") or given["number"][len(digits) :]).strip().lower()
    if not key or len(street) > 200:
        return Reject(place, _("There is no name of a street."))
    if not _HOUSE_NUMBER.fullmatch(digits):
        return Reject(place, _("“%(text)s” is no house number.") % {"text": given["number"][:20]})
    if len(addition) > 10:
        return Reject(place, _("The addition to the house number is too long."))
    postcode = given.get("postcode", "")
    if postcode and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
        return Reject(place, _("“%(text)s” is no postcode.") % {"text": postcode[:20]})
    try:
        point = position(given)
    except ValueError:
        return Reject(place, _("The coordinates are no place of this system."))
    return AddressRow(
        place=place,
        key=given.get("key", "")[:60],
        street=street,
        street_key=key,
        number=int(digits),
        addition=addition,
        postcode=postcode,
        city=(given.get("city") or city)[:100],
        point=point,
    )
