"""Resource paths (OGC 18-088, section 9.2): from the text after the version to typed steps.

Understood are entity sets, single entities, navigation to any length that MAXIMUM_STEPS allows,
properties and members of JSON properties, ``$value`` and ``$ref``, and the action
``CreateObservations`` (section 13.2).
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.failure import SyntaxFailure, UnknownResource
from netzstadt.standards.sensorthings.model import EntityType, Kind, Navigation, Property

MAXIMUM_STEPS = 12
MAXIMUM_LENGTH = 8_192
MAXIMUM_ID = 512

# An @iot.id as its maker gave it (8.1): a string or a whole number.
Id = str | int

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Step:
    """One entity or entity set on the way: reached by ``navigation`` (None: from the root).

    ``id`` is None for a whole set and where the navigation leads to exactly one entity.
    """

    type: EntityType
    navigation: Navigation | None = None
    id: Id | None = None

    @property
    def is_set(self) -> bool:
        """Whether the step names a collection and not one entity."""
        return self.id is None and (self.navigation is None or self.navigation.many)


@dataclass(frozen=True, slots=True)
class ResourcePath:
    """A parsed resource path.

    No steps: the root document. ``attribute`` and ``members`` address a value inside the entity of
    the last step; ``value`` is ``$value``, ``reference`` is ``$ref``; ``action`` is
    CreateObservations.
    """

    steps: tuple[Step, ...] = ()
    attribute: Property | None = None
    members: tuple[str, ...] = ()
    value: bool = False
    reference: bool = False
    action: str = ""

    @property
    def is_root(self) -> bool:
        """Whether it is the root document."""
        return not self.steps and not self.action

    @property
    def is_collection(self) -> bool:
        """Whether it addresses a collection of entities (or of references to them)."""
        return bool(self.steps) and self.steps[-1].is_set

    @property
    def is_entity(self) -> bool:
        """Whether it addresses one entity itself: not a property of it, not a reference."""
        return (
            bool(self.steps)
            and not self.steps[-1].is_set
            and self.attribute is None
            and not self.reference
        )

    @property
    def type(self) -> EntityType:
        """The entity type of the last step. Only for a path that has steps."""
        return self.steps[-1].type


def parse_path(raw: bytes) -> ResourcePath:
    """Parse a raw, percent-encoded path below the version, e.g. ``Things(1)/Datastreams``.

    An id is a quoted string (a quote is doubled), a whole number, or an unquoted UUID, which is
    the same as the string. Slashes inside a quoted id belong to the id.

    Raises SyntaxFailure for what is no path at all, UnknownResource for one that names nothing.
    """
    if len(raw) > MAXIMUM_LENGTH:
        raise SyntaxFailure(f"The path is longer than {MAXIMUM_LENGTH} bytes.", place="path")
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise SyntaxFailure("The path is not UTF-8.", place="path") from error
    if "\x00" in text:
        raise SyntaxFailure("The path has a zero byte.", place="path")
    return _Parser(text).parse()


def entity_path(type_: EntityType, identifier: Id) -> ResourcePath:
    """The path of one entity in its entity set."""
    return ResourcePath((Step(type_, None, identifier),))


def id_in_url(identifier: Id) -> str:
    """An @iot.id as it stands between the brackets of a URL: a number as it is, a string quoted
    and encoded."""
    if isinstance(identifier, int):
        return str(identifier)
    doubled = identifier.replace("'", "''")
    return f"'{quote(doubled, safe='')}'"


def parse_id(text: str) -> Id:
    """Parse what stands in the brackets: ``'abc'``, ``5``, or an unquoted UUID.

    Raises SyntaxFailure if it is neither.
    """
    parser = _Parser(f"({text})")
    identifier = parser.identifier()
    if identifier is None or parser.position != len(parser.text):
        raise SyntaxFailure(f"{text!r} is no id.", place="path")
    return identifier


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text.removesuffix("/")
        self.position = 0

    def parse(self) -> ResourcePath:
        if not self.text:
            return ResourcePath()
        steps = [self._first()]
        if steps[0] is None:
            return ResourcePath(action="CreateObservations")
        found: list[Step] = [steps[0]]
        while self.position < len(self.text):
            self._slash()
            if self.text.startswith("$", self.position) or not self._navigates(found):
                return self._tail(tuple(found))
            if len(found) > MAXIMUM_STEPS:
                raise SyntaxFailure(f"The path has more than {MAXIMUM_STEPS} steps.", place="path")
        return ResourcePath(tuple(found))

    def _fail(self, message: str) -> SyntaxFailure:
        return SyntaxFailure(message, place="path", column=self.position + 1)

    def _slash(self) -> None:
        if not self.text.startswith("/", self.position):
            raise self._fail("A slash is missing.")
        self.position += 1

    def _name(self) -> str:
        match = _NAME.match(self.text, self.position)
        if not match:
            raise self._fail("A name is missing.")
        self.position = match.end()
        return match[0]

    def _first(self) -> Step | None:
        name = self._name()
        if name == "CreateObservations" and self.position == len(self.text):
            return None
        if name not in model.BY_SET:
            raise UnknownResource(f"There is no entity set {name}.", place="path")
        return Step(model.BY_SET[name], None, self.identifier())

    def _navigates(self, found: list[Step]) -> bool:
        """Take one navigation step; False, and nothing taken, if a property stands here."""
        start = self.position
        last = found[-1]
        name = self._name()
        navigation = last.type.navigation(name)
        if last.is_set:
            raise UnknownResource(
                f"Behind a collection stands an id, as in {last.type.set_name}(1)/{name}.",
                place="path",
            )
        if navigation is None:
            self.position = start
            return False
        identifier = self.identifier()
        if identifier is not None and not navigation.many:
            raise UnknownResource(f"{name} is one entity and takes no id.", place="path")
        found.append(Step(model.BY_NAME[navigation.target], navigation, identifier))
        return True

    def identifier(self) -> Id | None:
        """Take ``(id)`` if it stands here. Raises SyntaxFailure where the brackets hold no id."""
        text = self.text
        if not text.startswith("(", self.position):
            return None
        self.position += 1
        identifier: Id
        if text.startswith("'", self.position):
            identifier = self._quoted()
        elif match := _UUID.match(text, self.position):
            self.position = match.end()
            identifier = match[0].lower()
        elif match := _WHOLE.match(text, self.position):
            self.position = match.end()
            identifier = int(match[0])
        else:
            raise self._fail("An id is a quoted string or a whole number.")
        if not text.startswith(")", self.position):
            raise self._fail("The bracket behind the id is not closed.")
        self.position += 1
        return identifier

    def _quoted(self) -> str:
        end = self.position + 1
        while True:
            end = self.text.find("'", end)
            if end < 0:
                raise self._fail("The quoted id has no end.")
            if not self.text.startswith("''", end):
                break
            end += 2
        identifier = self.text[self.position + 1 : end].replace("''", "'")
        if not 0 < len(identifier) <= MAXIMUM_ID:
            raise self._fail(f"An id has 1 to {MAXIMUM_ID} characters.")
        self.position = end + 1
        return identifier

    def _tail(self, steps: tuple[Step, ...]) -> ResourcePath:
        """The end of the path: a property with members, ``$value``, ``$ref``."""
        parts = self.text[self.position :].split("/")
        if parts == ["$ref"]:
            return ResourcePath(steps, reference=True)
        type_ = steps[-1].type
        name = "@iot.id" if parts[0] == "id" else parts[0]
        property_ = type_.property(name)
        if steps[-1].is_set or property_ is None:
            raise UnknownResource(f"{type_.name} has no {parts[0]!r}.", place="path")
        value = parts[-1] == "$value"
        members = tuple(parts[1:-1] if value else parts[1:])
        if members and property_.kind not in (Kind.JSON, Kind.GEOMETRY, Kind.ANY):
            raise UnknownResource(f"{property_.name} has no members.", place="path")
        if len(members) > MAXIMUM_STEPS or any(
            not member or member.startswith("$") for member in members
        ):
            raise UnknownResource("There is no such member.", place="path")
        return ResourcePath(steps, property_, members, value=value)
