"""Rows as bytes of PostgreSQL's binary COPY, packed from numpy columns without an object a row."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.rollups import Buckets, Floats, Integers

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)
EPOCH_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01 UTC
_TEXT = 25  # its type number

OBSERVATION_COLUMNS = "series_id, time, sequence, number"
# The same columns as they come out; number is never null there, see EXISTING in load.py.
KEY_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(("series_length", ">i4"), ("series_id", ">i8")),
        *(("time_length", ">i4"), ("time", ">i8")),
        *(("sequence_length", ">i4"), ("sequence", ">i2")),
        *(("number_length", ">i4"), ("number", ">f8")),
    ]
)
_BUCKET_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(("series_length", ">i4"), ("series_id", ">i8")),
        *(("start_length", ">i4"), ("start", ">i8")),
        *(("count_length", ">i4"), ("count", ">i4")),
        *(("flagged_length", ">i4"), ("flagged", ">i4")),
        *(("sum_length", ">i4"), ("sum", ">f8")),
        *(("minimum_length", ">i4"), ("minimum", ">f8")),
        *(("maximum_length", ">i4"), ("maximum", ">f8")),
    ]
)


def _rows(layout: np.dtype[Any], length: int) -> NDArray[Any]:
    """Rows of a layout with the number of fields and every field's length filled in."""
    rows = np.empty(length, dtype=layout)
    names = layout.names or ()
    rows["fields"] = (len(names) - 1) // 2
    for length_name, name in zip(names[1::2], names[2::2], strict=True):
        rows[length_name] = layout[name].itemsize
    return rows


def pack_observations(
    series_id: Integers,
    times_us: Integers,
    sequence: NDArray[np.int16],
    numbers: Floats,
    quality: NDArray[np.intp] | None = None,
    flags: Sequence[tuple[str, ...]] = (),
) -> bytes:
    """Rows of OBSERVATION_COLUMNS; with ``quality`` (an index into ``flags``) that column, too."""
    if quality is None:
        return _pack_keys(series_id, times_us, sequence, numbers, b"")
    parts = []
    for code in np.unique(quality).tolist():  # rows with the same flags are equally long
        chosen = quality == code
        parts.append(
            _pack_keys(
                series_id[chosen],
                times_us[chosen],
                sequence[chosen],
                numbers[chosen],
                _pack_texts(flags[code]),
            )
        )
    return b"".join(parts)


def _pack_keys(
    series_id: Integers,
    times_us: Integers,
    sequence: NDArray[np.int16],
    numbers: Floats,
    tail: bytes,
) -> bytes:
    layout = np.dtype([*KEY_ROW.descr, ("tail", f"V{len(tail)}")]) if tail else KEY_ROW
    rows = np.empty(len(series_id), dtype=layout)
    rows["fields"] = 5 if tail else 4
    rows["series_length"] = rows["time_length"] = rows["number_length"] = 8
    rows["sequence_length"] = 2
    rows["series_id"] = series_id
    rows["time"] = times_us - EPOCH_2000
    rows["sequence"] = sequence
    rows["number"] = numbers
    if tail:
        rows["tail"] = np.frombuffer(tail, dtype=f"V{len(tail)}")[0]
    return rows.tobytes()


def _pack_texts(texts: tuple[str, ...]) -> bytes:
    """A field of type text[]; null where there is none."""
    if not texts:
        return struct.pack(">i", -1)
    parts = [struct.pack(">iiiii", 1, 0, _TEXT, len(texts), 1)]
    for text in texts:
        data = text.encode()
        parts += (struct.pack(">i", len(data)), data)
    packed = b"".join(parts)
    return struct.pack(">i", len(packed)) + packed


def pack_buckets(buckets: Buckets) -> bytes:
    """Rows of a roll-up table, all its columns in their order."""
    rows = _rows(_BUCKET_ROW, len(buckets.series_id))
    rows["series_id"] = buckets.series_id
    rows["start"] = buckets.start - EPOCH_2000
    rows["count"] = buckets.count
    rows["flagged"] = buckets.flagged
    rows["sum"] = buckets.sum
    rows["minimum"] = buckets.minimum
    rows["maximum"] = buckets.maximum
    return rows.tobytes()


def unpack_observations(data: bytes) -> NDArray[Any]:
    """Rows of OBSERVATION_COLUMNS from a whole binary COPY; ``time`` counts from EPOCH_2000."""
    return np.frombuffer(data[len(HEADER) : -len(TRAILER)], dtype=KEY_ROW)
