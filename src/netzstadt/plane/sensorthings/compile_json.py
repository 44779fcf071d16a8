"""JSON documents of entities as SQL text (OGC 18-088, section 8; 9.3.2.2 $select)."""

from netzstadt.plane.sensorthings.values import id_json, property_json
from netzstadt.standards.sensorthings.model import OBSERVATION, EntityType


class Document:
    """Puts a JSON object together as one SQL text expression.

    Literal pieces that meet become one. A member is there always, or only where its value is.
    """

    def __init__(self) -> None:
        self._pieces: list[tuple[bool, str]] = []  # (is literal, text)

    def literal(self, text: str) -> None:
        """Add a text as it is."""
        if self._pieces and self._pieces[-1][0]:
            self._pieces[-1] = (True, self._pieces[-1][1] + text)
        else:
            self._pieces.append((True, text))

    def sql(self, text: str) -> None:
        """Add an expression that gives a text, never null."""
        self._pieces.append((False, text))

    def member(self, name: str, value: str) -> None:
        """Add a member whose value, JSON text, is never null."""
        self.literal(f',"{name}":')
        self.sql(value)

    def optional(self, name: str, value: str) -> None:
        """Add a member that is left out where its value is null."""
        opening = quoted(f',"{name}":')
        self.sql(f"coalesce({opening} || {value}, '')")

    def link(self, name: str, base: str, rest: str = "") -> None:
        """Add an address: an expression that needs no escaping, and a fixed rest."""
        self.literal(f',"{name}":"')
        self.sql(base)
        self.literal(f'{rest}"')

    def text(self) -> str:
        """The whole expression."""
        if not self._pieces:
            return "'{}'"
        is_literal, first = self._pieces[0]
        if is_literal:  # begins with a comma that is not needed
            self._pieces[0] = (True, "{" + first[1:])
            self.literal("}")
            return self.joined()
        return f"'{{' || substr({self.joined()}, 2) || '}}'"

    def joined(self) -> str:
        """The members alone, each with a comma before it."""
        return " || ".join(quoted(text) if literal else text for literal, text in self._pieces)


def quoted(text: str) -> str:
    """A fixed text as a literal of SQL. Never for what a client sent."""
    return "'" + text.replace("'", "''") + "'"


def add_properties(
    document: Document, type_: EntityType, alias: str, chosen: set[str] | None, *, keyed: bool
) -> None:
    """Add what an entity has, as far as it is chosen (None: everything); ``keyed`` readers are
    shown who may see it."""
    if chosen is None or "@iot.selfLink" in chosen:
        document.link("@iot.selfLink", f"{alias}.self")
    if chosen is None or "id" in chosen:
        document.member("@iot.id", id_json(type_, alias))
    rare: list[tuple[str, str]] = []
    for one in type_.properties:
        if chosen is not None and one.name not in chosen:
            continue
        value = property_json(type_, one, alias)
        if one.name == "resultTime" and type_ is OBSERVATION:
            document.member(one.name, f"coalesce({value}, 'null')")  # null is said (8.2.7)
        elif one.required:
            document.member(one.name, value)
        else:
            rare.append((one.name, value))
    if type_ is OBSERVATION and chosen is None:
        document.sql(_rare(rare, alias))
    else:
        for name, value in rare:
            document.optional(name, value)
    if keyed and chosen is None and type_.name in {"Thing", "Datastream"}:
        document.link("visibility", f"lower({alias}.visibility)")


def _rare(members: list[tuple[str, str]], alias: str) -> str:
    """What most observations do not have is looked at only where there is any of it."""
    inner = Document()
    for name, value in members:
        inner.optional(name, value)
    columns = ("quality", "result_quality", "valid_time", "parameters")
    nothing = " and ".join(f"{alias}.{column} is null" for column in columns)
    return f"case when {nothing} then '' else {inner.joined()} end"
