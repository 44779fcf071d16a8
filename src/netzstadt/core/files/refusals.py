"""The ways in which the files say no."""

from netzstadt.core.refusal import Refusal


class FileRefused(Refusal):
    """The file cannot be taken in, or not handed out."""


class AttachmentRefused(Refusal):
    """The attachment cannot be changed now."""
