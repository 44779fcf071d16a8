"""Documents tell the truth: links lead somewhere, documented commands exist, nothing is missing."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE, ROOT, files, relative, text_files

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|[`\s])netzstadt ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
TARGET = re.compile(r"^\s*(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)", re.MULTILINE)
CODE = re.compile(r"```(?:sh|text)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
# German words inside identifiers; each must be explained in the glossary.
GERMAN = re.compile(
    r"(?:z(?:ae|ä)hl|stelle|strasse|straße|verkehr|behoerde|behörde|amt|vorhaben|leistung"
    r"|zust(?:ae|ä)ndig|antrag|auslastung|messnetz|hitze)",
    re.IGNORECASE,
)


def documents() -> Iterator[tuple[str, str]]:
    """Name and text of every document."""
    for name, text in text_files():
        if name.endswith(".md") and name != "LICENSE":
            yield name, text


def code_in(text: str) -> str:
    """Everything in a document that is meant to be typed."""
    return "\n".join(block or inline for block, inline in CODE.findall(text))


def anchors(text: str) -> set[str]:
    """The names of a document's headings, as links write them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def test_every_link_leads_somewhere():
    dead = []
    for name, text in documents():
        for link in (first or second for first, second in LINK.findall(text)):
            if link.startswith(("http://", "https://", "mailto:")):
                continue
            path, _, anchor = link.partition("#")
            target = (ROOT / name).parent / path if path else ROOT / name
            if not target.exists():
                dead.append(f"{name}: {link}")
            elif anchor and anchor not in anchors(target.read_text("utf-8")):
                dead.append(f"{name}: {link} (no such heading)")

    assert dead == []


def test_every_documented_command_exists():
    import click

    from netzstadt.cli import group

    context = click.Context(group)
    unknown = set()
    for name, text in documents():
        for word, sub in COMMAND.findall(code_in(text)):
            command = group.get_command(context, word)
            if command is None:
                unknown.add(f"{name}: netzstadt {word}")
            elif isinstance(command, click.Group) and sub and sub not in command.commands:
                unknown.add(f"{name}: netzstadt {word} {sub}")

    assert unknown == set()


def test_every_documented_make_target_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        f"{name}: make {target}"
        for name, text in documents()
        for target in TARGET.findall(code_in(text))
        if target not in targets and target != "make"
    }

    assert {"run", "test", "check", "bench", "format", "docs", "soak"} <= targets
    assert named == set()


def test_generated_documents_are_up_to_date():
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_decision_fits_on_forty_lines_and_is_listed():
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    listed = (ROOT / "docs" / "adr" / "index.md").read_text()
    numbers = [path.name[:4] for path in decisions]

    assert numbers == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text()
        assert text.count("\n") <= 40, path.name
        assert path.name in listed
        for heading in ("## Context", "## Decision", "## Consequences", "## Alternatives"):
            assert heading in text, f"{path.name} has no {heading}"


def test_every_room_has_a_purpose_or_is_part_of_the_frame():
    from netzstadt.core.rooms import rooms

    without = [room.name for room in rooms() if not room.purpose]

    assert without == [], "say in apps.py what the room is for"


def test_german_identifiers_are_in_the_glossary():
    import ast

    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8").lower()
    unexplained = set()
    for path in files():
        if path.suffix != ".py" or not path.is_relative_to(PACKAGE):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "name", None) or getattr(node, "id", None)
            if isinstance(name, str) and GERMAN.search(name) and name.lower() not in glossary:
                unexplained.add(f"{relative(path)}: {name}")

    assert unexplained == set()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "UPGRADE.md"])
def test_the_first_documents_are_there(name):
    assert (ROOT / name).stat().st_size > 400


def test_contributing_fits_on_one_page():
    assert (ROOT / "CONTRIBUTING.md").read_text().count("\n") < 60


def test_publiccode_names_what_it_must():
    text = (ROOT / "publiccode.yml").read_text("utf-8")

    for key in ("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "legal"):
        assert re.search(rf"^{key}:", text, re.MULTILINE), key
    assert "license: EUPL-1.2" in text
    assert Path(ROOT / "LICENSE").read_text("utf-8").count("\n## ") == 16  # 15 articles, annex
