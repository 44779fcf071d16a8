"""A question as conditions of SQL: which entries match it, and how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, Value, When

from netzstadt.core.search.asked import Asked, Term

# Three letters stand inside too many words ("amt" in "gesamte"): of so short a word only what ends
# with it, or a form of it, is taken for a compound. One that begins with it is found as a prefix.
_SHORT_PART = 3
_LONG_PART = 7
_SHORT_ENDINGS = "(e|s|es|en|er|ern)? "


class Tier(IntEnum):
    """How well an entry matches; the better ones stand first."""

    TITLE = 0  # the title is what was asked for
    TITLE_BEGINS = 1
    WORDS_IN_TITLE = 2
    WORDS = 3
    COMPOUND = 4  # a part of a word
    TYPO = 5


@dataclass(frozen=True, slots=True)
class Forms:
    """What a word is looked for as: its stems; words that it may have been meant to be."""

    stems: tuple[str, ...] = ()
    is_stop_word: bool = False
    corrections: tuple[str, ...] = ()


class Matches(Func):
    """Whether a vector matches a query of text search (SQL: @@)."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Matching:
    """A question with the forms of its words."""

    asked: Asked
    forms: Mapping[str, Forms]

    @property
    def terms(self) -> Sequence[Term]:
        """The terms that must match: without "und" and the like, if anything else is asked for."""
        said = [term for term in self.asked.terms if not self._is_stop_word(term)]
        return said or self.asked.terms

    @property
    def condition(self) -> Q:
        """What every entry that is found fulfils."""
        found = Q()
        for term in self.terms:
            found &= self._condition_of(term)
        if self.asked.without:
            words = " | ".join(self._words(term, part=False) for term in self.asked.without)
            found &= ~Q(Matches(F("vector"), Value(words)))
        return found

    @property
    def title_condition(self) -> Q:
        """Entries whose title is or begins with what was asked for."""
        key = self.asked.key
        return Q(title_key__startswith=key) if len(key) > 2 else Q(title_key=key)

    @property
    def tier(self) -> Case:
        """How well an entry matches, as a number of ``Tier``."""
        in_title = " & ".join(self._words(term, weights="AB") for term in self.terms)
        anywhere = " & ".join(self._words(term) for term in self.terms)
        ways = [
            When(title_key=self.asked.key, then=Value(Tier.TITLE)),
            When(title_key__startswith=self.asked.key, then=Value(Tier.TITLE_BEGINS)),
            When(Matches(F("vector"), Value(in_title)), then=Value(Tier.WORDS_IN_TITLE)),
            When(Matches(F("vector"), Value(anywhere)), then=Value(Tier.WORDS)),
        ]
        if not self._has_corrections:
            return Case(*ways, default=Value(Tier.COMPOUND), output_field=IntegerField())
        compound = When(self.without_corrections.condition, then=Value(Tier.COMPOUND))
        return Case(*ways, compound, default=Value(Tier.TYPO), output_field=IntegerField())

    @property
    def needles(self) -> list[str]:
        """What is to be marked in what was found."""
        found: dict[str, None] = {}
        for term in self.terms:
            for word in term.words:
                forms = self._forms(word)
                found |= dict.fromkeys([word, *forms.stems, *forms.corrections])
        return list(found)

    @property
    def without_corrections(self) -> "Matching":
        """The same question, its words as they were typed."""
        plain = {word: Forms(one.stems, one.is_stop_word) for word, one in self.forms.items()}
        return Matching(self.asked, plain)

    @property
    def _has_corrections(self) -> bool:
        return any(forms.corrections for forms in self.forms.values())

    def _forms(self, word: str) -> Forms:
        return self.forms.get(word, Forms())

    def _is_stop_word(self, term: Term) -> bool:
        return term.is_single and self._forms(term.word).is_stop_word

    def _condition_of(self, term: Term) -> Q:
        """Asks one index alone: with "or" between two, the database would rather read all rows.

        A form of a word has the word's stem in it, so one look for the stem inside of words finds
        words, their forms, their beginnings and compounds at once.
        """
        if not (term.is_single and term.may_be_part):
            return Q(Matches(F("vector"), Value(self._words(term))))
        forms = self._forms(term.word)
        found = Q()
        for stem in dict.fromkeys(forms.stems or (term.word,)):
            part = stem if term.word.startswith(stem) else term.word
            if len(part) > _SHORT_PART:
                found |= Q(parts__contains=part)
            else:
                found |= Q(parts__regex=f" {part}|{part}{_SHORT_ENDINGS}")
        for word in forms.corrections:
            # One that is long enough to be meant is looked for inside of others, too.
            found |= Q(parts__contains=word if len(word) >= _LONG_PART else f" {word} ")
        return found

    def _words(self, term: Term, *, weights: str = "", part: bool = True) -> str:
        """A query for the words of a term as they stand, in other forms and as beginnings."""
        is_part = part and term.may_be_part
        if term.is_single:
            ways = [_lexeme(word, weights) for word in {term.word, *self._forms(term.word).stems}]
            if is_part:
                ways.append(_lexeme(term.word, f"*{weights}"))
        else:
            # A phrase stands as it was written; a code with a hyphen also without it.
            *first, last = term.words
            ends = _lexeme(last, weights if term.is_phrase or not is_part else f"*{weights}")
            ways = [" <-> ".join([*(_lexeme(word, weights) for word in first), ends])]
            if not term.is_phrase:
                ways.append(_lexeme(term.joined, f"*{weights}" if is_part else weights))
        return f"({' | '.join(sorted(ways))})"


def _lexeme(word: str, flags: str = "") -> str:
    """A word of a tsquery; folded words hold letters and digits alone, so nothing is escaped."""
    return f"'{word}':{flags}" if flags else f"'{word}'"
