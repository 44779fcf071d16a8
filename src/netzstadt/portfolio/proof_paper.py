"""What a proof of use says, as its page and its document show it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from netzstadt.core.city.queries import letterhead
from netzstadt.core.money import euros, percent
from netzstadt.portfolio.models import CostType, NoticeKind, Proof, Source
from netzstadt.portfolio.queries.funding import use_of
from netzstadt.portfolio.services.proofs import TEXTS, figures


def texts(proof: Proof) -> list[tuple[str, str]]:
    """The report in words: what each part is called, and what it says."""
    names: dict[str, Any] = {one.name: one for one in Proof._meta.fields}
    return [(str(names[name].verbose_name), getattr(proof, name)) for name in TEXTS]


def income(said: dict[str, Any]) -> list[list[str]]:
    """Where money came from: what, by notice, by account; the last row is the sum."""
    names = {
        "own": _("Own share"),
        "third": str(Source.THIRD.label),
        "public": str(Source.PUBLIC.label),
        "grant": str(Source.GRANT.label),
        "surplus": _("Came in, not spent yet"),
    }
    rows = [[names[name], euros(planned), euros(came)] for name, planned, came in said["income"]]
    sums = [sum(row[at] for row in said["income"]) for at in (1, 2)]
    return [*rows, [_("Sum"), *map(euros, sums)]]


def lines(said: dict[str, Any]) -> list[list[str]]:
    """What was spent: line, cost type, planned, spent, of it eligible; the last row is the sum."""
    rows = [
        [title, str(CostType(kind).label), euros(planned), euros(spent), euros(eligible)]
        for title, kind, planned, spent, eligible in said["lines"]
    ]
    sums = [said["planned"], said["spent"], said["eligible"]]
    return [*rows, [_("Sum"), "", *map(euros, sums)]]


def document(proof: Proof, *, at: datetime) -> dict[str, Any]:
    """What ``portfolio/typst/proof.typ`` reads, in the language of now."""
    funding = proof.funding
    said = (
        proof.figures if proof.sealed_at else figures(use_of(funding, until=proof.until), funding)
    )
    when = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    is_draft = proof.sealed_at is None
    return {
        "language": (get_language() or "de")[:2],
        "city": letterhead(),
        "title": _("Proof of use"),
        "subtitle": said["grant"]["project"],
        "as_of": _("As of %(when)s") % {"when": when},
        "page": pgettext("of a document", "Page"),
        "page_of": pgettext("page 2 of 9", "of"),
        "notice": _("Draft: it is not sealed, and its figures follow the ledger.")
        if is_draft
        else "",
        "facts": [list(row) for row in _facts(proof, said["grant"])],
        "words": {
            "report": _("I. Report in words"),
            "figures": _("II. Proof in figures"),
            "income": _("Income"),
            "income_head": [_("From"), _("By notice"), _("By account")],
            "spending": _("Expenditure"),
            "spending_head": [
                _("Line of the plan"),
                _("Cost type"),
                _("Planned"),
                _("Spent"),
                _("Of it eligible"),
            ],
            "nothing": _("Nothing was written here."),
        },
        "texts": [list(row) for row in texts(proof)],
        "income": income(said),
        "lines": lines(said),
        "result": [
            [_("Of the grant due for it"), euros(said["due"])],
            [_("Came in without use so far"), euros(said["unused"])],
        ],
        "seal": _("Seal (SHA-256): %(seal)s") % {"seal": proof.seal} if proof.seal else "",
    }


def _facts(proof: Proof, grant: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the grant was when the proof was sealed; of a draft, what it is."""
    yield _("Kind"), proof.get_kind_display()
    yield _("Figures up to"), date_format(proof.until, "SHORT_DATE_FORMAT")
    yield _("Funding programme"), grant["programme"]
    if grant["authority"]:
        yield _("Granting authority"), grant["authority"]
    for kind, issued_on, reference, cents in grant["notices"]:
        yield str(NoticeKind(kind).label), f"{_day(issued_on)}, {reference}, {euros(cents)}"
    begin, end = grant["period"]
    if begin and end:
        yield _("Period of the grant"), f"{_day(begin)} – {_day(end)}"
    if grant["rate"]:
        yield _("Rate"), f"{percent(grant['rate'])} %"
    if grant["terms"]:
        yield _("Terms of the grant"), grant["terms"]


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")
