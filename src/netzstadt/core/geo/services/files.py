"""Importing areas and addresses from files, by page or by command."""

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from netzstadt.core.geo.account import Account
from netzstadt.core.geo.address_files import read_addresses
from netzstadt.core.geo.area_files import MOST_BYTES, read_areas
from netzstadt.core.geo.models import AreaKind
from netzstadt.core.geo.services import Source, addresses, areas

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


def import_area_file(
    *,
    stream: BinaryIO,
    kind: str,
    source: Source,
    file_name: str,
    by: "Person | None",
    at: datetime,
    is_preview: bool = False,
) -> Account:
    """Import the areas of a GeoJSON file. Raises FileUnreadable if it is none."""
    return areas.import_areas(
        rows=read_areas(stream.read(MOST_BYTES + 1)),
        kind=AreaKind(kind),
        source=source,
        file_name=file_name,
        by=by,
        at=at,
        is_preview=is_preview,
    )


def import_address_file(
    *,
    stream: BinaryIO,
    city: str,
    source: Source,
    file_name: str,
    by: "Person | None",
    at: datetime,
    is_preview: bool = False,
) -> Account:
    """Import the addresses of a CSV file, row by row. Raises FileUnreadable if it is none.

    ``city`` is taken where the file does not say it.
    """
    return addresses.import_addresses(
        rows=read_addresses(stream, city=city),
        source=source,
        file_name=file_name,
        by=by,
        at=at,
        is_preview=is_preview,
    )
