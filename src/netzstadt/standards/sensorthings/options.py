"""Query options (OGC 18-088, 9.3): from the query string to typed options, and back to text."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote_to_bytes

from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.expressions import Expression, Parser
from netzstadt.standards.sensorthings.failure import SyntaxFailure
from netzstadt.standards.sensorthings.model import EntityType, Navigation

MAXIMUM_TERMS = 10
MAXIMUM_NAMES = 40
MAXIMUM_EXPANDS = 24
MAXIMUM_EXPAND_DEPTH = 6
MAXIMUM_NUMBER = 10**12

# Options of OData and of later parts of this standard that the service does not have: 501 (9.3.1).
_ABSENT = frozenset(
    {"$resultFormat", "$format", "$search", "$apply", "$compute", "$id", "$index", "$levels",
     "$schemaversion", "$deltatoken", "$inlinecount", "$resultMetadata"}
)  # fmt: skip
_KNOWN = frozenset(
    {"$top", "$skip", "$count", "$orderby", "$select", "$expand", "$filter", "$skiptoken"}
)
# What makes sense for one entity and inside $expand of one (9.3.2).
_OF_ENTITY = frozenset({"$select", "$expand"})
_OF_REFERENCES = _KNOWN - {"$select", "$expand"}


@dataclass(frozen=True, slots=True)
class Order:
    """One term of $orderby (9.3.3.1)."""

    expression: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class Expand:
    """A navigation whose entities come inline (9.3.2.1), with options of their own."""

    navigation: Navigation
    options: "Options"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one entity or collection.

    ``select`` is None for everything, else names of properties (``id`` for @iot.id) and of
    navigations. The texts of filter and order are kept to write next links.
    """

    top: int | None = None
    skip: int = 0
    count: bool = False
    order: tuple[Order, ...] = ()
    select: tuple[str, ...] | None = None
    expand: tuple[Expand, ...] = ()
    filter: Expression | None = None
    token: str | None = None
    order_text: str = field(default="", compare=False)
    filter_text: str = field(default="", compare=False)


def split_query(raw: bytes) -> list[tuple[str, str]]:
    """Names and values of a raw query string, decoded; a plus sign is a blank.

    Raises SyntaxFailure where it is not UTF-8 or has a zero byte.
    """
    pairs = []
    for part in raw.split(b"&"):
        if not part:
            continue
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        try:
            pair = unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()
        except UnicodeDecodeError as error:
            raise SyntaxFailure("The query is not UTF-8.", place="query") from error
        if "\x00" in pair[0] + pair[1]:
            raise SyntaxFailure("The query has a zero byte.", place="query")
        pairs.append(pair)
    return pairs


def parse_options(
    raw: bytes, type_: EntityType, *, collection: bool, reference: bool = False
) -> Options:
    """Parse a raw query string for a collection or a single entity of ``type_``.

    Names that do not begin with ``$`` are the client's own and ignored, unless one is an option
    whose ``$`` was forgotten. Raises SyntaxFailure; its status is 501 for an option of OData that
    the service does not have.
    """
    allowed = _OF_REFERENCES if reference else _KNOWN
    if not collection:
        allowed = allowed & _OF_ENTITY
    given: dict[str, str] = {}
    for name, value in split_query(raw):
        _check_name(name, allowed)
        if not name.startswith("$"):
            continue
        if name in given:
            raise SyntaxFailure(f"{name} is given twice.", place=name)
        given[name] = value
    options = Options()
    reader = _Reader(type_, _Budget(), depth=0)
    for name, value in given.items():
        parser = Parser(value, name)
        parser.skip_space()
        options = reader.option(options, name, parser)
        parser.skip_space()
        if parser.position < len(value):
            raise parser.fail("The option should end here.")
    return options


def no_options(raw: bytes) -> None:
    """Raises SyntaxFailure for any query option: on a property nothing can be chosen (9.3.2)."""
    for name, _ in split_query(raw):
        _check_name(name, frozenset())


def _check_name(name: str, allowed: frozenset[str]) -> None:
    if name in allowed:
        return
    if name in _ABSENT:
        raise SyntaxFailure(f"The service has no {name}.", place=name, status=501)
    if name in _KNOWN:
        raise SyntaxFailure(f"{name} has no meaning for this resource.", place=name)
    if name.startswith("$"):
        raise SyntaxFailure(f"There is no query option {name[:40]}.", place=name[:40])
    if f"${name}" in _KNOWN:
        raise SyntaxFailure(f"Query options begin with a dollar sign: ${name}.", place=name)


class _Budget:
    """How many $expand a whole request may still have."""

    def __init__(self) -> None:
        self.expands = MAXIMUM_EXPANDS


class _Reader:
    """Reads options of one entity type; nested ones are read by a reader of their own."""

    def __init__(self, type_: EntityType, budget: _Budget, depth: int) -> None:
        self.type = type_
        self.budget = budget
        self.depth = depth

    def option(self, options: Options, name: str, parser: Parser) -> Options:
        """Read the value of one option at the parser's position and add it to the others."""
        start = parser.position
        match name:
            case "$top":
                return replace(options, top=_number(parser))
            case "$skip":
                return replace(options, skip=_number(parser))
            case "$count":
                return replace(options, count=_truth(parser))
            case "$skiptoken":
                return replace(options, token=_word(parser))
            case "$select":
                return replace(options, select=self._select(parser))
            case "$filter":
                condition = parser.whole()
                text = parser.text[start : parser.position]
                return replace(options, filter=condition, filter_text=text)
            case "$orderby":
                order = self._order(parser)
                text = parser.text[start : parser.position].rstrip()
                return replace(options, order=order, order_text=text)
            case _:
                return replace(options, expand=self._expand(parser))

    def _select(self, parser: Parser) -> tuple[str, ...] | None:
        names: list[str] = []
        everything = False
        while True:
            start = parser.position
            name = _word(parser)
            if name == "*":
                everything = True
            elif name in {"id", "@iot.id"}:
                names.append("id")
            elif name == "@iot.selfLink" or self.type.property(name) or self.type.navigation(name):
                names.append(name)
            else:
                raise parser.fail(f"{self.type.name} has no {name[:40]!r}.", start)
            if len(names) > MAXIMUM_NAMES:
                raise parser.fail(f"$select has more than {MAXIMUM_NAMES} names.")
            parser.skip_space()
            if not parser.take(","):
                return None if everything else tuple(dict.fromkeys(names))

    def _order(self, parser: Parser) -> tuple[Order, ...]:
        terms: list[Order] = []
        while True:
            expression = parser.whole()
            parser.skip_space()
            descending = parser.take("desc")
            if not descending:
                parser.take("asc")
            terms.append(Order(expression, descending))
            if len(terms) > MAXIMUM_TERMS:
                raise parser.fail(f"$orderby has more than {MAXIMUM_TERMS} terms.")
            parser.skip_space()
            if not parser.take(","):
                return tuple(terms)

    def _expand(self, parser: Parser) -> tuple[Expand, ...]:
        found: dict[str, Expand] = {}
        while True:
            start = parser.position
            one = self._expand_item(parser)
            name = one.navigation.name
            found[name] = _merge(found[name], one, parser, start) if name in found else one
            parser.skip_space()
            if not parser.take(","):
                return tuple(found.values())

    def _expand_item(self, parser: Parser) -> Expand:
        """``Name``, ``Name(options)`` or ``Name/Name…``, which is ``Name($expand=Name…)``."""
        start = parser.position
        self.budget.expands -= 1
        if self.budget.expands < 0:
            raise parser.fail(f"$expand names more than {MAXIMUM_EXPANDS} navigations.")
        if self.depth >= MAXIMUM_EXPAND_DEPTH:
            raise parser.fail(f"$expand is nested deeper than {MAXIMUM_EXPAND_DEPTH} levels.")
        name = _word(parser)
        navigation = self.type.navigation(name)
        if navigation is None:
            raise parser.fail(f"{self.type.name} has no navigation {name[:40]!r}.", start)
        inner = _Reader(model.BY_NAME[navigation.target], self.budget, self.depth + 1)
        if parser.take("/"):
            return Expand(navigation, Options(expand=(inner._expand_item(parser),)))
        options = Options()
        if parser.take("("):
            options = inner._nested(parser, _KNOWN if navigation.many else _OF_ENTITY)
        return Expand(navigation, options)

    def _nested(self, parser: Parser, allowed: frozenset[str]) -> Options:
        """The options in brackets behind a navigation, separated by semicolons."""
        options = Options()
        seen: set[str] = set()
        allowed = allowed - {"$skiptoken"}
        while True:
            parser.skip_space()
            start = parser.position
            name = _word(parser)
            try:
                _check_name(name, allowed)
            except SyntaxFailure as failure:
                raise SyntaxFailure(
                    failure.message, place="$expand", column=start + 1, status=failure.status
                ) from failure
            if name not in allowed or name in seen:
                raise parser.fail(f"{name[:40]!r} is no option here, or a second time.", start)
            seen.add(name)
            parser.skip_space()
            if not parser.take("="):
                raise parser.fail("An equals sign is missing.")
            options = self.option(options, name, parser)
            parser.skip_space()
            if parser.take(")"):
                return options
            if not parser.take(";"):
                raise parser.fail("A semicolon or a closing bracket is missing.")


def _merge(first: Expand, second: Expand, parser: Parser, start: int) -> Expand:
    """Two items of one navigation: their expands are united, other options may come once."""
    bare = [replace(one.options, expand=()) == Options() for one in (first, second)]
    if not any(bare):
        raise parser.fail(f"{second.navigation.name} is expanded twice with options.", start)
    kept, added = (second, first) if bare[0] else (first, second)
    united = {one.navigation.name: one for one in kept.options.expand}
    for one in added.options.expand:
        name = one.navigation.name
        united[name] = _merge(united[name], one, parser, start) if name in united else one
    return Expand(kept.navigation, replace(kept.options, expand=tuple(united.values())))


def _word(parser: Parser) -> str:
    """Everything up to a separator; at least one character."""
    end = parser.position
    while end < len(parser.text) and parser.text[end] not in " \t,;()=/'":
        end += 1
    word = parser.text[parser.position : end]
    if not word:
        raise parser.fail("A name is missing here.")
    parser.position = end
    return word


def _number(parser: Parser) -> int:
    start = parser.position
    word = _word(parser)
    if not word.isascii() or not word.isdigit() or len(word) > 12 or int(word) > MAXIMUM_NUMBER:
        raise parser.fail("This must be a whole number from 0 on.", start)
    return int(word)


def _truth(parser: Parser) -> bool:
    start = parser.position
    word = _word(parser)
    if word not in {"true", "false"}:
        raise parser.fail("This must be true or false.", start)
    return word == "true"


def option_texts(options: Options) -> list[tuple[str, str]]:
    """The options as names and texts, without position ($skip, $skiptoken)."""
    pairs: list[tuple[str, str]] = []
    if options.top is not None:
        pairs.append(("$top", str(options.top)))
    if options.count:
        pairs.append(("$count", "true"))
    if options.order:
        pairs.append(("$orderby", options.order_text))
    if options.select is not None:
        pairs.append(("$select", ",".join(options.select)))
    if options.expand:
        pairs.append(("$expand", ",".join(_expand_text(one) for one in options.expand)))
    if options.filter is not None:
        pairs.append(("$filter", options.filter_text))
    return pairs


def _expand_text(expand: Expand) -> str:
    pairs = option_texts(expand.options)
    if expand.options.skip:
        pairs.append(("$skip", str(expand.options.skip)))
    inner = ";".join(f"{name}={text}" for name, text in pairs)
    return f"{expand.navigation.name}({inner})" if inner else expand.navigation.name


def query_text(options: Options) -> str:
    """The options as a query string, without position; the way back of parse_options()."""
    return "&".join(f"{name}={quote(text, safe=_SAFE)}" for name, text in option_texts(options))


# Characters that need no encoding in a query (RFC 3986, 3.4) and are none of its separators.
_SAFE = "/:@!$'()*,;=?-._~"
