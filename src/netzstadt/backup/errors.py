"""What the commands say when a backup cannot be taken or restored."""

from netzstadt.embedded.errors import DatabaseError


class BackupError(DatabaseError):
    """The backup cannot be taken, trusted or restored; the message says what to do."""
