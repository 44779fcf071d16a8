"""The vocabulary of the demo city: a few themes, called a demo wherever they are read."""

from datetime import datetime

from django.db import transaction

from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.core.tags.services import concepts, schemes

KEY = "demo-themes"
# German and English words of a theme, and what stands below it.
THEMES = {
    ("Mobilität", "Mobility"): [
        ("Radverkehr", "Cycling"),
        ("Fußverkehr", "Walking"),
        ("Öffentlicher Nahverkehr", "Public transport"),
    ],
    ("Umwelt", "Environment"): [
        ("Luft", "Air"),
        ("Wasser", "Water"),
        ("Wetter", "Weather"),
    ],
    ("Energie", "Energy"): [("Wärme", "Heat")],
    ("Digitale Verwaltung", "Digital administration"): [],
}


@transaction.atomic
def make_demo_vocabulary(*, at: datetime) -> None:
    """Begin the demo city's vocabulary, unless it is there."""
    if Scheme.objects.filter(key=KEY).exists():
        return
    facts = schemes.SchemeFacts(
        title_de="Themen (Demo)",
        title_en="Themes (demo)",
        description_de="Ein Beispiel für die Demo-Stadt, mit freien Schlagwörtern.",
        description_en="An example for the demo city, with free tags.",
        is_open=True,
    )
    scheme = schemes.make_scheme(key=KEY, facts=facts, by=None, at=at)
    for words, below in THEMES.items():
        theme = _add(scheme, words, None, at)
        for narrower in below:
            _add(scheme, narrower, theme, at)


def _add(scheme: Scheme, words: tuple[str, str], broader: Concept | None, at: datetime) -> Concept:
    facts = concepts.ConceptFacts(label_de=words[0], label_en=words[1])
    return concepts.add_concept(scheme=scheme, facts=facts, broader=broader, by=None, at=at)
