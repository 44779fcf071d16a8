"""JSON Patch (RFC 6902): operations, pointers, and what cannot be done."""

import pytest

from netzstadt.standards.json_patch import apply, read_operations
from netzstadt.standards.strict_json import JsonError


def patched(document, *operations):
    return apply(read_operations(list(operations)), document)


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({"a": 1}, {"op": "add", "path": "/b", "value": 2}, {"a": 1, "b": 2}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": 2}, {"a": [1, 2]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": None}, {"a": None}),
        ({"a": 1}, {"op": "replace", "path": "", "value": {"b": 2}}, {"b": 2}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/a"}, {"b": 2}),
        ({"a": [1, 2]}, {"op": "remove", "path": "/a/0"}, {"a": [2]}),
        ({"a": {"b": 1}}, {"op": "move", "from": "/a/b", "path": "/c"}, {"a": {}, "c": 1}),
        (
            {"a": {"b": 1}},
            {"op": "copy", "from": "/a", "path": "/c"},
            {"a": {"b": 1}, "c": {"b": 1}},
        ),
        ({"a/b": 1, "m~n": 2}, {"op": "remove", "path": "/a~1b"}, {"m~n": 2}),
        ({"m~n": 2}, {"op": "test", "path": "/m~0n", "value": 2.0}, {"m~n": 2}),
    ],
)
def test_an_operation_changes_the_document(document, operation, expected):
    before = repr(document)

    assert patched(document, operation) == expected
    assert repr(document) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/no"},
        {"op": "replace", "path": "/no", "value": 1},
        {"op": "add", "path": "/a/b/c", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "remove", "path": "/list/-"},
        {"op": "test", "path": "/a", "value": True},
        {"op": "test", "path": "/list", "value": [True]},
        {"op": "move", "from": "/a", "path": "/a/b"},
        {"op": "copy", "from": "/no", "path": "/b"},
    ],
)
def test_what_cannot_be_done_is_named_by_its_position(operation):
    with pytest.raises(JsonError) as refused:
        patched({"a": 1, "list": [1]}, {"op": "test", "path": "/a", "value": 1}, operation)

    assert refused.value.place == "$[1]"


@pytest.mark.parametrize(
    "operation",
    [
        1,
        {},
        {"op": "grow", "path": "/a"},
        {"op": "add", "path": "/a"},
        {"op": "remove", "path": "a"},
    ],
)
def test_what_is_no_operation_is_refused(operation):
    with pytest.raises(JsonError):
        read_operations([operation])


def test_a_document_cannot_be_grown_without_end():
    grow = {"op": "copy", "from": "", "path": "/a"}

    with pytest.raises(JsonError, match="nested"):
        patched({"a": 1}, *[grow] * 100)


def test_copies_of_copies_end_long_before_memory_does():
    doubling = [{"op": "copy", "from": "/a", "path": f"/a/{n}"} for n in range(40)]

    with pytest.raises(JsonError, match="too much") as refused:
        patched({"a": {"text": "x" * 1000}}, *doubling)

    assert refused.value.place == "$[11]"


def test_nothing_is_put_deeper_than_a_document_may_be():
    deep = {"op": "add", "path": "/a" * 200, "value": 1}

    with pytest.raises(JsonError, match="deeper"):
        patched({"a": 1}, deep)
