"""Query options and expressions: read, limited, refused with a column, written back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.expressions import (
    Call,
    Form,
    Junction,
    Literal,
    Negation,
    Operation,
    Path,
    parse_expression,
)
from netzstadt.standards.sensorthings.failure import SyntaxFailure
from netzstadt.standards.sensorthings.options import Options, parse_options, query_text


def literal(text: str) -> Literal:
    found = parse_expression(text, "$filter")
    assert isinstance(found, Literal)
    return found


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("null", Form.NULL, None),
        ("true", Form.BOOLEAN, True),
        ("5", Form.NUMBER, 5),
        ("-5", Form.NUMBER, -5),
        ("5.25e2", Form.NUMBER, 525.0),
        (".5", Form.NUMBER, 0.5),
        ("12345678901234567890", Form.NUMBER, 12345678901234567890.0),
        ("''", Form.TEXT, ""),
        ("'it''s'", Form.TEXT, "it's"),
        ("2024-02-29", Form.DATE, date(2024, 2, 29)),
        ("13:14:15.5", Form.CLOCK, time(13, 14, 15, 500_000)),
        ("2024-01-01T00:00:00Z", Form.TIME, datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01T02:00+02:00", Form.TIME, datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01T02:00:00 02:00", Form.TIME, datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01T00:00:00.123456Z", Form.TIME, datetime(2024, 1, 1, 0, 0, 0, 123456, UTC)),
        ("duration'P1DT2H3M4.5S'", Form.DURATION,
         timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("duration'-PT1M'", Form.DURATION, timedelta(minutes=-1)),
        ("geography'POINT(1 2)'", Form.GEOGRAPHY, "POINT(1 2)"),
        ("2024-01-01T00:00:00Z/2024-01-02T00:00:00Z", Form.PERIOD,
         (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC))),
    ],
)  # fmt: skip
def test_literals_are_read_as_what_they_are(text: str, form: Form, value: object) -> None:
    found = literal(text)

    assert (found.form, found.value) == (form, value)


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "25:00", "2024-01-01T00:00:00", "2024-01-01T24:01:00Z", "'open", "1e999",
     "duration'P'", "duration'PT'", "duration'P1Y'", "5x", "'a'b", "2024-01-01T00:00:00Zx",
     "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00", ""],
)  # fmt: skip
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(SyntaxFailure):
        parse_expression(text, "$filter")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_a_literal_in_quotes(text: str) -> None:
    doubled = text.replace("'", "''")

    assert literal(f"'{doubled}'").value == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_as_it_is(number: float) -> None:
    assert literal(repr(number)).value == number


def test_operators_bind_as_the_standard_has_it() -> None:
    found = parse_expression("a eq 1 or b add 2 mul 3 gt 4 and not c lt -d", "$filter")

    assert isinstance(found, Junction)
    first, second = found.terms
    assert isinstance(first, Operation)
    assert isinstance(second, Junction)
    greater, negated = second.terms
    assert isinstance(greater, Operation)
    assert isinstance(greater.left, Operation)
    assert (greater.operator, greater.left.operator) == ("gt", "add")
    assert isinstance(greater.left.right, Operation)
    assert greater.left.right.operator == "mul"
    assert isinstance(negated, Negation)
    assert isinstance(negated.operand, Operation)
    assert isinstance(negated.operand.right, Negation)


def test_names_and_calls_keep_their_columns() -> None:
    found = parse_expression("  endswith(Datastream/Thing/properties/a.b-c, 'x')", "$filter")

    assert isinstance(found, Call)
    assert (found.name, found.column) == ("endswith", 3)
    path = found.arguments[0]
    assert path == Path(("Datastream", "Thing", "properties", "a.b-c"), 12)


TOKENS = st.sampled_from(
    ["a", "(", ")", " ", "eq", " and ", " or ", "not ", "'", "''", "5", "-", ".", ",", "/", "$",
     "2024-01-01T00:00:00Z", "2024-", "duration'", "geography'", ";", "=", "name", "desc", "@iot.id",  # noqa: E501
     "Datastreams", "$top", "$filter", "$expand", "e", "T", "Z", ":", "+", "true", "null", "length("]  # noqa: E501
)  # fmt: skip


@given(st.lists(TOKENS, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text_is_an_expression_or_is_refused_with_a_column(text: str) -> None:
    try:
        parse_expression(text, "$filter")
    except SyntaxFailure as refusal:
        assert refusal.place == "$filter"  # noqa: PT017
        assert 0 < refusal.column <= len(text) + 1  # noqa: PT017


@given(
    st.sampled_from(["filter", "orderby", "select", "expand", "top", "skip", "count", "skiptoken"]),
    st.lists(TOKENS, max_size=30).map("".join) | st.text(max_size=60),
    st.sampled_from(model.TYPES),
)
def test_any_option_is_understood_or_refused(name: str, text: str, type_: model.EntityType) -> None:
    raw = f"${name}={text}".encode(errors="ignore")
    try:
        options = parse_options(raw, type_, collection=True)
    except SyntaxFailure as refusal:
        assert refusal.message  # noqa: PT017
        return
    again = parse_options(query_text(options).encode(), type_, collection=True)
    assert query_text(again) == query_text(options)


@given(st.binary(max_size=60))
def test_any_bytes_are_options_or_are_refused(raw: bytes) -> None:
    try:
        parse_options(raw, model.THING, collection=True)
    except SyntaxFailure as refusal:
        assert refusal.status in {400, 501}  # noqa: PT017


@pytest.mark.parametrize(
    "query",
    [
        "$top=5&$count=true",
        "$filter=name eq 'a&b=c#d+e%%é' and id gt 5",
        "$orderby=name desc,length(name),id",
        "$select=id,name,Datastreams",
        "$expand=Datastreams($filter=name eq ';)';$top=1;$skip=3;$expand=Sensor,Observations("
        "$orderby=phenomenonTime desc)),Locations/HistoricalLocations",
    ],
)
def test_options_written_back_say_the_same(query: str) -> None:
    encoded = query.replace("%", "%25").replace("&b", "%26b").replace("#", "%23")
    encoded = encoded.replace("+", "%2B")
    options = parse_options(encoded.encode(), model.THING, collection=True)

    again = parse_options(query_text(options).encode(), model.THING, collection=True)

    assert query_text(again) == query_text(options)
    assert (again.filter_text, again.order_text, again.top, again.count, again.select) == (
        options.filter_text,
        options.order_text,
        options.top,
        options.count,
        options.select,
    )


def test_blanks_may_be_written_as_plus() -> None:
    options = parse_options(
        b"$filter=name+eq+'a+b'&$orderby=name+desc", model.THING, collection=True
    )

    assert options.filter_text == "name eq 'a b'"
    assert options.order[0].descending


def test_expansions_of_one_navigation_are_united() -> None:
    options = parse_options(
        b"$expand=Datastreams/Sensor,Datastreams($top=2;$expand=Thing),Datastreams/Observations",
        model.THING,
        collection=True,
    )

    assert len(options.expand) == 1
    inner = options.expand[0].options
    assert inner.top == 2
    assert {one.navigation.name for one in inner.expand} == {"Sensor", "Thing", "Observations"}


def test_nothing_asked_is_no_options() -> None:
    assert parse_options(b"", model.THING, collection=True) == Options()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 10_000 + "1" + ")" * 10_000,
        "not " * 10_000,
        "-" * 10_000,
        "1 add " * 10_000,
        "a eq " * 10_000 + "a",
        "true and " * 10_000 + "true",
        "f(" * 10_000,
        "a/" * 10_000 + "a",
        "-(1 add 1 add " * 30 + "1" + ")" * 30,
        "((a add 1) mul 2) sub " * 50 + "1",
    ],
)
def test_depth_and_length_have_limits(text: str) -> None:
    with pytest.raises(SyntaxFailure):
        parse_expression(text, "$filter")


@pytest.mark.parametrize(
    "raw",
    [
        b"$expand=" + b"Datastreams($expand=Thing(" * 1000,
        b"$expand=" + b"Datastreams/Thing/" * 1000 + b"Datastreams",
        b"$expand=" + b"Datastreams," * 1000 + b"Datastreams",
        b"$select=" + b"name," * 1000 + b"name",
        b"$orderby=" + b"name," * 1000 + b"name",
        b"$top=" + b"9" * 5000,
    ],
)
def test_lists_have_limits(raw: bytes) -> None:
    with pytest.raises(SyntaxFailure):
        parse_options(raw, model.THING, collection=True)
