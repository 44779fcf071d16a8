"""Expressions of $filter and $orderby (OGC 18-088, 9.3.3.5): the tree and its parser.

The parser knows grammar, not meaning: whether a name exists and fits its place is judged where the
tree is put to use. Limits keep every tree small, so that walking one never runs out of stack.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from netzstadt.standards.sensorthings.failure import SyntaxFailure

MAXIMUM_DEPTH = 40
MAXIMUM_NODES = 400


class Form(Enum):
    """What kind of value a literal is."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    PERIOD = "period"
    DATE = "date"
    CLOCK = "time of day"
    DURATION = "duration"
    GEOGRAPHY = "geography"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; ``value`` is None, bool, int, float, str (also WKT), datetime in UTC, a pair of
    those (period), date, time, or timedelta, as ``form`` says."""

    form: Form
    value: object
    column: int


@dataclass(frozen=True, slots=True)
class Path:
    """Names joined by slashes: ``Datastream/Thing/properties/owner``."""

    parts: tuple[str, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function with its arguments."""

    name: str
    arguments: tuple["Expression", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A comparison (eq ne gt ge lt le) or arithmetic (add sub mul div mod) of two operands."""

    operator: str
    left: "Expression"
    right: "Expression"
    column: int


@dataclass(frozen=True, slots=True)
class Junction:
    """``and`` or ``or`` of two or more terms."""

    operator: str
    terms: tuple["Expression", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Negation:
    """``not`` of a Boolean, or ``-`` of a number."""

    operator: str
    operand: "Expression"
    column: int


Expression = Literal | Path | Call | Operation | Junction | Negation

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
ARITHMETIC = frozenset({"add", "sub", "mul", "div", "mod"})

_BINDING = {"or": 1, "and": 2}
_BINDING |= dict.fromkeys(COMPARISONS, 4)
_BINDING |= {"add": 5, "sub": 5, "mul": 6, "div": 6, "mod": 6}
# OData binds "not" tighter than comparisons, where it could only meet a Boolean; here it takes
# the whole comparison, so that "not name eq 'x'" says what it reads like.
_NOT = 3
_MINUS = 7

_SPACE = re.compile(r"[ \t]*")
_OPERATOR = re.compile(r"[ \t]+(or|and|eq|ne|gt|ge|lt|le|add|sub|mul|div|mod)(?=[ \t(]|$)")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_PREFIXED = re.compile(r"(duration|geography|geometry)'", re.IGNORECASE)
# A plus sign in a URL is a space by the rules of forms; in an offset it can only be meant as plus.
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?(?:[Zz]|[-+ ]\d\d:?\d\d)"
_TIME = re.compile(f"({_INSTANT})(?:/({_INSTANT}))?")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?")
_NUMBER = re.compile(r"-?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?")
_WORD_END = re.compile(r"[\w.:@-]")
_FIRST = re.compile(r"[^\W\d][\w.-]*|@[\w.]+")
_NEXT = re.compile(r"/([\w@$][\w.:@$-]*)")
_DURATION = re.compile(
    r"([-+ ])?P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,9})?)S)?)?"
)


class Parser:
    """Reads expressions out of ``text`` from ``position`` on; stops before what is none.

    ``place`` is the query option, for messages.
    """

    def __init__(self, text: str, place: str, position: int = 0) -> None:
        self.text = text
        self.place = place
        self.position = position
        self._depth = 0
        self._nodes = 0

    def fail(self, message: str, position: int | None = None) -> SyntaxFailure:
        """The failure at ``position``, or here."""
        at = self.position if position is None else position
        return SyntaxFailure(message, place=self.place, column=at + 1)

    def skip_space(self) -> None:
        """Step over blanks."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position

    def at(self, token: str) -> bool:
        """Whether ``token`` stands here."""
        return self.text.startswith(token, self.position)

    def take(self, token: str) -> bool:
        """Step over ``token`` and blanks behind it if it stands here; tells whether it did."""
        if not self.at(token):
            return False
        self.position += len(token)
        self.skip_space()
        return True

    def whole(self) -> Expression:
        """Read a whole expression. Raises SyntaxFailure also where its tree is too high."""
        start = self.position
        expression = self.expression()
        if _height(expression) > MAXIMUM_DEPTH:
            raise self.fail(f"The expression has more than {MAXIMUM_DEPTH} levels.", start)
        return expression

    def expression(self, least: int = 1) -> Expression:
        """Read an expression whose operators bind at least as tight as ``least``."""
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise self.fail(f"The expression is nested deeper than {MAXIMUM_DEPTH} levels.")
        left = self._operand()
        while (match := _OPERATOR.match(self.text, self.position)) is not None:
            operator = match[1]
            binding = _BINDING[operator]
            if binding < least:
                break
            column = match.start(1) + 1
            self.position = match.end()
            self.skip_space()
            right = self.expression(binding + 1)
            left = self._join(operator, left, right, column)
        self._depth -= 1
        return left

    def _join(self, operator: str, left: Expression, right: Expression, column: int) -> Expression:
        self._count()
        if operator not in {"and", "or"}:
            return Operation(operator, left, right, column)
        if isinstance(left, Junction) and left.operator == operator:
            return Junction(operator, (*left.terms, right), left.column)
        return Junction(operator, (left, right), column)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAXIMUM_NODES:
            raise self.fail(f"The expression has more than {MAXIMUM_NODES} parts.")

    def _operand(self) -> Expression:
        self._count()
        self.skip_space()
        column = self.position + 1
        if self.take("("):
            inner = self.expression()
            self.skip_space()
            if not self.at(")"):
                raise self.fail("A closing bracket is missing.")
            self.position += 1
            return inner
        if re.compile(r"not[ \t(]").match(self.text, self.position):
            self.position += 3
            return Negation("not", self.expression(_NOT), column)
        literal = self._literal()
        if literal is not None:
            return literal
        if self.at("-"):
            self.position += 1
            return Negation("-", self.expression(_MINUS), column)
        return self._name()

    def _name(self) -> Expression:
        start = self.position
        match = _FIRST.match(self.text, start)
        if not match:
            raise self.fail("A name, a literal or a function is missing here.")
        self.position = match.end()
        if self.at("("):
            return self._call(match[0], start + 1)
        parts = [match[0]]
        while (following := _NEXT.match(self.text, self.position)) is not None:
            parts.append(following[1])
            self.position = following.end()
        if len(parts) > MAXIMUM_DEPTH:
            raise self.fail(f"The name has more than {MAXIMUM_DEPTH} parts.", start)
        return Path(tuple(parts), start + 1)

    def _call(self, name: str, column: int) -> Call:
        self.take("(")
        arguments: list[Expression] = []
        if not self.at(")"):
            while True:
                arguments.append(self.expression())
                self.skip_space()
                if not self.take(","):
                    break
        if not self.at(")"):
            raise self.fail(f"A closing bracket of {name}() is missing.")
        self.position += 1
        return Call(name, tuple(arguments), column)

    def _literal(self) -> Literal | None:
        start = self.position
        literal = self._quoted() or self._timely() or self._plain()
        if literal is not None and _WORD_END.match(self.text, self.position):
            raise self.fail("This literal has no end.", start)
        return literal

    def _quoted(self) -> Literal | None:
        start = self.position
        prefix = _PREFIXED.match(self.text, start)
        if not prefix and not self.at("'"):
            return None
        match = _QUOTED.match(self.text, prefix.end() - 1 if prefix else start)
        if not match:
            raise self.fail("The string has no end.", start)
        self.position = match.end()
        content = match[1].replace("''", "'")
        if not prefix:
            return Literal(Form.TEXT, content, start + 1)
        if prefix[1].lower() == "duration":
            return Literal(Form.DURATION, self._duration(content, start), start + 1)
        return Literal(Form.GEOGRAPHY, content, start + 1)

    def _duration(self, text: str, start: int) -> timedelta:
        match = _DURATION.fullmatch(text)
        if not match or not any(match.groups()[1:]) or text.endswith("T"):
            raise self.fail("A duration is written as duration'P1DT2H3M4.5S'.", start)
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups()[1:])
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return -length if match[1] == "-" else length

    def _timely(self) -> Literal | None:
        start = self.position
        try:
            if match := _TIME.match(self.text, start):
                self.position = match.end()
                first = _instant(match[1])
                if match[2] is None:
                    return Literal(Form.TIME, first, start + 1)
                last = _instant(match[2])
                if last < first:
                    raise self.fail("The interval ends before it begins.", start)
                return Literal(Form.PERIOD, (first, last), start + 1)
            if _LOCAL.match(self.text, start):
                raise self.fail("A time has a time zone: 2026-07-01T12:00:00Z or +02:00.", start)
            if match := _DATE.match(self.text, start):
                self.position = match.end()
                return Literal(Form.DATE, date.fromisoformat(match[0]), start + 1)
            if match := _CLOCK.match(self.text, start):
                self.position = match.end()
                return Literal(Form.CLOCK, time.fromisoformat(match[0]), start + 1)
        except SyntaxFailure:
            raise
        except (ValueError, OverflowError) as error:
            raise self.fail("There is no such date or time.", start) from error
        return None

    def _plain(self) -> Literal | None:
        start = self.position
        match = _NUMBER.match(self.text, start)
        if match:
            self.position = match.end()
            value = float(match[0])
            if not math.isfinite(value):
                raise self.fail("The number is too large.", start)
            if re.fullmatch(r"-?\d{1,15}", match[0]):
                return Literal(Form.NUMBER, int(match[0]), start + 1)
            return Literal(Form.NUMBER, value, start + 1)
        word = _FIRST.match(self.text, start)
        if word and word[0] in _WORDS and not self.text.startswith(("/", "("), word.end()):
            self.position = word.end()
            form, value_ = _WORDS[word[0]]
            return Literal(form, value_, start + 1)
        return None


_WORDS: dict[str, tuple[Form, object]] = {
    "null": (Form.NULL, None),
    "true": (Form.BOOLEAN, True),
    "false": (Form.BOOLEAN, False),
}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper().replace(" ", "+")).astimezone(UTC)


def _height(expression: Expression) -> int:
    """How many levels the tree has; walked without recursion."""
    height = 0
    level: list[Expression] = [expression]
    while level:
        height += 1
        level = [child for node in level for child in _children(node)]
    return height


def _children(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Call(arguments=arguments):
            return arguments
        case Operation(left=left, right=right):
            return left, right
        case Junction(terms=terms):
            return terms
        case Negation(operand=operand):
            return (operand,)
        case _:
            return ()


def parse_expression(text: str, place: str) -> Expression:
    """Parse the whole of ``text``. Raises SyntaxFailure with the column where it goes wrong."""
    parser = Parser(text, place)
    expression = parser.whole()
    parser.skip_space()
    if parser.position < len(text):
        raise parser.fail("An operator or the end is missing here.")
    return expression
