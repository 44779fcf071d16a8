"""Units of measurement in UCUM, the Unified Code for Units of Measure, case-sensitive (c/s).

What a code is made of is checked (UCUM 2.1, sections 2 to 4): terms with ``.`` and ``/``, whole
exponents, annotations in braces, prefixes before metric atoms. Units are not converted here.
"""

import re
from dataclasses import dataclass

_PREFIXES = [
    "Y",
    "Z",
    "E",
    "P",
    "T",
    "G",
    "M",
    "k",
    "h",
    "da",
    "d",
    "c",
    "m",
    "u",
    "n",
    "p",
    "f",
    "a",
    "z",
    "y",
    "Ki",
    "Mi",
    "Gi",
    "Ti",
]
# Atoms that take a prefix: base and derived SI units, and those in use beside them.
_METRIC = frozenset(
    [
        "m",
        "s",
        "g",
        "rad",
        "K",
        "C",
        "cd",
        "mol",
        "sr",
        "Hz",
        "N",
        "Pa",
        "J",
        "W",
        "A",
        "V",
        "F",
        "Ohm",
        "S",
        "Wb",
        "Cel",
        "T",
        "H",
        "lm",
        "lx",
        "Bq",
        "Gy",
        "Sv",
        "l",
        "L",
        "ar",
        "t",
        "bar",
        "u",
        "eV",
        "pc",
        "B",
        "Np",
        "cal",
        "bit",
        "By",
        "Bd",
        "cal_th",
        "m[H2O]",
        "m[Hg]",
        "st",
        "kat",
        "U",
        "[iU]",
        "osm",
        "eq",
        "B[SPL]",
        "B[V]",
        "B[W]",
    ]
)
# Atoms that stand alone.
_PLAIN = frozenset(
    [
        "min",
        "h",
        "d",
        "a",
        "a_t",
        "a_j",
        "wk",
        "mo",
        "mo_j",
        "mo_s",
        "deg",
        "'",
        "''",
        "gon",
        "%",
        "[ppth]",
        "[ppm]",
        "[ppb]",
        "[pptr]",
        "[pH]",
        "[pi]",
        "10*",
        "10^",
        "[degF]",
        "[degR]",
        "[in_i]",
        "[ft_i]",
        "[yd_i]",
        "[mi_i]",
        "[kn_i]",
        "[nmi_i]",
        "har",
        "atm",
        "[psi]",
        "[lb_av]",
        "[oz_av]",
        "[gal_us]",
        "[HP]",
        "[g]",
        "[c]",
        "[NTU]",
        "[FNU]",
        "REM",
        "RAD",
        "R",
        "Ci",
        "Bi",
        "dyn",
        "erg",
        "P",
        "St",
        "G",
        "Mx",
        "Gb",
        "Oe",
        "circ",
        "sph",
    ]
)
_NUMBER = re.compile(r"[0-9]+")
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")
# A simple unit: everything up to an operator, with square brackets kept whole.
_SIMPLE = re.compile(r"(?:\[[^\[\]{}]*\]|10[*^]|[^\[\]{}()./0-9+\-])+(?:_[a-z])?")
_EXPONENT = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, slots=True)
class UcumFault:
    """Why a text is no unit: what was found, and at which character (from 0)."""

    position: int
    found: str


def check(code: str) -> UcumFault | None:
    """The first fault of a UCUM code; None where it is one."""
    if not code:
        return UcumFault(0, "")
    try:
        reader = _Reader(code)
        reader.term()
    except _NoUnit as fault:
        return UcumFault(fault.position, code[fault.position : fault.position + 12])
    if reader.position < len(code):
        return UcumFault(reader.position, code[reader.position : reader.position + 12])
    return None


class _NoUnit(Exception):
    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class _Reader:
    """Recursive descent; nesting is as deep as the text has parentheses, which are few."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.position = 0
        self._depth = 0

    def term(self) -> None:
        """``/``? component ((``.`` | ``/``) component)*"""
        self._take("/")
        self._component()
        while self._take(".") or self._take("/"):
            self._component()

    def _component(self) -> None:
        if self._take("("):
            self._depth += 1
            if self._depth > 20:
                raise _NoUnit(self.position)
            self.term()
            if not self._take(")"):
                raise _NoUnit(self.position)
            self._depth -= 1
        elif not self._match(_ANNOTATION):
            self._annotatable()
            self._match(_ANNOTATION)

    def _annotatable(self) -> None:
        start = self.position
        if self.code.startswith(("10*", "10^"), start):
            self.position += 3
            self._match(_EXPONENT)
            return
        if self._match(_NUMBER):
            return
        found = self._match(_SIMPLE)
        if not found or not _is_unit(found):
            raise _NoUnit(start)
        self._match(_EXPONENT)

    def _take(self, sign: str) -> bool:
        if self.code.startswith(sign, self.position):
            self.position += 1
            return True
        return False

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.code, self.position)
        if found is None:
            return ""
        self.position = found.end()
        return found.group()


def _is_unit(atom: str) -> bool:
    if atom in _METRIC or atom in _PLAIN:
        return True
    return any(atom.startswith(prefix) and atom[len(prefix) :] in _METRIC for prefix in _PREFIXES)
