"""The one way in which the codecs of this package say that a text is not SensorThings."""


class SyntaxFailure(ValueError):
    """A path or query option cannot be understood.

    ``place`` names the option or path, ``column`` counts its characters from 1 (0: all of it).
    ``status`` is the HTTP status that the standard gives it: 400, or 501 for an option that the
    service does not have (OGC 18-088, 9.3.1).
    """

    def __init__(
        self, message: str, *, place: str = "", column: int = 0, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.column = column
        self.status = status

    def where(self) -> str:
        """The place for people: ``$filter, column 12``."""
        return f"{self.place}, column {self.column}" if self.column else self.place


class UnknownResource(ValueError):
    """The path is well-formed but names nothing that the model has (HTTP 404)."""

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
