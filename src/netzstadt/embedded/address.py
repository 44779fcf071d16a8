"""Where the database is and what signs sessions: derived from the configuration alone."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from netzstadt.config import Config
from netzstadt.embedded.postgres import Postgres


def database_url(config: Config) -> str:
    """The URL to connect to: the configured server, else the embedded one in the data directory.

    Before the first start the embedded database has no password yet; the URL then names the
    socket only, which is enough for commands that never connect.
    """
    if config.database_url:
        return config.database_url
    postgres = Postgres(config.data_path)
    if not postgres.password_file.exists():
        return f"postgresql://netzstadt@/netzstadt?host={postgres.sockets}"
    return postgres.url()


def secret_key(config: Config) -> str:
    """The key that signs sessions, made at the first call and kept with owner-only rights."""
    if config.secret_key:
        return config.secret_key
    path = config.data_path / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    except PermissionError:
        return secrets.token_urlsafe(50)
    if not config.data_path.is_dir():
        return secrets.token_urlsafe(50)  # nothing was started yet: a key for this process only
    handle, name = tempfile.mkstemp(prefix="secret-key-", dir=config.data_path)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        # There is a whole key or none, and of several processes at once the first one's.
        with suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()
    return path.read_text().strip()
