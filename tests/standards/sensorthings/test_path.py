"""Resource paths: what is understood, and that everything else is refused in a sentence."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.failure import SyntaxFailure, UnknownResource
from netzstadt.standards.sensorthings.path import entity_path, parse_id, parse_path

IDS = st.integers(-(10**17), 10**17) | st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=60
)


def written(identifier: str | int) -> str:
    if isinstance(identifier, int):
        return str(identifier)
    doubled = identifier.replace("'", "''")
    return f"'{quote(doubled, safe='')}'"


@given(IDS, IDS)
def test_an_id_comes_back_as_its_maker_gave_it(thing: str | int, stream: str | int) -> None:
    path = parse_path(f"Things({written(thing)})/Datastreams({written(stream)})/name".encode())

    assert [step.id for step in path.steps] == [thing, stream]
    assert [step.type for step in path.steps] == [model.THING, model.DATASTREAM]
    assert path.attribute is model.DATASTREAM.property("name")


@given(IDS)
def test_the_path_of_an_entity_is_its_entity_set_and_id(identifier: str | int) -> None:
    parsed = parse_path(f"Sensors({written(identifier)})".encode())

    assert parsed == entity_path(model.SENSOR, identifier)
    assert parsed.is_entity
    assert not parsed.is_collection


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode(errors="ignore")))
def test_any_bytes_are_a_path_or_are_refused(raw: bytes) -> None:
    try:
        parse_path(raw)
    except (SyntaxFailure, UnknownResource) as refusal:
        assert refusal.message  # noqa: PT017


PIECES = st.sampled_from(
    ["Things", "(1)", "('a')", "/", "Datastreams", "Observations", "name", "properties", "$ref",
     "$value", "(", ")", "'", "''", "%27", "%2F", "%", "CreateObservations", "id", "..", " "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_pieces_in_any_order_are_a_path_or_are_refused(pieces: list[str]) -> None:
    try:
        path = parse_path("".join(pieces).encode())
    except (SyntaxFailure, UnknownResource):
        return
    kinds = [path.is_root, bool(path.action), path.is_collection, path.is_entity]
    assert sum(kinds) == 1 or path.attribute is not None or path.reference


def test_an_unquoted_uuid_is_the_same_as_a_quoted_one() -> None:
    key = "0190f0f0-0000-7000-8000-0123456789ab"

    assert parse_path(f"Things({key.upper()})".encode()) == entity_path(model.THING, key)
    assert parse_id(key) == parse_id(f"'{key}'") == key


@pytest.mark.parametrize("text", ["", "x", "1)", "'a", "1.5", "'a''", "''"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(SyntaxFailure):
        parse_id(text)


def test_a_navigation_to_one_is_an_entity_and_to_many_a_collection() -> None:
    assert parse_path(b"Datastreams(1)/Thing").is_entity
    assert parse_path(b"Datastreams(1)/Observations").is_collection
    assert parse_path(b"Datastreams(1)/Observations/$ref").reference
    assert parse_path(b"").is_root
    assert parse_path(b"CreateObservations").action == "CreateObservations"


def test_members_and_values_of_properties() -> None:
    path = parse_path(b"Things(1)/properties/a/b%20c/0/$value")

    assert (path.members, path.value) == (("a", "b c", "0"), True)
    with pytest.raises(UnknownResource):
        parse_path(b"Things(1)/name/a")


def test_a_path_of_any_length_is_refused_and_never_followed() -> None:
    with pytest.raises(SyntaxFailure):
        parse_path(b"Things(1)" + b"/Datastreams(1)/Thing" * 100)
    with pytest.raises(SyntaxFailure):
        parse_path(b"Things('" + b"x" * 10_000 + b"')")
