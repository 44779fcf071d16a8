"""Parts of a content that a browser asks for (RFC 9110, 14: one range of bytes)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


class NotSatisfiable(Exception):
    """The part lies outside the content."""


@dataclass(frozen=True, slots=True)
class Part:
    """From ``start`` up to but without ``end``."""

    start: int
    end: int


def part_of(header: str, size: int) -> Part | None:
    """The part that a Range header asks for; None: the whole content.

    What cannot be read, or asks for several parts, is answered with the whole (RFC 9110, 14.2).
    Raises NotSatisfiable.
    """
    found = _ONE.match(header.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        length = int(last)
        if length == 0:
            raise NotSatisfiable
        return Part(max(0, size - length), size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise NotSatisfiable
    return Part(start, min(int(last) + 1, size) if last else size)
