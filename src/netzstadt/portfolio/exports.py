"""Projects as a table that others take along."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from netzstadt.portfolio.models import Project

HEAD = (
    *("key", "title", "summary", "kind", "direction", "method", "stage", "status", "unit"),
    *("starts_on", "ends_on", "expected_end_on", "visibility", "source", "source_url"),
    *("report_light", "report_day"),
)
_AT_ONCE = 1_000


def table(found: "QuerySet[Project, Any]") -> Iterator[list[str]]:
    """The rows below ``HEAD``: codes and days, the same in any language; units by their keys."""
    for one in found.iterator(chunk_size=_AT_ONCE):
        yield [_cell(one, name) for name in HEAD]


def _cell(one: Project, name: str) -> str:
    if name == "unit":
        return one.unit.key
    value = getattr(one, name)
    return "" if value is None else str(value)
