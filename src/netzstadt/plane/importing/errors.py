"""Why an import is refused as a whole."""


class ImportRefused(Exception):
    """The import cannot be done; the message is a sentence that says what to do."""
