"""Reads a vocabulary from Turtle or RDF/XML: bounded, without entities, without network."""

import re
from collections import Counter
from collections.abc import Iterable
from xml.parsers import expat
from xml.sax import SAXException

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from netzstadt.lib.expat_errors import NOT_XML
from netzstadt.standards.skos.vocabulary import Concept, Vocabulary

LARGEST = 5 * 2**20
MOST_CONCEPTS = 20_000
MOST_STATEMENTS = 400_000
# Whatever the parsers raise for bytes that are not what they seem.
_BROKEN = (
    *(BadSyntax, ParserError, SAXException, ValueError, KeyError, IndexError, TypeError),
    *(AttributeError, AssertionError, RecursionError),
)
# What RDF does not allow in an address, and what begins one that names something in public.
_ADDRESS = re.compile(r"^(?:https?://|urn:)[^\s<>\"{}|\\^`]+$")


class Unreadable(Exception):
    """The bytes are no vocabulary; ``reason`` is a word for it, ``place`` says where."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{reason}: {place}")
        self.reason = reason
        self.place = place


def read(data: bytes, *, form: str) -> Vocabulary:
    """The one vocabulary in ``data``; ``form`` is "turtle" or "xml".

    Raises Unreadable with one of the reasons "large", "declaration", "syntax", "schemes",
    "concepts".
    """
    if len(data) > LARGEST:
        raise Unreadable("large", f"{LARGEST // 2**20} MiB")
    if form == "xml":
        _refuse_declarations(data)
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=data, format=form)
    except _BROKEN as error:
        raise Unreadable("syntax", " ".join(str(error).split())[:200]) from error
    if len(graph) > MOST_STATEMENTS:
        raise Unreadable("large", f"{MOST_STATEMENTS} statements")
    return _vocabulary(graph)


def _refuse_declarations(data: bytes) -> None:
    """A document type can name files of this machine, or grow without bound: none is taken."""

    def declared(*_: object) -> None:
        raise Unreadable("declaration")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(data, True)
    except NOT_XML as error:
        raise Unreadable("syntax", str(error)) from error


def _vocabulary(graph: Graph) -> Vocabulary:
    schemes = sorted(set(graph.subjects(RDF.type, SKOS.ConceptScheme)), key=str)
    if len(schemes) > 1:
        raise Unreadable("schemes", ", ".join(str(one) for one in schemes[:5]))
    subjects = set(graph.subjects(RDF.type, SKOS.Concept)) | set(
        graph.subjects(SKOS.prefLabel, None)
    )
    subjects -= set(schemes)
    if not subjects or len(subjects) > MOST_CONCEPTS:
        raise Unreadable("concepts", str(len(subjects)))
    left_out: Counter[str] = Counter()
    found = (_concept(graph, one, left_out) for one in sorted(subjects, key=str))
    concepts = tuple(one for one in found if one is not None)
    known = {one.uri for one in concepts}
    scheme = schemes[0] if schemes else None
    return Vocabulary(
        uri=str(scheme) if isinstance(scheme, URIRef) and _ADDRESS.match(scheme) else "",
        titles=_texts(graph, scheme, (DCTERMS.title, RDFS.label, SKOS.prefLabel)),
        descriptions=_texts(graph, scheme, (DCTERMS.description, SKOS.definition, RDFS.comment)),
        concepts=tuple(_within(one, known) for one in concepts),
        left_out=dict(left_out),
    )


def _concept(graph: Graph, subject: Node, left_out: Counter[str]) -> Concept | None:
    if not isinstance(subject, URIRef) or not _ADDRESS.match(subject) or len(subject) > 500:
        left_out["blank"] += 1
        return None
    labels = _texts(graph, subject, (SKOS.prefLabel,))
    if not labels:
        left_out["nameless"] += 1
        return None
    broader = sorted(
        {str(one) for one in graph.objects(subject, SKOS.broader) if one != subject}
        | {str(one) for one in graph.subjects(SKOS.narrower, subject) if one != subject}
    )
    left_out["broader"] += max(0, len(broader) - 1)
    is_deprecated = any(
        str(one).lower() in {"true", "1"} for one in graph.objects(subject, OWL.deprecated)
    )
    replaced = sorted(str(one) for one in graph.objects(subject, DCTERMS.isReplacedBy))
    return Concept(
        uri=str(subject),
        labels=labels,
        alt_labels=_all_texts(graph, subject),
        definitions=_texts(graph, subject, (SKOS.definition, SKOS.scopeNote)),
        notation=_clean(next((str(one) for one in graph.objects(subject, SKOS.notation)), "")),
        broader=broader[0] if broader else "",
        is_deprecated=is_deprecated,
        replaced_by=replaced[0] if is_deprecated and replaced else "",
    )


def _within(concept: Concept, known: set[str]) -> Concept:
    """The concept without ties to what is not in the file."""
    return Concept(
        uri=concept.uri,
        labels=concept.labels,
        alt_labels=concept.alt_labels,
        definitions=concept.definitions,
        notation=concept.notation,
        broader=concept.broader if concept.broader in known else "",
        is_deprecated=concept.is_deprecated,
        replaced_by=concept.replaced_by if concept.replaced_by in known else "",
    )


def _texts(graph: Graph, subject: Node | None, properties: Iterable[URIRef]) -> dict[str, str]:
    """One text a language: of the first property that has one, the first in the alphabet."""
    found: dict[str, str] = {}
    if subject is None:
        return found
    for property_ in properties:
        for language, text in sorted(_literals(graph, subject, property_)):
            found.setdefault(language, text)
    return found


def _all_texts(graph: Graph, subject: Node) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for property_ in (SKOS.altLabel, SKOS.hiddenLabel):
        for language, text in sorted(_literals(graph, subject, property_)):
            if text not in found.setdefault(language, []):
                found[language].append(text)
    return {language: tuple(texts) for language, texts in found.items()}


def _literals(graph: Graph, subject: Node, property_: URIRef) -> list[tuple[str, str]]:
    """Language ("de" of "de-DE", empty where none is named) and text."""
    return [
        ((one.language or "").partition("-")[0].lower(), text)
        for one in graph.objects(subject, property_)
        if isinstance(one, Literal) and (text := _clean(str(one)))
    ]


def _clean(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
