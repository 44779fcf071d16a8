"""Made-up values that look like a city: smooth, by season, weekday and hour, the same every time.

Every value is a function of series and time alone, so the history and what is sent later fit
together without anything being remembered.
"""

import zlib
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from netzstadt.urbandata.demo.stations import KINDS, Quantity

Array = NDArray[np.float64]
_HOUR = 3600.0
_DAY = 86400.0
_YEAR = 365.2425 * _DAY


def simulated(quantity: Quantity, station_key: str, seconds: Array, zone: ZoneInfo) -> Array:
    """Values at ``seconds`` (since 1970, UTC), rounded as the kind's sensors would give them."""
    seed = zlib.crc32(f"{station_key}/{quantity}".encode())
    clock = seconds + _offsets(seconds, zone)
    values = _CURVES[quantity](clock, np.random.default_rng(seed))
    kind = KINDS[quantity]
    bounded: Array = np.clip(values, kind.minimum, kind.maximum)
    return np.round(bounded, kind.decimals)


def _offsets(seconds: Array, zone: ZoneInfo) -> Array:
    """What the city's clocks are ahead of UTC, in seconds; looked up once an hour."""
    hours, places = np.unique(np.floor(seconds / _HOUR), return_inverse=True)
    ahead = []
    for hour in hours.tolist():
        offset = datetime.fromtimestamp(hour * _HOUR, zone).utcoffset()
        assert offset is not None, "an aware time has an offset"
        ahead.append(offset.total_seconds())
    return np.array(ahead)[places]


def _noise(clock: Array, rng: np.random.Generator, *, days: float) -> Array:
    """Smooth noise about 0, mostly within ±1, whose longest wave is ``days`` long."""
    total = np.zeros_like(clock)
    for octave in range(6):
        period = days * _DAY / 1.9**octave * rng.uniform(0.9, 1.1)
        total += np.sin(2 * np.pi * clock / period + rng.uniform(0, 2 * np.pi)) / 1.5**octave
    return total / 2.2


def _grain(clock: Array, rng: np.random.Generator) -> Array:
    """Noise from value to value, between -1 and 1, a function of the time."""
    phase = rng.uniform(0, 1000)
    mixed = np.sin(np.floor(clock / 10) * 12.9898 + phase) * 43758.5453
    return 2 * (mixed - np.floor(mixed)) - 1


def _season(clock: Array) -> Array:
    """-1 in mid-January, 1 in mid-July."""
    return -np.cos(2 * np.pi * (clock - 15 * _DAY) / _YEAR)


def _bump(clock: Array, hour: float, width: float) -> Array:
    """1 at ``hour`` of every day, falling off over ``width`` hours."""
    distance = np.abs((clock / _HOUR - hour + 12) % 24 - 12)
    height: Array = np.exp(-((distance / width) ** 2))
    return height


def _is_weekend(clock: Array) -> NDArray[np.bool_]:
    return np.asarray((np.floor(clock / _DAY) + 3) % 7 >= 5)  # 1970-01-01 was a Thursday


def _traffic(clock: Array) -> Array:
    """How busy the streets are, between 0 and about 1."""
    working = 0.9 * _bump(clock, 7.8, 1.4) + _bump(clock, 17.0, 2.2) + 0.5 * _bump(clock, 12.5, 3)
    leisure = 0.75 * _bump(clock, 15.0, 4.0)
    return 0.05 + np.where(_is_weekend(clock), leisure, working)


def _air_temperature(clock: Array, rng: np.random.Generator) -> Array:
    daily = (3.2 + 1.8 * _season(clock)) * -np.cos(2 * np.pi * (clock / _HOUR - 3) / 24)
    mean = 10.8 + rng.uniform(-0.6, 0.6) + 8.2 * _season(clock)
    return mean + daily + 3.5 * _noise(clock, rng, days=13) + 0.15 * _grain(clock, rng)


def _humidity(clock: Array, rng: np.random.Generator) -> Array:
    daily: Array = 11 * np.cos(2 * np.pi * (clock / _HOUR - 4) / 24)
    return 76 - 6 * _season(clock) + daily + 9 * _noise(clock, rng, days=9) + _grain(clock, rng)


def _nitrogen_dioxide(clock: Array, rng: np.random.Generator) -> Array:
    still_air = 1 + 0.45 * _noise(clock, rng, days=8)
    return (9 + 24 * _traffic(clock) - 3 * _season(clock)) * still_air + 1.5 * _grain(clock, rng)


def _particulates(clock: Array, rng: np.random.Generator) -> Array:
    still_air = 1 + 0.55 * _noise(clock, rng, days=10)
    return (13 + 7 * _traffic(clock) - 4 * _season(clock)) * still_air + _grain(clock, rng)


def _noise_level(clock: Array, rng: np.random.Generator) -> Array:
    return 47 + 17 * np.sqrt(_traffic(clock)) + _noise(clock, rng, days=3) + _grain(clock, rng)


def _water_level(clock: Array, rng: np.random.Generator) -> Array:
    rain: Array = np.maximum(_noise(clock, rng, days=17), 0) ** 3
    return rng.uniform(150, 320) - 14 * _season(clock) + 70 * rain + 1.5 * _grain(clock, rng)


def _soil_moisture(clock: Array, rng: np.random.Generator) -> Array:
    return 27 - 8 * _season(clock) + 4 * _noise(clock, rng, days=25) + 0.2 * _grain(clock, rng)


def _bicycles(clock: Array, rng: np.random.Generator) -> Array:
    weather = 1 + 0.35 * _season(clock) + 0.25 * _noise(clock, rng, days=6)
    mean = rng.uniform(18, 45) * _traffic(clock) * weather
    return np.maximum(mean + np.sqrt(np.maximum(mean, 0.1)) * _grain(clock, rng), 0)


def _parked_cars(clock: Array, rng: np.random.Generator) -> Array:
    evening = np.where(_is_weekend(clock), 1.0, 0.45) * _bump(clock, 19.5, 3)
    working = np.where(_is_weekend(clock), 0.25, 0.8) * _bump(clock, 12.5, 4.5)
    share = 0.06 + evening + working + 0.08 * _noise(clock, rng, days=7)
    return rng.uniform(180, 420) * np.clip(share, 0, 1) + 2 * _grain(clock, rng)


_CURVES: dict[Quantity, Callable[[Array, np.random.Generator], Array]] = {
    Quantity.AIR_TEMPERATURE: _air_temperature,
    Quantity.HUMIDITY: _humidity,
    Quantity.NITROGEN_DIOXIDE: _nitrogen_dioxide,
    Quantity.PARTICULATES: _particulates,
    Quantity.NOISE: _noise_level,
    Quantity.WATER_LEVEL: _water_level,
    Quantity.SOIL_MOISTURE: _soil_moisture,
    Quantity.BICYCLES: _bicycles,
    Quantity.PARKED_CARS: _parked_cars,
}
