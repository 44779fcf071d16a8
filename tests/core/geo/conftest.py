"""A small city on a grid: squares of a tenth of a degree, with streets and house numbers."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from netzstadt.core.geo.account import Account
from netzstadt.core.geo.address_files import read_addresses
from netzstadt.core.geo.area_files import read_areas
from netzstadt.core.geo.models import AreaKind
from netzstadt.core.geo.services import Source, addresses, areas
from netzstadt.lib import clock

SOURCE = Source(title="Vermessungsamt der Teststadt", licence="dl-de/zero-2-0")
HEAD = "street;number;addition;postcode;city;latitude;longitude\n"


def square(west: float, south: float, side: float = 0.1) -> dict[str, object]:
    """A GeoJSON polygon."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(*features: tuple[str, str, dict[str, object]], **more: object) -> bytes:
    """A FeatureCollection of areas: key, name, geometry."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"key": key, "name": name, **more},
                    "geometry": geometry,
                }
                for key, name, geometry in features
            ],
        }
    ).encode()


@pytest.fixture
def take_areas(db: None) -> Callable[..., Account]:
    """Import areas from the bytes of a file."""

    def take(
        body: bytes, kind: AreaKind = AreaKind.DISTRICT, source: Source = SOURCE, **given: object
    ) -> Account:
        return areas.import_areas(
            rows=read_areas(body),
            kind=kind,
            source=source,
            file_name="areas.geojson",
            by=None,
            at=clock.now(),
            **given,
        )

    return take


@pytest.fixture
def take_addresses(db: None) -> Callable[..., Account]:
    """Import addresses from the text of a file."""

    def take(text: str | bytes, *, city: str = "", **given: object) -> Account:
        body = text if isinstance(text, bytes) else text.encode()
        return addresses.import_addresses(
            rows=read_addresses(io.BytesIO(body), city=city),
            source=SOURCE,
            file_name="addresses.csv",
            by=None,
            at=clock.now(),
            **given,
        )

    return take


@pytest.fixture
def town(take_areas, take_addresses) -> None:
    """A city of four districts in a square, one with two parts; a few houses."""
    take_areas(collection(("05999000", "Teststadt", square(7.0, 51.5, 0.2))), AreaKind.CITY)
    take_areas(
        collection(
            ("1", "Mitte", square(7.0, 51.5)),
            ("2", "Ost", square(7.1, 51.5)),
            ("3", "Nord", square(7.0, 51.6)),
            ("4", "Bulmke-Hüllen", square(7.1, 51.6)),
        )
    )
    take_areas(
        collection(
            ("11", "Altstadt", square(7.0, 51.5, 0.05)),
            ("12", "Schalke", square(7.05, 51.55, 0.05)),
        ),
        AreaKind.SUBURB,
    )
    take_addresses(
        HEAD + "Bochumer Straße;12;;45886;Teststadt;51.51;7.01\n"
        "Bochumer Straße;12;a;45886;Teststadt;51.511;7.011\n"
        "Bochumer Straße;20;;45886;Teststadt;51.52;7.02\n"
        "Goethestr.;1;;45894;Teststadt;51.65;7.05\n"
        "Müllerweg;7;;45894;Teststadt;51.66;7.15\n"
        "Kurt-Schumacher-Straße;100;;45881;Teststadt;51.55;7.06\n"
    )


@pytest.fixture(autouse=True)
def in_english(settings) -> Iterator[None]:
    """What pages and refusals say is compared with what stands in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
