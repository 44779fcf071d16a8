"""Why an import is refused as a whole."""


class ImportRefused(Exception):  # noqa: N818 - a refusal, no defect
    """The import cannot be done; the message is a sentence that says what to do."""
