"""JSON read strictly: what RFC 8259 leaves to each reader is refused here, with its place.

Refused are members given twice, NaN and Infinity, numbers that cannot be kept, NUL and lone
surrogates in strings (PostgreSQL keeps neither), and nesting past MAXIMUM_DEPTH.
"""

import json
from typing import Any

MAXIMUM_DEPTH = 64
# msgspec, and most readers of our answers, know whole numbers of up to 64 bits.
GREATEST_INTEGER = 2**63 - 1

Place = tuple[Any, str | int] | None


class JsonError(ValueError):
    """A document cannot be accepted; ``place`` is a JSON path such as ``$.unit.symbol``."""

    def __init__(self, detail: str, place: str = "$") -> None:
        super().__init__(detail)
        self.detail = detail
        self.place = place


class _Doubled(dict[str, Any]):
    """An object in which ``name`` was given twice."""

    name = ""


def member_place(place: str, name: str) -> str:
    """JSON path of a member: ``$.a`` or, where the name is no identifier, ``$['@iot.id']``."""
    return f"{place}.{name}" if name.isidentifier() else f"{place}['{name[:80]}']"


def decode(body: bytes) -> Any:
    """Decode and check a whole document; the same Python types as ``json.loads``.

    Raises JsonError naming what is wrong and where.
    """
    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise JsonError(f"The body is not UTF-8 (byte {error.start}).") from error
    except RecursionError as error:
        raise JsonError(f"The document is nested deeper than {MAXIMUM_DEPTH} levels.") from error
    except json.JSONDecodeError as error:
        raise JsonError(
            f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise JsonError("A number has too many digits.") from error
    check(document)
    return document


def check(document: Any) -> None:
    """Check a decoded document. Raises JsonError naming what is wrong and where."""
    # No recursion: the depth of the input must not be the depth of our stack.
    waiting: list[tuple[Any, Place, int]] = [(document, None, 0)]
    while waiting:
        value, place, depth = waiting.pop()
        kind = type(value)
        if kind is str:
            _check_string(value, place)
        elif kind is dict or kind is _Doubled:
            if kind is _Doubled:
                raise JsonError(f'The member "{value.name[:80]}" is there twice.', _path(place))
            _check_depth(depth, place)
            for name, item in value.items():
                _check_string(name, place)
                waiting.append((item, (place, name), depth + 1))
        elif kind is list:
            _check_depth(depth, place)
            waiting.extend((item, (place, n), depth + 1) for n, item in enumerate(value))
        elif kind is float:
            if not -1.7976931348623157e308 <= value <= 1.7976931348623157e308:
                raise JsonError("The number is not finite or too large.", _path(place))
        elif kind is int and not -GREATEST_INTEGER <= value <= GREATEST_INTEGER:
            raise JsonError("The whole number is too large.", _path(place))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    doubled = _Doubled(made)
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            doubled.name = name
            break
        seen.add(name)
    return doubled


def _check_depth(depth: int, place: Place) -> None:
    if depth >= MAXIMUM_DEPTH:
        raise JsonError(f"The document is nested deeper than {MAXIMUM_DEPTH} levels.", _path(place))


def _check_string(text: str, place: Place) -> None:
    if text.isascii():
        if "\x00" in text:
            raise JsonError("The character U+0000 cannot be kept.", _path(place))
        return
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise JsonError("A character cannot be kept (U+0000 or half a surrogate).", _path(place))


def _path(place: Place) -> str:
    """The JSON path of a place given as a chain of (parent, member or position)."""
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    path = "$"
    for step in reversed(steps):
        path = f"{path}[{step}]" if isinstance(step, int) else member_place(path, step)
    return path if len(path) <= 300 else path[:300] + "…"
