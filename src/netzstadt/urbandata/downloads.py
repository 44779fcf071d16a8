"""Observations as files: CSV (RFC 4180) and JSON, written piece by piece."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from netzstadt.lib.spreadsheets import inert
from netzstadt.urbandata import readings
from netzstadt.urbandata.models import Series

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

COLUMNS = ("time", "time_end", "value", "unit", "quality", "simulated")
BYTE_ORDER_MARK = "\ufeff"


def csv_parts(
    series: Series,
    start: datetime,
    end: datetime,
    *,
    to: "Person | None",
    zone: ZoneInfo,
    for_spreadsheet: bool = False,
) -> AsyncIterator[bytes]:
    """One line an observation: local time with its offset, decimal points, commas.

    ``for_spreadsheet`` writes what a German spreadsheet program opens with a double click and
    reckons with: semicolons, decimal commas, a byte order mark, times that it knows as times (their
    distance from UTC stands in the last column), and a head in the reader's language.
    """
    chunks = readings.exported(series, start, end, to=to)
    # The texts now: the lines are written when the request's language is not set any more.
    if for_spreadsheet:
        simulated = _("yes") if series.thing.is_simulated else _("no")
        unit = inert(series.unit)
        return _spreadsheet_lines(chunks, _spreadsheet_head(), unit, simulated, zone)
    return _csv_lines(chunks, series, zone)


def _spreadsheet_head() -> tuple[str, ...]:
    return (
        _("Time"),
        _("Time, end"),
        _("Value"),
        _("Unit"),
        _("Quality"),
        _("Simulated"),
        _("Distance from UTC"),
    )


async def _csv_lines(
    chunks: AsyncIterator[list[Any]], series: Series, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    simulated = "true" if series.thing.is_simulated else "false"
    yield _taken(buffer)
    async for chunk in chunks:
        for time, _sequence, number, time_end, result, quality in chunk:
            begin, end = _local(time, zone), _local(time_end, zone)
            flags = " ".join(quality or ())
            writer.writerow((begin, end, _cell(number, result), series.unit, flags, simulated))
        yield _taken(buffer)


async def _spreadsheet_lines(
    chunks: AsyncIterator[list[Any]],
    head: tuple[str, ...],
    unit: str,
    simulated: str,
    zone: ZoneInfo,
) -> AsyncIterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(head)
    yield _taken(buffer)
    async for chunk in chunks:
        for time, _sequence, number, time_end, result, quality in chunk:
            begin, end = _cell_time(time, zone), _cell_time(time_end, zone)
            value = _cell(number, result)
            value = inert(value) if number is None else value.replace(".", ",")
            flags = inert(" ".join(quality or ()))
            distance = f"UTC{_local(time, zone)[-6:]}"
            writer.writerow((begin, end, value, unit, flags, simulated, distance))
        yield _taken(buffer)


async def json_parts(
    series: Series, start: datetime, end: datetime, *, to: "Person | None"
) -> AsyncIterator[bytes]:
    """One object: what the series is, its source, and its values in the order of time (UTC)."""
    source = series.thing.data_source
    about = {
        "station": series.thing.name,
        "series": series.name,
        "observedProperty": series.observed_property.name,
        "unitOfMeasurement": series.unit_of_measurement,
        "simulated": series.thing.is_simulated,
        "source": source.title if source else "",
        "publisher": source.publisher if source else "",
        "licence": source.licence if source else "",
        "from": _utc(start),
        "to": _utc(end),
    }
    yield (json.dumps(about, ensure_ascii=False)[:-1] + ', "values": [').encode()
    separator = "\n"
    async for chunk in readings.exported(series, start, end, to=to):
        part = []
        for time, _sequence, number, time_end, result, quality in chunk:
            value: dict[str, Any] = {"time": _utc(time)}
            if time_end is not None:
                value["timeEnd"] = _utc(time_end)
            value["value"] = number if number is not None else result
            if quality:
                value["quality"] = quality
            part.append(separator + json.dumps(value, ensure_ascii=False))
            separator = ",\n"
        yield "".join(part).encode()
    yield b"\n]}\n"


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(number: float | None, result: Any) -> str:
    if number is not None:
        return repr(number).removesuffix(".0")
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat() if moment is not None else ""


def _cell_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """A time that a spreadsheet knows as one; parts of a second stand behind a comma."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    part = f",{local.microsecond // 1000:03}" if local.microsecond else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{part}"


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
