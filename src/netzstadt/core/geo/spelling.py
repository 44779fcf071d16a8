"""Names of streets and areas as they are compared: however somebody spells them.

"Bochumer Straße", "Bochumer Str.", "bochumerstr" and "BOCHUMER STRASSE" are one key. What is
misspelt is found by the trigrams of the keys.
"""

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe"})
_STREET = re.compile(r"str(?:asse|\.)?$")
_NUMBER = re.compile(
    r"^(?P<street>.*?\D)\s*\b(?P<number>[1-9]\d{0,3})\s*(?P<addition>[a-zA-Z](?![\w]))?"
    r"(?:\s*[-–/]\s*\d{1,4}\s*[a-zA-Z]?)?\s*$"
)
_POSTCODE = re.compile(r"\b(\d{5})\b")
_CITY = re.compile(r",\s*(?:\d{5}\s*)?(?P<city>[^\d,]*)$")
MOST_LETTERS = 120


def name_key(name: str) -> str:
    """The letters and digits of a name, small and without accents; umlauts as two letters."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def street_key(street: str) -> str:
    """The key of a street's name; its ending "Straße" is the same in full and short."""
    text = unicodedata.normalize("NFKC", street).casefold().strip().rstrip(".")
    return name_key(_STREET.sub("str", text))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed, taken apart. ``number`` is None where there is none."""

    name: str
    number: int | None = None
    addition: str = ""
    postcode: str = ""
    city: str = ""


def parse(text: str) -> Wanted:
    """Take "Bochumer Str. 12a, 45886 Gelsenkirchen" apart; what is not there stays empty."""
    text = re.sub(r"[\s\0]+", " ", text[:MOST_LETTERS]).strip(" ,;")
    postcode, city = "", ""
    if match := _CITY.search(text):
        city = match["city"].strip()
        text, tail = text[: match.start()], text[match.start() :]
        postcode = "".join(_POSTCODE.findall(tail)[:1])
    elif match := _POSTCODE.search(text):
        postcode, city = match[1], text[match.end() :].strip(" ,")
        text = text[: match.start()]
    match = _NUMBER.match(text.strip(" ,"))
    if match is None:
        return Wanted(text.strip(" ,"), postcode=postcode, city=city)
    return Wanted(
        match["street"].strip(" ,"),
        int(match["number"]),
        (match["addition"] or "").lower(),
        postcode,
        city,
    )
