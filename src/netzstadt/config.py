"""Typed settings from ``NETZSTADT_*`` variables, shared by Django, the data plane and the commands.

Every variable is a field here and nowhere else; ``docs/reference/settings.md`` is generated from
the fields' descriptions.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import ZoneInfo


class ConfigError(Exception):
    """A setting cannot be used; the message names the variable and what to do."""


def _setting(default: object, description: str) -> object:
    """Declare one setting: its default and the sentence shown in the reference."""
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """What an installation can be told from outside. Names follow ``NETZSTADT_<FIELD>``."""

    host: str = _setting("127.0.0.1", "Address the server listens on.")  # type: ignore[assignment]
    port: int = _setting(8000, "Port the server listens on.")  # type: ignore[assignment]
    data_dir: str = _setting(  # type: ignore[assignment]
        "", "Directory of the embedded database, files and secrets; empty: a default per user."
    )
    database_url: str = _setting(  # type: ignore[assignment]
        "", "PostgreSQL 15 or newer to use instead of the embedded one (postgresql://…)."
    )
    base_url: str = _setting(  # type: ignore[assignment]
        "", "Public address of the installation (https://…); empty: http://HOST:PORT."
    )
    allowed_hosts: str = _setting(  # type: ignore[assignment]
        "", "Host names the server answers to, separated by commas, beside loopback and BASE_URL's."
    )
    secret_key: str = _setting(  # type: ignore[assignment]
        "", "Key that signs sessions; empty: made once and kept in the data directory."
    )
    city_name: str = _setting("Gelsenkirchen", "Name of the city, as its pages show it.")  # type: ignore[assignment]
    time_zone: str = _setting(  # type: ignore[assignment]
        "Europe/Berlin", "The city's time zone: its days in charts and roll-ups."
    )
    demo: bool = _setting(True, "Fill the demo city on first start and send simulated values.")  # type: ignore[assignment]
    basemap_style_url: str = _setting(  # type: ignore[assignment]
        "", "MapLibre style of a base map; empty: outlines only, no foreign host is asked."
    )
    debug: bool = _setting(False, "Django's debug pages; never in operation.")  # type: ignore[assignment]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings; unknown ``NETZSTADT_*`` names are left alone.

        Raises ConfigError naming the variable whose value cannot be read.
        """
        values: dict[str, object] = {}
        for setting in fields(cls):
            name = f"NETZSTADT_{setting.name.upper()}"
            text = environment.get(name)
            if text is None or text == "":
                continue
            values[setting.name] = _read(name, text, type(setting.default))
        config = cls(**values)  # type: ignore[arg-type]
        if not 0 < config.port < 65536:
            raise ConfigError(f"NETZSTADT_PORT is {config.port}; give a port from 1 to 65535.")
        try:
            ZoneInfo(config.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ConfigError(
                f"NETZSTADT_TIME_ZONE is {config.time_zone!r}; give a name such as Europe/Berlin."
            ) from error
        return config

    @property
    def data_path(self) -> Path:
        """The data directory. As root outside root's home, for PostgreSQL runs unprivileged."""
        if self.data_dir:
            return Path(self.data_dir).expanduser().absolute()
        if os.geteuid() == 0:
            return Path("/var/lib/netzstadt")
        home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        return Path(home) / "netzstadt"

    @property
    def public_url(self) -> str:
        """The address that pages and API links begin with, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def _read(name: str, text: str, kind: type) -> object:
    if kind is bool:
        lowered = text.lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off"}:
            return False
        raise ConfigError(f"{name} is {text!r}; give yes or no.")
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise ConfigError(f"{name} is {text!r}; give a whole number.") from error
    return text
