"""Reads one CSV file, wide or long, into chunks. Every cell that holds a value is accounted for."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.importing import numbers
from netzstadt.plane.importing.blocks import Block, blocks
from netzstadt.plane.importing.cells import Cells, split
from netzstadt.plane.importing.chunks import Chunk, Numbering, Reject, SeriesKey
from netzstadt.plane.importing.flags import FlagColumn
from netzstadt.plane.importing.headers import Header, read_header
from netzstadt.plane.importing.moments import Moments
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.sources import Limits, Member


class CsvReader:
    """Reads the files of one import, one after the other."""

    def __init__(self, profile: Profile, limits: Limits) -> None:
        assert profile.layout
        self._profile = profile
        self._layout = profile.layout
        self._limits = limits
        self._series: Numbering[SeriesKey] = Numbering()
        self._flags: Numbering[tuple[str, ...]] = Numbering()
        self._flag_column = FlagColumn(profile, self._flags)
        self._moments = Moments(profile)

    def read(self, member: Member) -> Iterator[Chunk]:
        """The observations of one file, a block of lines at a time."""
        self._moments.begin_file()
        header: Header | None = None
        stream = _without_mark(member.file)
        for block in blocks(
            stream, encoding=self._profile.csv.encoding, longest_line=self._limits.line
        ):
            if header is None:
                header = read_header(block.data, member.plain_name, self._profile)
                end = block.data.find(b"\n")
                block.data = block.data[end:]  # the line end stays, so that numbers stay right
            yield self._chunk(member.name, header, block)

    def _chunk(self, file: str, header: Header, block: Block) -> Chunk:
        cells = split(
            block.data,
            first_line=block.first_line,
            delimiter=self._profile.csv.delimiter,
            columns=len(header.columns),
            encoding=self._profile.csv.encoding,
        )
        rejects = [
            Reject(file, line, "", text, reason)
            for line, text, reason in (*block.refused, *cells.refused)
        ]
        chunk = self._observations(file, header, cells, rejects)
        chunk.size = block.size
        chunk.new_series, chunk.new_flags = self._series.take_new(), self._flags.take_new()
        return chunk

    def _observations(
        self, file: str, header: Header, cells: Cells, rejects: list[Reject]
    ) -> Chunk:
        # Column by column, so that the values of a series stand together in the order of time.
        columns = np.array([channel.column for channel in header.channels])
        start, end = cells.start[:, columns].T.ravel(), cells.end[:, columns].T.ravel()
        row = np.tile(np.arange(len(cells.line)), len(columns))
        channel = np.repeat(np.arange(len(columns)), len(cells.line))
        present = np.flatnonzero(end > start)
        start, end, row, channel = start[present], end[present], row[present], channel[present]

        read = len(present) + len(rejects)  # what is rejected so far is whole lines
        identifiers = self._identifiers(cells, header)
        moments = self._moments.read(cells, header.time, identifiers)
        values, is_number = numbers.parse_numbers(cells.data, start, end, self._profile.csv.decimal)
        reasons = moments.verdict[row]
        reasons = np.where(reasons == 0, np.where(is_number, 0, _NO_NUMBER), reasons)
        if header.identifier is not None:
            is_nameless = cells.end[:, header.identifier] == cells.start[:, header.identifier]
            reasons[is_nameless[row]] = _NO_IDENTIFIER
        for place in np.flatnonzero(reasons):
            rejects.append(
                self._reject(file, header, cells, row[place], channel[place], int(reasons[place]))
            )
        good = np.flatnonzero(reasons == 0)
        row, channel = row[good], channel[good]
        return Chunk(
            file=file,
            series=self._series_of(header, identifiers, row, channel),
            time=moments.utc[row],
            number=values[good],
            flags=self._flag_column.read(cells, header, row, channel, moments.is_doubled),
            line=cells.line[row].astype(np.int32),
            read=read,
            rejects=rejects,
        )

    def _identifiers(self, cells: Cells, header: Header) -> NDArray[np.bytes_] | None:
        """The identifier of each row, where a column holds it."""
        column = header.identifier
        if column is None:
            return None
        return numbers.cell_bytes(cells.data, cells.start[:, column], cells.end[:, column])

    def _series_of(
        self,
        header: Header,
        identifiers: NDArray[np.bytes_] | None,
        row: NDArray[np.int64],
        channel: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        if identifiers is None:
            numbers_of = [
                self._series.number(SeriesKey(header.station or each.id, each.id))
                for each in header.channels
            ]
            of_channel: NDArray[np.int32] = np.array(numbers_of, dtype=np.int32)
            return of_channel[channel]
        distinct, which = np.unique(identifiers, return_inverse=True)
        used = np.unique(which[row] * len(header.channels) + channel)
        table = np.zeros(len(distinct) * len(header.channels), dtype=np.int32)
        for place in used.tolist():
            station = distinct[place // len(header.channels)].decode(self._profile.csv.encoding)
            each = header.channels[place % len(header.channels)]
            is_long = self._layout.kind == "long"
            table[place] = self._series.number(
                SeriesKey(station, station if is_long else f"{station}-{each.id}")
            )
        numbered: NDArray[np.int32] = table[which[row] * len(header.channels) + channel]
        return numbered

    def _reject(
        self, file: str, header: Header, cells: Cells, row: int, channel: int, reason: int
    ) -> Reject:
        encoding = self._profile.csv.encoding
        each = header.channels[channel]
        time = cells.text(row, header.time, encoding)[:40]
        value = cells.text(row, each.column, encoding)[:200]
        name = each.id
        if header.identifier is not None:
            name = cells.text(row, header.identifier, encoding)[:80]
        why = _REASONS.get(reason) or self._moments.reason(reason).format(time=time)
        return Reject(file, int(cells.line[row]), name, value, why)


_NO_NUMBER, _NO_IDENTIFIER = 100, 101
_REASONS = {
    _NO_NUMBER: "the value is no number that can be kept exactly",
    _NO_IDENTIFIER: "the line does not say which station it is of",
}


def _without_mark(file: BinaryIO) -> BinaryIO:
    """The stream after its byte order mark, where it has one."""
    peek = getattr(file, "peek", None)
    if peek is not None and peek(3)[:3] == b"\xef\xbb\xbf":
        file.read(3)
    return file
