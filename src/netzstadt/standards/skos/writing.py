"""Writes a vocabulary as Turtle, JSON-LD or RDF/XML."""

from rdflib import DCTERMS, OWL, RDF, SKOS, XSD, Graph, Literal, URIRef

from netzstadt.standards.skos.vocabulary import Concept, Vocabulary

# The ending of the file: the parser's name for it, and the media type.
FORMS = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("pretty-xml", "application/rdf+xml; charset=utf-8"),
}

_PREFIXES = (("rdf", RDF), ("skos", SKOS), ("dcterms", DCTERMS), ("owl", OWL), ("xsd", XSD))


def write(vocabulary: Vocabulary, *, ending: str) -> bytes:
    """The vocabulary in the form of this ending; the same vocabulary gives the same graph."""
    graph = Graph(bind_namespaces="core")
    for prefix, namespace in _PREFIXES:
        graph.bind(prefix, namespace)
    scheme = URIRef(vocabulary.uri)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    for language, text in vocabulary.titles.items():
        graph.add((scheme, DCTERMS.title, Literal(text, lang=language)))
    for language, text in vocabulary.descriptions.items():
        graph.add((scheme, DCTERMS.description, Literal(text, lang=language)))
    for concept in vocabulary.concepts:
        _add(graph, scheme, concept)
    return graph.serialize(format=FORMS[ending][0], encoding="utf-8")


def _add(graph: Graph, scheme: URIRef, concept: Concept) -> None:
    subject = URIRef(concept.uri)
    graph.add((subject, RDF.type, SKOS.Concept))
    graph.add((subject, SKOS.inScheme, scheme))
    for language, text in concept.labels.items():
        graph.add((subject, SKOS.prefLabel, Literal(text, lang=language)))
    for language, texts in concept.alt_labels.items():
        for text in texts:
            graph.add((subject, SKOS.altLabel, Literal(text, lang=language)))
    for language, text in concept.definitions.items():
        graph.add((subject, SKOS.definition, Literal(text, lang=language)))
    if concept.notation:
        graph.add((subject, SKOS.notation, Literal(concept.notation)))
    if concept.broader:
        broader = URIRef(concept.broader)
        graph.add((subject, SKOS.broader, broader))
        graph.add((broader, SKOS.narrower, subject))
    else:
        graph.add((subject, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, subject))
    if concept.is_deprecated:
        graph.add((subject, OWL.deprecated, Literal(True)))
    if concept.replaced_by:
        graph.add((subject, DCTERMS.isReplacedBy, URIRef(concept.replaced_by)))
