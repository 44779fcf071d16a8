"""Observations as files: CSV (RFC 4180) and JSON, written piece by piece."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from netzstadt.urbandata import readings
from netzstadt.urbandata.models import Series

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

COLUMNS = ("time", "time_end", "value", "unit", "quality", "simulated")
BYTE_ORDER_MARK = "\ufeff"


async def csv_parts(
    series: Series,
    start: datetime,
    end: datetime,
    *,
    to: "Person | None",
    zone: ZoneInfo,
    for_spreadsheet: bool = False,
) -> AsyncIterator[bytes]:
    """One line an observation: local time with its offset, decimal points, commas.

    ``for_spreadsheet`` writes what a German spreadsheet program opens with a double click:
    semicolons, decimal commas, a byte order mark.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if for_spreadsheet else ",")
    if for_spreadsheet:
        buffer.write(BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    simulated = "true" if series.thing.is_simulated else "false"
    yield _taken(buffer)
    async for chunk in readings.exported(series, start, end, to=to):
        for time, _sequence, number, time_end, result, quality in chunk:
            writer.writerow(
                (
                    _local(time, zone),
                    _local(time_end, zone),
                    _cell(number, result, for_spreadsheet=for_spreadsheet),
                    series.unit,
                    " ".join(quality or ()),
                    simulated,
                )
            )
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


def _cell(number: float | None, result: Any, *, for_spreadsheet: bool) -> str:
    if number is not None:
        text = repr(number).removesuffix(".0")
        return text.replace(".", ",") if for_spreadsheet else text
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    # A spreadsheet would run a text that begins like a formula.
    risky = for_spreadsheet and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if risky else text


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat() if moment is not None else ""


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
