"""Reading SKOS: labels by language, ties, and what attacks the reader."""

import json

import pytest

from netzstadt.standards.skos import reading, writing
from netzstadt.standards.skos.reading import Unreadable, read
from netzstadt.standards.skos.vocabulary import Concept, Vocabulary

PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/> .
"""
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">
 <skos:Concept rdf:about="https://example.org/a"><skos:prefLabel xml:lang="de">A</skos:prefLabel>
 </skos:Concept></rdf:RDF>"""
FULL = Vocabulary(
    uri="https://example.org/s",
    titles={"de": "Verkehr", "en": "Traffic"},
    descriptions={"de": "Womit man fährt"},
    concepts=(
        Concept(
            uri="https://example.org/a",
            labels={"de": "Fahrzeug", "en": "Vehicle"},
            alt_labels={"de": ("Gefährt", "Vehikel")},
            definitions={"de": "Was fährt"},
            notation="1",
        ),
        Concept(
            uri="https://example.org/b",
            labels={"de": "Velo"},
            broader="https://example.org/a",
            is_deprecated=True,
            replaced_by="https://example.org/a",
        ),
    ),
)


def turtle(text: str) -> Vocabulary:
    """Read concepts written in Turtle."""
    return read((PREFIXES + text).encode(), form="turtle")


@pytest.mark.parametrize(("ending", "form"), [("ttl", "turtle"), ("rdf", "xml")])
def test_what_is_written_is_read_again(ending, form):
    again = read(writing.write(FULL, ending=ending), form=form)

    assert again.concepts == FULL.concepts
    assert (again.uri, again.titles, again.descriptions) == (
        FULL.uri,
        FULL.titles,
        FULL.descriptions,
    )


def test_json_ld_names_the_same_terms():
    nodes = {node["@id"]: node for node in json.loads(writing.write(FULL, ending="jsonld"))}

    old = nodes["https://example.org/b"]
    broader = old["http://www.w3.org/2004/02/skos/core#broader"]
    label = old["http://www.w3.org/2004/02/skos/core#prefLabel"]
    assert broader == [{"@id": "https://example.org/a"}]
    assert label == [{"@language": "de", "@value": "Velo"}]


def test_narrower_says_the_same_as_broader():
    read_ = turtle(':a skos:prefLabel "A"@de ; skos:narrower :b . :b skos:prefLabel "B"@de .')

    assert {one.uri: one.broader for one in read_.concepts} == {
        "https://example.org/a": "",
        "https://example.org/b": "https://example.org/a",
    }


def test_a_language_with_a_country_is_the_language():
    (concept,) = turtle(':a skos:prefLabel "A"@de-AT, "Plain" .').concepts

    assert concept.labels == {"de": "A", "": "Plain"}


def test_what_is_left_out_is_counted():
    read_ = turtle(
        ':a skos:prefLabel "A"@de ; skos:broader :b, :c . :b skos:prefLabel "B"@de .'
        ' :c skos:prefLabel "C"@de . [] skos:prefLabel "Nobody"@de . :d a skos:Concept .'
    )

    assert read_.left_out == {"broader": 1, "nameless": 1, "blank": 1}
    assert len(read_.concepts) == 3


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd"])
def test_an_address_that_is_none_is_left_out(address):
    read_ = turtle(f':a skos:prefLabel "A"@de . <{address}> skos:prefLabel "B"@de .')

    assert [one.uri for one in read_.concepts] == ["https://example.org/a"]


def test_ties_to_what_is_not_in_the_file_are_left():
    (concept,) = turtle(':a skos:prefLabel "A"@de ; skos:broader :elsewhere .').concepts

    assert concept.broader == ""


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/outside.dtd">',
    ],
)
def test_a_file_that_declares_something_is_refused(declaration):
    with pytest.raises(Unreadable) as refused:
        read(f"{declaration}{XML}".encode(), form="xml")

    assert refused.value.reason == "declaration"


def test_xml_is_read():
    assert [one.labels for one in read(XML.encode(), form="xml").concepts] == [{"de": "A"}]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"\x00\x01\x02", "turtle"),
        (b"<a> <b>", "turtle"),
        (b"@prefix : <" + b"[" * 50_000, "turtle"),
        (b"(" * 50_000, "turtle"),
        (b"<rdf", "xml"),
        (b"\xff\xfe\xff", "xml"),
        (b"", "xml"),
    ],
)
def test_bytes_that_are_no_vocabulary_are_refused(data, form):
    with pytest.raises(Unreadable) as refused:
        read(data, form=form)

    assert refused.value.reason == "syntax"


def test_a_file_over_the_limit_is_refused_unread():
    with pytest.raises(Unreadable) as refused:
        read(b" " * (reading.LARGEST + 1), form="turtle")

    assert refused.value.reason == "large"


def test_two_vocabularies_in_one_file_are_refused_by_name():
    with pytest.raises(Unreadable) as refused:
        turtle(':s a skos:ConceptScheme . :t a skos:ConceptScheme . :a skos:prefLabel "A"@de .')

    assert refused.value.place == "https://example.org/s, https://example.org/t"


def test_a_file_without_terms_is_refused():
    with pytest.raises(Unreadable) as refused:
        turtle(":s a skos:ConceptScheme .")

    assert refused.value.reason == "concepts"


@pytest.mark.parametrize("encoding", ["no-such", "utf-7", "idna"])
def test_xml_in_letters_that_nobody_knows_is_refused(encoding):
    with pytest.raises(Unreadable) as refused:
        read(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode(), form="xml")

    assert refused.value.reason == "syntax"
