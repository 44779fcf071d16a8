"""Projects and their ledgers as tables that others take along."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format

from netzstadt.core.money import euros, plain_euros
from netzstadt.lib.spreadsheets import inert
from netzstadt.portfolio.models import Posting, Project

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


POSTINGS = (
    *("paid_on", "amount", "year", "cost_type", "line", "payee", "text", "reference"),
    *("invoice_number", "financing_line", "eligible", "reverses"),
)


def postings(found: "QuerySet[Posting, Any]") -> Iterator[list[str]]:
    """The rows below ``POSTINGS``: amounts with a comma, as German spreadsheet programs add them
    up; what people wrote is inert there."""
    for one in found.select_related("line", "financing_line", "reverses").iterator(
        chunk_size=_AT_ONCE
    ):
        yield [
            one.paid_on.isoformat(),
            _amount(one.amount_cents),
            str(one.line.year),
            one.line.cost_type,
            inert(one.line.title),
            inert(one.payee),
            inert(one.text),
            inert(one.reference),
            inert(one.invoice_number),
            inert(one.financing_line.title) if one.financing_line else "",
            _amount(one.eligible_cents),
            inert(one.reverses.reference or one.reverses.paid_on.isoformat())
            if one.reverses
            else "",
        ]


def _amount(cents: int) -> str:
    return plain_euros(cents).replace(".", ",")


def posting_title(one: Posting) -> str:
    """A posting in one line: the day, the amount, whom for what."""
    day = date_format(one.paid_on, "SHORT_DATE_FORMAT")
    return " · ".join(
        part for part in (day, euros(one.amount_cents), one.payee, one.text, one.reference) if part
    )
