"""Keeps the German catalogue: collects the texts, updates the .po file, compiles the .mo file.

    python tools/translations.py            collect, update, compile
    python tools/translations.py --check    fail if a text is missing, fuzzy or no longer used
    python tools/translations.py compile    only compile (set-up)

Babel does what GNU gettext's programs would, so that nothing has to be installed on the system.
Texts of templates are found by Django's own reading of them.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "netzstadt"
PO = PACKAGE / "locale" / "de" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Of a template only the calls are kept that Django's reading left, each on its line.
_CALL = re.compile(r"(?:(?<![A-Za-z])_|n?p?gettext)\(")

Found = tuple[str, int, str | tuple[str, ...], str | None]


def collect() -> Iterator[Found]:
    """Every text of the package: file, line, text (or singular and plural), context."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        yield from _in_source(path, path.read_bytes())
    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        if path.is_file() and path.suffix in {".html", ".txt", ".svg"}:
            yield from _in_source(path, _calls_of_template(path.read_text("utf-8")))


def _in_source(path: Path, source: bytes) -> Iterator[Found]:
    name = path.relative_to(ROOT).as_posix()
    try:
        for line, text, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
            yield name, line, text, context
    except (SyntaxError, ValueError) as error:
        sys.exit(f"translations: {name} cannot be read: {error}")


def _calls_of_template(template: str) -> bytes:
    """The gettext calls in a template as Python source, every call on its line."""
    from django.utils.translation.template import templatize

    # Attributes of components hold tags inside quotes; to Django they are tags like any other.
    read = templatize(template)
    lines: list[str] = []
    position = 0
    for call in _CALL.finditer(read):
        if call.start() < position:
            continue
        end = _end_of_call(read, call.end())
        line = read.count("\n", 0, call.start())
        lines.extend([""] * (line - len(lines)))
        text = read[call.start() : end].replace("\n", " ")
        lines.append(re.sub(r"\bu(?=['\"])", "", text))
        position = end
    return "\n".join(lines).encode()


def _end_of_call(text: str, position: int) -> int:
    """The place behind the bracket that closes the call whose arguments begin at ``position``."""
    quote = ""
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == ")":
            return position + 1
        position += 1
    raise ValueError("a text is not closed")


def _catalogue(found: Iterable[Found]) -> Catalog:
    """The texts as a catalogue without translations; same texts are joined."""
    catalogue = Catalog(locale="de", domain="django", project="Netzstadt", charset="utf-8")
    for name, _line, text, context in found:
        catalogue.add(text, locations=[(name, 0)], context=context)
    return catalogue


def _read() -> Catalog:
    if not PO.exists():
        return Catalog(locale="de", domain="django")
    with PO.open("rb") as file:
        return read_po(file, locale="de", domain="django")


def update() -> Catalog:
    """Bring the German catalogue up to date and return it; nothing is guessed (no fuzzy)."""
    old, new = _read(), _catalogue(collect())
    for message in new:
        known = old.get(message.id, context=message.context) if message.id else None
        if known is not None and known.string and not known.fuzzy:
            message.string = known.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(
        out,
        new,
        width=100,
        no_location=False,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
    )
    header = (
        "# German texts of Netzstadt. Kept by tools/translations.py.\n"
        'msgid ""\nmsgstr ""\n"Language: de\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    text = header.encode() + out.getvalue()
    if not PO.exists() or PO.read_bytes() != text:
        PO.write_bytes(text)
    return _read()


def compile_catalogue(catalogue: Catalog) -> None:
    """Write the .mo file that Django reads."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def _placeholders(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    parts = [text] if isinstance(text, str) else list(text or ())
    return {match.group(0) for part in parts for match in _PLACEHOLDER.finditer(part)}


def faults() -> list[str]:
    """What is wrong with the German catalogue, as lines for people."""
    catalogue, wanted = _read(), _catalogue(collect())
    lines: list[str] = []
    for message in wanted:
        if not message.id:
            continue
        known = catalogue.get(message.id, context=message.context)
        where = message.locations[0][0] if message.locations else "?"
        if known is None or not _is_translated(known):
            lines.append(f"{where}: no German for {message.id!r}")
        elif not _placeholders(known.string) <= _placeholders(message.id):
            lines.append(f"{where}: placeholders of the German text differ: {message.id!r}")
    for message in catalogue:
        if message.id and wanted.get(message.id, context=message.context) is None:
            lines.append(f"{PO.name}: no longer used: {message.id!r}")
    return lines


def main() -> int:
    """Do what the arguments say; 1 if the check finds something."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("action", nargs="?", choices=("update", "compile"), default="update")
    arguments = parser.parse_args()
    if arguments.check:
        found = faults()
        print("\n".join(found) if found else "German is complete.")
        return 1 if found else 0
    compile_catalogue(_read() if arguments.action == "compile" else update())
    missing = [fault for fault in faults() if "no German" in fault]
    if missing:
        print(f"{len(missing)} texts have no German yet; they stand empty in {PO.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
