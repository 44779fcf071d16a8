"""The German catalogue and the tool that keeps it."""

import ast

import pytest
from tools import translations


def texts(template: str) -> list[object]:
    source = translations._calls_of_template(template)
    return [found[2] for found in translations._in_source(translations.PO, source)]


def test_german_is_complete():
    assert translations.faults() == []


def test_no_text_hides_where_it_cannot_be_collected():
    hidden = [
        f"{path.relative_to(translations.ROOT)}:{call.lineno}"
        for path in translations.PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in translations.KEYWORDS
    ]

    assert hidden == [], "texts inside of f-strings are not found: name them before"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<p>{% translate "Yes" %} no</p>', ["Yes"]),
        ("<c-card title=\"{% translate 'In an attribute' %}\">x</c-card>", ["In an attribute"]),
        ('{% translate "It\'s" as x %}', ["It's"]),
        (
            "{% blocktranslate trimmed count n=n %}{{ n }} one\n  line{% plural %}{{ n }} many"
            "{% endblocktranslate %}",
            [("%(n)s one line", "%(n)s many")],
        ),
        ('{{ _("A variable") }}', ["A variable"]),
        ("{# {% translate 'A comment' %} #}", []),
        ("{% if a %}('not this'){% endif %}", []),
    ],
)
def test_texts_of_templates_are_found(template, expected):
    assert texts(template) == expected


def test_a_text_without_german_is_named_with_its_file(monkeypatch):
    found = ("src/netzstadt/x.py", 1, "Never translated", None)
    known = list(translations.collect())
    monkeypatch.setattr(translations, "collect", lambda: iter([*known, found]))

    assert translations.faults() == ["src/netzstadt/x.py: no German for 'Never translated'"]


def test_a_text_that_is_gone_and_a_lost_placeholder_are_named(monkeypatch):
    catalogue = translations.Catalog(locale="de")
    catalogue.add("Gone", string="Weg")
    catalogue.add("%(n)s left", string="%(m)s übrig")
    found = ("src/netzstadt/x.py", 1, "%(n)s left", None)
    monkeypatch.setattr(translations, "_read", lambda: catalogue)
    monkeypatch.setattr(translations, "collect", lambda: iter([found]))

    assert translations.faults() == [
        "src/netzstadt/x.py: placeholders of the German text differ: '%(n)s left'",
        "django.po: no longer used: 'Gone'",
    ]
