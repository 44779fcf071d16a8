"""Pages fit the strict content security policy, and speak through gettext."""

import re
from collections.abc import Iterator

import pytest
from tests.architecture.source import files, relative

INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "inline style": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I),
    "event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript address": re.compile(r"href\s*=\s*[\"']\s*javascript:", re.I),
    "foreign host": re.compile(
        r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']https?://", re.I
    ),
}
# Text between tags that is no tag, variable or comment of a template.
NOT_TEXT = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%\s*blocktrans(?:late)?.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|<c-code.*?</c-code>|<pre.*?</pre>|<code.*?</code>"
    r"|{%.*?%}|{{.*?}}|<!--.*?-->|<svg.*?</svg>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&[#\w]+;",
    re.DOTALL,
)
# Proper names, units and signs that are the same in every language.
SAME_EVERYWHERE = {"Netzstadt", "CSV", "JSON", "SensorThings", "API", "Deutsch", "English", "XLSX"}


def templates() -> Iterator[tuple[str, str]]:
    """Name and text of every template."""
    for path in files():
        if path.suffix == ".html" and "src/netzstadt" in relative(path):
            yield relative(path), path.read_text("utf-8")


def untranslated(text: str) -> list[str]:
    """Words of a template that do not go through gettext."""
    words = re.findall(r"[A-Za-zÄÖÜäöüß]{3,}", NOT_TEXT.sub(" ", text))
    return [word for word in words if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("name", INLINE)
def test_no_template_needs_a_hole_in_the_content_security_policy(name):
    found = [path for path, text in templates() if INLINE[name].search(text)]

    assert found == []


def test_every_text_of_a_template_can_be_translated():
    found = {path: words for path, text in templates() if (words := untranslated(text))}

    assert found == {}, 'write {% translate "…" %}'


def test_an_untranslated_text_is_found():
    assert untranslated('<p class="a">{% translate "Yes" %} Stations {{ x }}</p>') == ["Stations"]
