"""JSON is read strictly, and what is refused is named by its path."""

import pytest

from netzstadt.standards.strict_json import MAXIMUM_DEPTH, JsonError, decode


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"a": {"b": [1, NaN]}}', "$.a.b[1]"),
        (b'{"a": {"b": 1, "b": 2}}', "$.a"),
        (b'{"a b": "\\u0000"}', "$['a b']"),
        (b'[{"a": "\\udfff"}]', "$[0].a"),
        (b'{"a": 1e999}', "$.a"),
        (b'{"a": 9223372036854775808}', "$.a"),
        (b'{"a"', "$"),
        (b"\xff", "$"),
    ],
)
def test_what_cannot_be_kept_is_named(body, place):
    with pytest.raises(JsonError) as refused:
        decode(body)

    assert refused.value.place == place


def test_nesting_has_an_end():
    deepest = b"[" * MAXIMUM_DEPTH + b"]" * MAXIMUM_DEPTH

    assert decode(deepest)
    with pytest.raises(JsonError, match="nested"):
        decode(b"[" + deepest + b"]")
    with pytest.raises(JsonError, match="nested"):
        decode(b"[" * 100_000)


def test_everything_else_is_read_as_it_is():
    body = '{"a": [1, -2.5, true, null, "ä😀"], "b": {}}'.encode()

    assert decode(body) == {"a": [1, -2.5, True, None, "ä😀"], "b": {}}
