"""Bodies of entities, complete but for what a test is about."""

from typing import Any

POINT = {"type": "Point", "coordinates": [7.09, 51.51]}
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
ANYTHING = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
UNIT = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
TEN = "2026-03-01T10:00:00Z"


def thing(**more: Any) -> dict[str, Any]:
    return {"name": "Mast 5", "description": "A mast", "properties": {"height": 4}} | more


def location(**more: Any) -> dict[str, Any]:
    return {
        "name": "Market",
        "description": "",
        "encodingType": "application/geo+json",
        "location": POINT,
    } | more


def sensor(**more: Any) -> dict[str, Any]:
    return {
        "name": "T1",
        "description": "",
        "encodingType": "application/pdf",
        "metadata": "https://example.org/t1.pdf",
    } | more


def observed_property(**more: Any) -> dict[str, Any]:
    return {"name": "Temperature", "definition": "https://example.org/t", "description": ""} | more


def datastream(**more: Any) -> dict[str, Any]:
    return {
        "name": "Air temperature",
        "description": "",
        "observationType": MEASUREMENT,
        "unitOfMeasurement": UNIT,
        "Sensor": sensor(),
        "ObservedProperty": observed_property(),
    } | more


def feature(**more: Any) -> dict[str, Any]:
    return {
        "name": "Air",
        "description": "",
        "encodingType": "application/geo+json",
        "feature": POINT,
    } | more


def station(**more: Any) -> dict[str, Any]:
    """A Thing with a Location and a Datastream."""
    return thing(Locations=[location()], Datastreams=[datastream()]) | more
