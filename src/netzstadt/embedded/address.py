"""Where the database is and what signs sessions: derived from the configuration alone."""

import os
import secrets

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
    key = secrets.token_urlsafe(50)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key
