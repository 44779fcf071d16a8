"""Where the demo's sensors stand and what they pretend to measure.

The places are real public places of Gelsenkirchen, their points are rough; there are no such
sensors, and all values are made up by ``values.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Quantity(StrEnum):
    """What a simulated series measures."""

    AIR_TEMPERATURE = "air-temperature"
    HUMIDITY = "relative-humidity"
    NITROGEN_DIOXIDE = "nitrogen-dioxide"
    PARTICULATES = "pm10"
    NOISE = "noise-level"
    WATER_LEVEL = "water-level"
    SOIL_MOISTURE = "soil-moisture"
    BICYCLES = "bicycles"
    PARKED_CARS = "parked-cars"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """An observed property of the demo, with the unit its series are given in."""

    title: str
    definition: str
    description: str
    unit_name: str
    unit_symbol: str
    ucum: str
    observation_type: str = "OM_Measurement"
    minutes: int = 60  # between two values of the history
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 1
    # What an hour is of its values: "sum" of things counted in a stretch of time, else "mean".
    aggregation: str = "mean"


KINDS: dict[Quantity, Kind] = {
    Quantity.AIR_TEMPERATURE: Kind(
        title="Lufttemperatur",
        definition="https://qudt.org/vocab/quantitykind/Temperature",
        description="Temperatur der Luft in zwei Metern Höhe",
        unit_name="Grad Celsius",
        unit_symbol="°C",
        ucum="Cel",
        minutes=15,
        minimum=-40,
        maximum=50,
    ),
    Quantity.HUMIDITY: Kind(
        title="Relative Luftfeuchte",
        definition="https://qudt.org/vocab/quantitykind/RelativeHumidity",
        description="Wasserdampf der Luft im Verhältnis zur Sättigung",
        unit_name="Prozent",
        unit_symbol="%",
        ucum="%",
        minimum=0,
        maximum=100,
        decimals=0,
    ),
    Quantity.NITROGEN_DIOXIDE: Kind(
        title="Stickstoffdioxid",
        definition="http://dd.eionet.europa.eu/vocabulary/aq/pollutant/8",
        description="Stickstoffdioxid (NO₂) in der Außenluft, Stundenmittel",
        unit_name="Mikrogramm je Kubikmeter",
        unit_symbol="µg/m³",
        ucum="ug/m3",
        minimum=0,
        maximum=1000,
    ),
    Quantity.PARTICULATES: Kind(
        title="Feinstaub PM10",
        definition="http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5",
        description="Feinstaub bis 10 Mikrometer in der Außenluft, Stundenmittel",
        unit_name="Mikrogramm je Kubikmeter",
        unit_symbol="µg/m³",
        ucum="ug/m3",
        minimum=0,
        maximum=2000,
    ),
    Quantity.NOISE: Kind(
        title="Schallpegel",
        definition="https://qudt.org/vocab/quantitykind/SoundPressureLevel",
        description="A-bewerteter äquivalenter Dauerschallpegel",
        unit_name="Dezibel (A)",
        unit_symbol="dB(A)",
        ucum="dB[SPL]",
        minimum=20,
        maximum=130,
    ),
    Quantity.WATER_LEVEL: Kind(
        title="Wasserstand",
        definition="https://qudt.org/vocab/quantitykind/Height",
        description="Wasserstand über dem Pegelnullpunkt",
        unit_name="Zentimeter",
        unit_symbol="cm",
        ucum="cm",
        minutes=15,
        minimum=0,
        maximum=1500,
        decimals=0,
    ),
    Quantity.SOIL_MOISTURE: Kind(
        title="Bodenfeuchte",
        definition="https://qudt.org/vocab/quantitykind/MoistureContent",
        description="Wassergehalt des Bodens im Wurzelraum von Stadtbäumen",
        unit_name="Volumenprozent",
        unit_symbol="%",
        ucum="%",
        minimum=0,
        maximum=100,
    ),
    Quantity.BICYCLES: Kind(
        title="Radverkehr",
        definition="https://schema.mobivoc.org/#BicycleCount",
        description="Fahrräder in beiden Richtungen während der letzten 15 Minuten",
        unit_name="Fahrräder je Viertelstunde",
        unit_symbol="Räder/15 min",
        ucum="{count}",
        observation_type="OM_CountObservation",
        minutes=15,
        minimum=0,
        decimals=0,
        aggregation="sum",
    ),
    Quantity.PARKED_CARS: Kind(
        title="Belegte Stellplätze",
        definition="https://schema.mobivoc.org/#OccupiedSpaces",
        description="Zahl der belegten Stellplätze",
        unit_name="Stellplätze",
        unit_symbol="Plätze",
        ucum="{count}",
        observation_type="OM_CountObservation",
        minimum=0,
        decimals=0,
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """One simulated Thing. ``longitude`` and ``latitude`` in degrees, WGS 84."""

    key: str
    name: str
    description: str
    longitude: float
    latitude: float
    quantities: tuple[Quantity, ...]

    @property
    def iot_id(self) -> str:
        """The @iot.id of the Thing; every address of the demo says what it is."""
        return f"demo-{self.key}"


def _kind_of_station(description: str, *quantities: Quantity) -> Callable[..., Station]:
    def station(key: str, name: str, longitude: float, latitude: float) -> Station:
        return Station(
            key=key,
            name=name,
            description=description,
            longitude=longitude,
            latitude=latitude,
            quantities=quantities,
        )

    return station


_weather = _kind_of_station("Simulierte Wetterstation", Quantity.AIR_TEMPERATURE, Quantity.HUMIDITY)
_air = _kind_of_station(
    "Simulierte Luftmessstation", Quantity.NITROGEN_DIOXIDE, Quantity.PARTICULATES, Quantity.NOISE
)
_water = _kind_of_station("Simulierter Pegel", Quantity.WATER_LEVEL)
_tree = _kind_of_station("Simulierter Bodenfeuchtesensor an Stadtbäumen", Quantity.SOIL_MOISTURE)
_bicycles = _kind_of_station("Simulierte Zählstelle des Radverkehrs", Quantity.BICYCLES)
_parking = _kind_of_station("Simulierte Belegung eines Parkplatzes", Quantity.PARKED_CARS)

STATIONS: tuple[Station, ...] = (
    _weather("heinrich-koenig-platz", "Heinrich-König-Platz", 7.0966, 51.5082),
    _weather("nordsternpark", "Nordsternpark", 7.0370, 51.5280),
    _weather("rathaus-buer", "Rathaus Buer", 7.0520, 51.5788),
    _weather("zoom-erlebniswelt", "ZOOM Erlebniswelt", 7.1100, 51.5440),
    _air("kurt-schumacher-strasse", "Kurt-Schumacher-Straße", 7.0880, 51.5245),
    _air("hauptbahnhof", "Gelsenkirchen Hauptbahnhof", 7.1025, 51.5050),
    _air("horst-sued", "Horst-Süd", 7.0220, 51.5330),
    _water("rhein-herne-kanal", "Rhein-Herne-Kanal am Stadthafen", 7.0660, 51.5290),
    _water("berger-see", "Berger See", 7.0600, 51.5640),
    _tree("stadtgarten", "Stadtgarten", 7.0830, 51.5070),
    _tree("bulmker-park", "Bulmker Park", 7.1190, 51.5130),
    _tree("goldbergpark", "Goldbergpark", 7.0570, 51.5757),
    _bicycles("wissenschaftspark", "Wissenschaftspark", 7.0905, 51.5010),
    _bicycles("consol-park", "Consol-Park", 7.1030, 51.5285),
    _bicycles("westfaelische-hochschule", "Westfälische Hochschule", 7.0300, 51.5745),
    _parking("arena-auf-schalke", "Arena Auf Schalke", 7.0690, 51.5550),
    _parking("musiktheater", "Musiktheater im Revier", 7.0937, 51.5133),
)
