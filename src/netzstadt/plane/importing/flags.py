"""Quality columns: what the publisher noted beside a value becomes the flags of the value."""

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.importing.cells import Cells
from netzstadt.plane.importing.chunks import Numbering
from netzstadt.plane.importing.headers import Header
from netzstadt.plane.importing.numbers import Truth
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.wallclock import TWO_HOURS

_UNKNOWN = -1


class FlagColumn:
    """Turns the cells of quality columns to numbered sets of flags."""

    def __init__(self, profile: Profile, numbering: Numbering[tuple[str, ...]]) -> None:
        self._quality = profile.quality
        self._encoding = profile.csv.encoding
        self._numbering = numbering
        self._none = numbering.number(())
        # Most cells are empty or one character: a table answers for them all at once.
        self._short = np.full(257, _UNKNOWN, dtype=np.int32)
        self._flags: list[tuple[str, ...]] = [()]

    def read(
        self,
        cells: Cells,
        header: Header,
        row: NDArray[np.int64],
        channel: NDArray[np.int64],
        is_doubled: Truth,
    ) -> NDArray[np.uint16]:
        """The flags of the values at (row, channel), as numbers."""
        columns = np.array([-1 if c.quality is None else c.quality for c in header.channels])
        column = columns[channel]
        start, end = cells.start[row, column], cells.end[row, column]
        length = np.where(column < 0, 0, end - start)
        char = cells.data[np.minimum(start, len(cells.data) - 1)].astype(np.int64)
        short = np.where(length == 0, 256, char)
        codes = self._short[short]
        self._learn(np.unique(short[(codes == _UNKNOWN) & (length <= 1)]))
        codes = self._short[short]
        for place in np.flatnonzero(length > 1):
            text = bytes(cells.data[start[place] : end[place]]).decode(self._encoding)
            codes[place] = self._number(self._meaning(text))
        codes[column < 0] = self._none
        for place in np.flatnonzero(is_doubled[row]):
            codes[place] = self._number((*self._flags[codes[place]], TWO_HOURS))
        return codes.astype(np.uint16)

    def _learn(self, chars: NDArray[np.int64]) -> None:
        for char in chars.tolist():
            text = "" if char == 256 else bytes([char]).decode(self._encoding, "replace")
            self._short[char] = self._number(self._meaning(text))

    def _meaning(self, text: str) -> tuple[str, ...]:
        known = self._quality.flags.get(text)
        if known is not None:
            return tuple(known)
        return (self._quality.other.replace("{value}", text[:60]),)

    def _number(self, flags: tuple[str, ...]) -> int:
        number = self._numbering.number(flags)
        if number == len(self._flags):
            self._flags.append(flags)
        return number
