"""How the end of a session with the database shows itself."""

import asyncpg

# Raised by asyncpg where the database ends a session, restarts or is gone. InternalClientError is
# one of them: the end came between two messages, and the next one meets a session it does not
# understand. Nothing is known of a statement that was on its way.
SESSION_LOST: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)
