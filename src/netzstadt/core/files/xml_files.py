"""XML and SVG files: well formed, without declarations of their own, drawings without scripts."""

import re
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from netzstadt.core.files.refusals import FileRefused
from netzstadt.core.files.store import pieces_of
from netzstadt.lib.expat_errors import NOT_XML

# Elements of a drawing that can act or bring in something that does.
_ACTING = {"script", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate"}
_ADDRESS = {"href", "src", "action", "formaction", "from", "to", "values"}
_SPACE = re.compile(r"[\s\x00-\x1f]+")
DEEPEST = 500


def check_xml(file: BinaryIO, *, is_drawing: bool, wrong: FileRefused) -> None:
    """Read the file to its end in pieces.

    Raises ``wrong`` if it is not XML, and FileRefused if it declares entities (they can name files
    of this machine, or grow without bound), or is a drawing that can act.
    """
    checker = _Checker(is_drawing)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = checker.declared
    parser.StartElementHandler = checker.begun
    parser.EndElementHandler = checker.ended
    parser.ProcessingInstructionHandler = checker.instructed
    try:
        for piece in pieces_of(file):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except NOT_XML as error:
        raise wrong from error
    if is_drawing and checker.root != "svg":
        raise wrong


class _Checker:
    """What is seen while the file is read."""

    def __init__(self, is_drawing: bool) -> None:
        self.is_drawing = is_drawing
        self.root = ""
        self._depth = 0

    def declared(self, name: str, system: str | None, public: str | None, has_own: int) -> None:
        """A document type: harmless only where it declares nothing itself."""
        if has_own:
            raise FileRefused(_("The file declares entities of its own; that is not taken in."))

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(" ")[2].lower()
        self.root = self.root or local
        self._depth += 1
        if self._depth > DEEPEST:
            raise FileRefused(_("The file is nested too deeply."))
        if self.is_drawing and (local in _ACTING or _acts(attributes)):
            raise FileRefused(_("This drawing holds scripts or loads something. Save it as PNG."))

    def ended(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1

    def instructed(self, target: str, data: str) -> None:
        """An instruction to whoever reads it, such as a style sheet from elsewhere."""
        if target.lower().startswith("xml-stylesheet"):
            raise FileRefused(_("The file loads a style sheet; remove that first."))


def _acts(attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        local = name.rpartition(" ")[2].lower()
        if local.startswith("on"):
            return True
        target = _SPACE.sub("", value).lower()
        if local in _ADDRESS and not target.startswith(("#", "data:image/png", "data:image/jpeg")):
            return True
        if "javascript:" in target or "@import" in target:
            return True
    return False
