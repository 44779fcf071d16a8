"""What the embedded database says when it cannot be used."""


class DatabaseError(Exception):
    """The database cannot be used; the message is a sentence that says what to do."""
