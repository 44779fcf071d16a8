"""The ways in which vocabularies and tags say no."""

from netzstadt.core.refusal import Refusal


class VocabularyRefused(Refusal):
    """The vocabulary or term cannot be changed so."""


class TagRefused(Refusal):
    """The object cannot be tagged so."""


class ImportRefused(Refusal):
    """The file is no vocabulary that can be taken in."""
