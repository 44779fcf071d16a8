"""Lines of the log: as text or JSON, with the request they belong to, without personal data."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

# The request that is answered at the moment; empty outside of one.
request_id: ContextVar[str] = ContextVar("netzstadt_request_id", default="")

_HIDDEN = (
    (re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=]+"), "[address]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)\b(password|passwd|token|secret|api[_-]?key|sessionid|csrf\w*)"
            r"([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]+"
        ),
        r"\1\2[secret]",
    ),
    # What stands behind the question mark of an address: search words, names, tokens.
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]*=[^\s\"'<>]*"), "?[query]"),
    (re.compile(r"(?<=://)[^\s/@]+@"), "[secret]@"),
    # Whatever is long and random enough to open a door.
    (re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9_-]{32,}\b"), "[secret]"),
)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def without_secrets(text: str) -> str:
    """``text`` without addresses of people, tokens, passwords and the queries of addresses.

    Keys of objects (UUIDs) stay: without them nobody finds what a line is about.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x00"

    text = _UUID.sub(keep, text.replace("\x00", "\\x00"))
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match.group(1))], text)


def _in_one_line(text: str) -> str:
    """``text`` without what would end the line or move a terminal's cursor: what somebody sent must
    not look like a line of ours."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _where(record: logging.LogRecord) -> list[str]:
    """The frames of a traceback; the values in an exception's text are cleaned by the caller."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    return "".join(traceback.format_exception(record.exc_info[1])).rstrip().splitlines()


class TextFormatter(logging.Formatter):
    """A line for people: time, level, request, name, message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of a traceback."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        request = request_id.get()
        mark = f" [{request}]" if request else ""
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        line = f"{at} {record.levelname}{mark} {record.name}: {record.getMessage()}{facts}"
        where = [f"  {_in_one_line(each)}" for each in _where(record)]
        return without_secrets("\n".join([_in_one_line(line), *where]))


class JsonFormatter(logging.Formatter):
    """A line for machines: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """One object on one line."""
        content: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if request := request_id.get():
            content["request"] = request
        content |= {
            name: without_secrets(value) if isinstance(value, str) else value
            for name, value in _facts(record).items()
        }
        if lines := _where(record):
            content["traceback"] = without_secrets("\n".join(lines))
        return json.dumps(content, ensure_ascii=False)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """What was given as ``extra={"facts": {…}}``."""
    facts = getattr(record, "facts", None)
    return dict(facts) if isinstance(facts, dict) else {}


def configuration(form: str) -> dict[str, object]:
    """The logging of every process: only what went wrong, on standard error, by route."""
    formatter = JsonFormatter if form == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "netzstadt": {"level": "INFO"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},  # not a line for every 404
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "axes": {"level": "ERROR"},  # its warnings name accounts and addresses
            "procrastinate": {"level": "WARNING"},
        },
    }
