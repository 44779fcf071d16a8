"""A vocabulary as SKOS describes it, with public addresses."""

import uuid
from collections import defaultdict

from django.conf import settings
from django.urls import reverse

from netzstadt.core.tags.models import AltLabel, Concept, Scheme
from netzstadt.core.tags.queries import address_of
from netzstadt.standards.skos import vocabulary as skos


def vocabulary_of(scheme: Scheme) -> skos.Vocabulary:
    """The whole vocabulary; what has no address of its own gets that of its page here."""
    others: dict[uuid.UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in AltLabel.objects.filter(concept__scheme=scheme).order_by("language", "text"):
        others[row.concept_id][row.language].append(row.text)
    rows = list(scheme.concepts.select_related("scheme").order_by("pk"))
    addresses = {row.pk: row.uri or settings.CONFIG.public_url + address_of(row) for row in rows}
    page = reverse("tags:scheme", args=[scheme.key])
    return skos.Vocabulary(
        uri=scheme.uri or settings.CONFIG.public_url + page,
        titles=_texts(scheme.title_de, scheme.title_en),
        descriptions=_texts(scheme.description_de, scheme.description_en),
        concepts=tuple(_concept(row, addresses, others[row.pk]) for row in rows),
    )


def _concept(
    row: Concept, addresses: dict[uuid.UUID, str], others: dict[str, list[str]]
) -> skos.Concept:
    return skos.Concept(
        uri=addresses[row.pk],
        labels=_texts(row.label_de, row.label_en),
        alt_labels={language: tuple(texts) for language, texts in others.items()},
        definitions=_texts(row.definition_de, row.definition_en),
        notation=row.notation,
        broader=addresses[row.broader_id] if row.broader_id else "",
        is_deprecated=row.is_deprecated,
        replaced_by=addresses[row.replaced_by_id] if row.replaced_by_id else "",
    )


def _texts(german: str, english: str) -> dict[str, str]:
    return {code: text for code, text in (("de", german), ("en", english)) if text}
