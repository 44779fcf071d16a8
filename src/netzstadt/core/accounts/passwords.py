"""Which passwords are too easy to guess here, beyond those that are easy to guess everywhere."""

import string
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from netzstadt.core.city import queries as city

# Words of this platform and of its field; the city's own name is added (ASVS 6.1.2, 6.2.11).
WORDS = ("netzstadt", "vernetztestadt", "connectedcity", "stadtverwaltung", "rathaus", "smartcity")

# Digits and signs that people add to a short password until it is long enough; more are a secret.
_ADDED = 8
_SHORT_PIECE = 4
_SWAPPED = str.maketrans("01345@$!", "oieasasi")
_ROWS = (
    string.ascii_lowercase,
    string.digits * 2,
    *("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"),
)
_BESIDE = {pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)}


class NoCommonPassword(CommonPasswordValidator):
    """Refuse common passwords, and those that were only made longer (ASVS 6.2.4).

    Of the 20,000 most common ones two hundred have twelve characters: what people do instead is to
    lengthen a short one, by a year, by typing it twice, or along the keyboard.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError for a common password and for what is made of one."""
        super().validate(password)
        typed = password.lower().strip()
        piece = _repeated(typed)
        is_repeated = piece != typed and (len(piece) <= _SHORT_PIECE or self._is_common(piece))
        if is_repeated or self._is_common(typed) or _is_run(typed):
            raise ValidationError(
                _(
                    "This is a common password that was only made longer: with digits and signs,"
                    " by typing it twice or along the keyboard."
                )
            )

    def _is_common(self, text: str) -> bool:
        """Whether ``text`` is a common password without what was added at its ends."""
        letters = [at for at, letter in enumerate(text) if letter.isalpha()]
        core = text[letters[0] : letters[-1] + 1] if letters else text
        core = _repeated(core)
        if len(text) - len(core) * max(1, text.count(core)) > _ADDED:
            return False
        return bool({core, core.translate(_SWAPPED)} & self.passwords)


class NoWordsOfThisPlace:
    """Refuse a password that is mostly a word which everybody here thinks of first."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError if less than eight characters are left without such words."""
        left = _plain(password)
        for word in (*WORDS, _plain(city.city_name())):
            left = left.replace(word, "") if word else left
        if len(left) < 8 and left != _plain(password):
            raise ValidationError(
                _("The password is little more than the name of the city or of this platform.")
            )

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("Not just the name of the city or of this platform.")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _repeated(text: str) -> str:
    """The piece that ``text`` repeats from its beginning to its end; else ``text`` itself."""
    for length in range(1, len(text) // 2 + 1):
        if all(first == second for first, second in zip(text, text[length:], strict=False)):
            return text[:length]
    return text


def _is_run(text: str) -> bool:
    """Whether ``text`` is three runs at most along the alphabet, the digits or the keyboard."""
    breaks = sum(a != b and (a, b) not in _BESIDE for a, b in pairwise(text))
    return breaks <= 2
