"""JSON Patch (RFC 6902) on decoded documents, with JSON Pointers (RFC 6901)."""

import copy
from dataclasses import dataclass
from typing import Any

from netzstadt.standards.strict_json import MAXIMUM_DEPTH, JsonError, check

MAXIMUM_OPERATIONS = 100
# What all copies and moves may carry (characters and values together): a copy of a copy of a copy
# would double a document with each operation.
MAXIMUM_CARRIED = 2 * 1024 * 1024
_NEEDS = {
    "add": "value",
    "replace": "value",
    "test": "value",
    "move": "from",
    "copy": "from",
    "remove": "",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; ``place`` is where it stands in the patch."""

    op: str
    path: tuple[str, ...]
    source: tuple[str, ...]
    value: Any
    place: str


def read_operations(document: Any) -> list[Operation]:
    """Read a patch document. Raises JsonError."""
    if not isinstance(document, list) or len(document) > MAXIMUM_OPERATIONS:
        raise JsonError(f"A JSON Patch is a list of at most {MAXIMUM_OPERATIONS} operations.")
    return [_operation(item, f"$[{number}]") for number, item in enumerate(document)]


def apply(operations: list[Operation], document: Any) -> Any:
    """Return the document after all operations; the given one is not touched.

    Raises JsonError naming the operation that cannot be done.
    """
    # The root is a member, so that it can be replaced like any other.
    holder = {"": copy.deepcopy(document)}
    allowance = MAXIMUM_CARRIED
    for operation in operations:
        if operation.source:
            allowance -= _weight(holder, operation, allowance)
        _apply(holder, operation)
    check(holder[""])
    return holder[""]


def _weight(holder: Any, operation: Operation, allowance: int) -> int:
    """How much a copy or a move carries. Raises JsonError where it is too much or too deep."""
    weight = 0
    waiting = [(_get(holder, operation.source, operation.place), len(operation.path))]
    while waiting:
        value, depth = waiting.pop()
        weight += 1
        if isinstance(value, str):
            weight += len(value)
        elif isinstance(value, dict):
            weight += sum(map(len, value))
            waiting.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)
        if depth > MAXIMUM_DEPTH + 1:
            raise JsonError("The document would be nested too deep.", operation.place)
        if weight > allowance:
            raise JsonError("The patch copies or moves too much.", operation.place)
    return weight


def _operation(item: Any, place: str) -> Operation:
    if not isinstance(item, dict) or item.get("op") not in _NEEDS:
        raise JsonError(f"op is one of {', '.join(_NEEDS)}.", f"{place}.op")
    need = _NEEDS[item["op"]]
    if need and need not in item:
        raise JsonError(f"{item['op']} needs {need}.", place)
    source = _pointer(item["from"], f"{place}.from") if need == "from" else ()
    return Operation(
        item["op"], _pointer(item.get("path"), f"{place}.path"), source, item.get("value"), place
    )


def _pointer(text: Any, place: str) -> tuple[str, ...]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise JsonError("A JSON Pointer begins with a slash.", place)
    parts = text.split("/")
    if len(parts) > MAXIMUM_DEPTH:
        raise JsonError("The path leads deeper than a document may be nested.", place)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def _apply(holder: Any, operation: Operation) -> None:
    path, place = operation.path, operation.place
    match operation.op:
        case "test":
            if not _same(_get(holder, path, place), operation.value):
                raise JsonError("The test fails: the value is another one.", place)
        case "remove":
            _remove(holder, path, place)
        case "replace":
            _get(holder, path, place)
            _put(holder, path, copy.deepcopy(operation.value), place, is_new=False)
        case "add":
            _put(holder, path, copy.deepcopy(operation.value), place, is_new=True)
        case "copy":
            value = copy.deepcopy(_get(holder, operation.source, place))
            _put(holder, path, value, place, is_new=True)
        case _:
            if path[: len(operation.source)] == operation.source and path != operation.source:
                raise JsonError("A value cannot be moved into itself.", place)
            value = _get(holder, operation.source, place)
            _remove(holder, operation.source, place)
            _put(holder, path, value, place, is_new=True)


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[n], right[n]) for n in left)
    return bool(left == right)


def _get(document: Any, path: tuple[str, ...], place: str) -> Any:
    for part in path:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list):
            document = document[_index(part, len(document) - 1, place)]
        else:
            raise JsonError("There is nothing at this path.", place)
    return document


def _put(document: Any, path: tuple[str, ...], value: Any, place: str, *, is_new: bool) -> None:
    parent = _get(document, path[:-1], place)
    if isinstance(parent, dict):
        parent[path[-1]] = value
    elif not isinstance(parent, list):
        raise JsonError("There is nothing at this path.", place)
    elif is_new:
        end = len(parent)
        parent.insert(end if path[-1] == "-" else _index(path[-1], end, place), value)
    else:
        parent[_index(path[-1], len(parent) - 1, place)] = value


def _remove(document: Any, path: tuple[str, ...], place: str) -> None:
    _get(document, path, place)
    parent = _get(document, path[:-1], place)
    if isinstance(parent, dict):
        del parent[path[-1]]
    else:
        del parent[_index(path[-1], len(parent) - 1, place)]


def _index(text: str, greatest: int, place: str) -> int:
    is_number = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if not is_number or len(text) > 9 or int(text) > greatest:
        raise JsonError("There is nothing at this position of the list.", place)
    return int(text)
