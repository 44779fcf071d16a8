"""Reading a table of payments, as the accounts of a city give it out. Pure: nothing is written.

A row needs the day of the payment, the amount and the voucher number, by which it is known again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from netzstadt.core.money import MOST_CENTS, cents_of
from netzstadt.lib.tables import Mistake, Table
from netzstadt.portfolio.models import BudgetLine, CostType, FinancingLine
from netzstadt.portfolio.models.money import YEARS
from netzstadt.portfolio.services.ledger import PostingFacts

# What columns are called by those who send such tables, German and English.
NAMES: dict[str, tuple[str, ...]] = {
    "paid_on": ("paid_on", "zahldatum", "zahlungsdatum", "bezahlt am", "datum", "date"),
    "amount": ("amount", "betrag", "brutto", "betrag in eur", "betrag (eur)", "betrag in euro"),
    "reference": ("reference", "beleg", "belegnummer", "belegnr", "beleg-nr.", "voucher"),
    "cost_type": ("cost_type", "kostenart", "cost type"),
    "line": ("line", "position", "budgetposition", "haushaltsposition", "budget line"),
    "payee": ("payee", "empfänger", "zahlungsempfänger", "kreditor", "paid to"),
    "text": ("text", "zweck", "verwendungszweck", "buchungstext", "what for"),
    "invoice_number": ("invoice_number", "rechnung", "rechnungsnummer", "invoice"),
    "financing_line": ("financing_line", "finanzierungsplan", "position des finanzierungsplans"),
    "eligible": ("eligible", "zuwendungsfähig", "davon zuwendungsfähig"),
}
_LENGTHS = {"reference": 80, "payee": 200, "text": 300, "invoice_number": 80}
_EITHER = re.compile(r"-?[1-9]\d{0,2}([.,])\d{3}")
_CENTS = re.compile(r"-?[\d.,]*\d([.,])\d{1,2}")
_WORKED_OUT = re.compile(r"-?\d+\.\d{6,}")
_COST_TYPES = {
    **{one.value.casefold(): one.value for one in CostType},
    "personal": CostType.PERSONNEL.value,
    "personalkosten": CostType.PERSONNEL.value,
    "sachkosten": CostType.MATERIAL.value,
    "sachmittel": CostType.MATERIAL.value,
    "fremdleistung": CostType.SERVICES.value,
    "fremdleistungen": CostType.SERVICES.value,
    "dienstleistungen": CostType.SERVICES.value,
    "investition": CostType.INVESTMENT.value,
    "investitionen": CostType.INVESTMENT.value,
    "gemeinkosten": CostType.OVERHEAD.value,
    "pauschale": CostType.OVERHEAD.value,
}


@dataclass(slots=True)
class PostingFile:
    """What was read, and what could not be."""

    rows: list[PostingFacts] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read(
    table: Table,
    lines: Sequence[BudgetLine],
    plan: Sequence[FinancingLine] = (),
    *,
    today: date,
) -> PostingFile:
    """Read the rows; ``lines`` and ``plan`` are the lines of the budget, and of the financing plans
    of its grants, to choose from. Nothing can have been paid after ``today``. Never raises."""
    file = PostingFile()
    places = _places(table.head)
    for role in ("paid_on", "amount", "reference"):
        if role not in places:
            text = _("No column is called as one of: %(names)s.") % {
                "names": ", ".join(NAMES[role])
            }
            file.mistakes.append(Mistake(0, text))
    if file.mistakes:
        return file
    comma = _comma([cells[places["amount"]] for _line, cells in table.rows])
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        said = {role: cells[place].strip() for role, place in places.items()}
        row, faults = _row(said, lines, plan, comma)
        if row is not None and row.paid_on > today:
            faults.append(_("This day has not come yet."))
        first = seen.setdefault(said["reference"], number)
        if first != number and said["reference"]:
            faults.append(_("This voucher stands in line %(line)d already.") % {"line": first})
        file.mistakes += [Mistake(number, text) for text in faults]
        if row is not None and not faults:
            file.rows.append(row)
    return file


def _places(head: list[str]) -> dict[str, int]:
    """Where each role stands: by the first of its names that the table has, so that the day of the
    payment comes before any other."""
    plain = [name.strip().casefold() for name in head]
    return {
        role: next(plain.index(name) for name in names if name in plain)
        for role, names in NAMES.items()
        if any(name in plain for name in names)
    }


def _comma(amounts: list[str]) -> bool | None:
    """Whether cents come after a comma in this file; None if nothing in it tells."""
    signs = {
        found[1]
        for amount in amounts
        if (found := _CENTS.fullmatch(re.sub(r"[\s€]|EUR", "", amount)))
    }
    return "," in signs if len(signs) == 1 else None


def _row(
    said: dict[str, str],
    lines: Sequence[BudgetLine],
    plan: Sequence[FinancingLine],
    comma: bool | None,
) -> tuple[PostingFacts | None, list[str]]:
    """The payment that a row says, or what is wrong with it."""
    faults: list[str] = []
    paid_on, cents = _day(said["paid_on"]), _cents(said["amount"], comma)
    if paid_on is None:
        faults.append(
            _("“%(text)s” is no day; write 31.12.2026 or 2026-12-31.")
            % {"text": said["paid_on"][:40]}
        )
    if cents is None:
        faults.append(
            _("“%(text)s” is no amount, or can be read in two ways; write 1234,56.")
            % {"text": said["amount"][:40]}
        )
    if not said["reference"]:
        faults.append(_("A voucher number is missing: by it the payment is known again."))
    faults += [
        _("“%(text)s…” is too long.") % {"text": said[name][:20]}
        for name, most in _LENGTHS.items()
        if len(said.get(name, "")) > most
    ]
    if paid_on is None or cents is None:
        return None, faults
    chosen, fault = _line(said, paid_on.year, lines)
    by, eligible, other = _by_grant(said, paid_on, cents, plan, comma)
    faults += [one for one in (fault, other) if one]
    if chosen is None or faults:
        return None, faults
    return PostingFacts(
        line=chosen,
        amount_cents=cents,
        paid_on=paid_on,
        reference=said["reference"],
        payee=said.get("payee", ""),
        text=said.get("text", ""),
        invoice_number=said.get("invoice_number", ""),
        financing_line=by,
        eligible_cents=eligible,
    ), []


def _by_grant(
    said: dict[str, str],
    paid_on: date,
    cents: int,
    plan: Sequence[FinancingLine],
    comma: bool | None,
) -> tuple[FinancingLine | None, int, str]:
    """By which line of a financing plan a row is paid, and how much of it is eligible: all of it
    within the period of the grant, where the row does not say."""
    title, text = said.get("financing_line", ""), said.get("eligible", "")
    if not title:
        return None, 0, _("Say by which line of a financing plan.") if text else ""
    fitting = [one for one in plan if one.title.casefold() == title.casefold()]
    if len(fitting) != 1:
        return None, 0, _("“%(text)s” is no line of one financing plan.") % {"text": title[:40]}
    counts = cents < 0 or fitting[0].funding.pays_on(paid_on)
    if not text:
        return fitting[0], cents if counts else 0, ""
    try:
        return fitting[0], cents_of(text, comma=comma is not False), ""
    except ValueError:
        return None, 0, _("“%(text)s” is no amount.") % {"text": text[:40]}


def _line(
    said: dict[str, str], year: int, lines: Sequence[BudgetLine]
) -> tuple[BudgetLine | None, str]:
    """The budget line of a row: the only one of its year that fits what it says."""
    asked = said.get("cost_type", "").casefold()
    kind = _COST_TYPES.get(asked, "") or next(
        (one.value for one in CostType if str(one.label).casefold() == asked), ""
    )
    if asked and not kind:
        return None, _("“%(text)s” is no cost type.") % {"text": asked[:40]}
    title = said.get("line", "").casefold()
    fitting = [
        one
        for one in lines
        if one.year == year
        and (not kind or one.cost_type == kind)
        and (not title or one.title.casefold() == title)
    ]
    if not fitting:
        return None, _("The budget has no line of %(year)d that fits.") % {"year": year}
    if len(fitting) > 1:
        return None, _(
            "Several budget lines of %(year)d fit: name the cost type, and the line."
        ) % {"year": year}
    return fitting[0], ""


def _day(text: str) -> date | None:
    """A day as people or spreadsheet programs write it: 31.12.2026, 2026-12-31."""
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    iso = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}" if german else text.split(" ")[0]
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _cents(text: str, comma: bool | None) -> int | None:
    plain = re.sub(r"[\s€]|EUR", "", text)
    if comma is None and _EITHER.fullmatch(plain):
        return None  # 1.234: a thousand and more, or a little more than one
    try:
        # Spreadsheet programs write what they worked out with all its digits: 141.60999999999999.
        if _WORKED_OUT.fullmatch(plain):
            plain = str(Decimal(plain).quantize(Decimal("0.01")))
        cents = cents_of(plain, comma=comma is not False)
    except ValueError:
        return None
    return cents if cents and abs(cents) <= MOST_CENTS else None
