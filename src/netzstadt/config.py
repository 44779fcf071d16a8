"""Typed settings from ``NETZSTADT_*`` variables, shared by Django, the data plane and the commands.

Every variable is a field here and nowhere else; ``docs/reference/settings.md`` is generated from
the fields' descriptions.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlparse
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
    city_name: str = _setting(
        "Gelsenkirchen", "Name of the city until one is set on its page City and pages."
    )  # type: ignore[assignment]
    time_zone: str = _setting(  # type: ignore[assignment]
        "Europe/Berlin", "The city's time zone: its days in charts and roll-ups."
    )
    demo: bool = _setting(True, "Fill the demo city on first start and send simulated values.")  # type: ignore[assignment]
    basemap_style_url: str = _setting(  # type: ignore[assignment]
        "", "MapLibre style of a base map; empty: outlines only, no foreign host is asked."
    )
    oidc_issuer: str = _setting(  # type: ignore[assignment]
        "", "OpenID Connect provider for signing in (https://…); empty: none."
    )
    oidc_name: str = _setting("OpenID Connect", "What the provider is called on the sign-in page.")  # type: ignore[assignment]
    oidc_client_id: str = _setting("", "Client id that the provider gave this installation.")  # type: ignore[assignment]
    oidc_client_secret: str = _setting("", "Client secret that goes with it.")  # type: ignore[assignment]
    oidc_email_domains: str = _setting(  # type: ignore[assignment]
        "", "Domains of e-mail addresses that may sign in so, separated by commas; empty: all."
    )
    oidc_creates_persons: bool = _setting(  # type: ignore[assignment]
        False, "Make an account without any role for somebody the provider knows and we do not."
    )
    oidc_second_factor: bool = _setting(  # type: ignore[assignment]
        True, "Ask for our second factor after the provider; no, where it asks for one itself."
    )
    council_hosts: str = _setting(  # type: ignore[assignment]
        "",
        "Hosts (name, or name:port) of council information systems that may be read without https "
        "or inside the own network, separated by commas; empty: none.",
    )
    clamd: str = _setting(  # type: ignore[assignment]
        "",
        "Where the virus scanner listens: unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; "
        "empty: files are not scanned, and every page that shows files says so.",
    )
    scan_required: bool = _setting(  # type: ignore[assignment]
        False, "Take in and hand out only files that the virus scanner found clean."
    )
    largest_file_mb: int = _setting(50, "Largest file that can be attached, in MiB.")  # type: ignore[assignment]
    backup_before_upgrade: bool = _setting(  # type: ignore[assignment]
        False, "Refuse to migrate while the last backup is older than a day."
    )
    metrics_token: str = _setting(  # type: ignore[assignment]
        "", "Token that opens /metrics and health details to others than this machine."
    )
    log_format: str = _setting("text", "Form of the log on standard error: text or json.")  # type: ignore[assignment]
    access_log: bool = _setting(False, "Log every request: its route, never its address.")  # type: ignore[assignment]
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
        for sentence in (*_wrong_values(config), *_wrong_addresses(config)):
            raise ConfigError(sentence)
        return config

    @property
    def oidc_domains(self) -> tuple[str, ...]:
        """The domains of e-mail addresses that may sign in with the provider."""
        names = (name.strip().lower() for name in self.oidc_email_domains.split(","))
        return tuple(name for name in names if name)

    @property
    def council_host_names(self) -> frozenset[str]:
        """The hosts of council information systems that need not be public and encrypted."""
        return frozenset(
            name.strip().lower() for name in self.council_hosts.split(",") if name.strip()
        )

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
    def clamd_address(self) -> str | tuple[str, int] | None:
        """The scanner's socket: a path, or host and port on this machine; None without scanner.

        Raises ConfigError if the address is neither. Files would cross the network unprotected, so
        another machine's is refused.
        """
        if not self.clamd:
            return None
        parts = urlparse(self.clamd)
        if parts.scheme == "unix" and parts.path.startswith("/"):
            return parts.path
        if parts.scheme == "tcp" and parts.hostname in {"127.0.0.1", "::1", "localhost"}:
            return parts.hostname, parts.port or 3310
        raise ConfigError(
            f"NETZSTADT_CLAMD is {self.clamd!r}; give unix:/path/to/socket, or "
            "tcp://127.0.0.1:3310 on this machine."
        )

    @property
    def public_url(self) -> str:
        """The address that pages and API links begin with, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def _wrong_values(config: Config) -> Iterator[str]:
    if not 0 < config.port < 65536:
        yield f"NETZSTADT_PORT is {config.port}; give a port from 1 to 65535."
    if config.largest_file_mb < 1:
        yield "NETZSTADT_LARGEST_FILE_MB must be at least 1."
    if config.log_format not in {"text", "json"}:
        yield f"NETZSTADT_LOG_FORMAT is {config.log_format!r}; give text or json."
    if config.metrics_token and len(config.metrics_token) < 16:
        yield "NETZSTADT_METRICS_TOKEN is too short; give 16 characters or more."
    if config.secret_key and len(config.secret_key) < 32:
        yield "NETZSTADT_SECRET_KEY is too short; give 32 characters or more."
    try:
        ZoneInfo(config.time_zone)
    except (KeyError, ValueError, OSError):
        yield f"NETZSTADT_TIME_ZONE is {config.time_zone!r}; give a name such as Europe/Berlin."


def _wrong_addresses(config: Config) -> Iterator[str]:
    _ = config.clamd_address
    if config.base_url and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", config.base_url):
        yield (
            f"NETZSTADT_BASE_URL is {config.base_url!r}; give the whole address, such as"
            " https://netzstadt.example.org."
        )
    if config.oidc_issuer and not (config.oidc_client_id and config.oidc_client_secret):
        yield (
            "NETZSTADT_OIDC_ISSUER is set; give NETZSTADT_OIDC_CLIENT_ID and"
            " NETZSTADT_OIDC_CLIENT_SECRET as well."
        )
    if config.oidc_issuer and not _is_safe_address(config.oidc_issuer):
        yield (
            f"NETZSTADT_OIDC_ISSUER is {config.oidc_issuer!r}; give an address that begins"
            " with https:// (http:// on this machine alone)."
        )


def _is_safe_address(address: str) -> bool:
    here = r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/\S*)?"
    return re.fullmatch(rf"https://\S+|{here}", address) is not None


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
