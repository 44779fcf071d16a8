"""The list of 5,000 projects, with every filter, as a citizen and as somebody of the office; a
proof of use of 5,000 payments; the report of 100 projects for a committee."""

import http.client
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bench.city import Row, within
from bench.driver import Plan
from bench.house import House, beside, serving
from bench.portfolio_fill import POSTINGS, PROJECTS, REPORTED

DATABASE = "portfolio"
REPORT = "/office/projects/committee.pdf?q=Ausschuss"
REPORT_WITHIN_MS = 10_000  # the line: under 10 s, the same bytes when repeated
WITHIN_MS = 200  # architecture: p95 of a list page at 5,000 projects
PROOF_MS = 2_000  # reference/governance: the draft of a proof of use of 5,000 payments


def lists(house: House, *, seconds: int) -> Iterator[Row]:
    """The 95th percentile of the list against its goal."""
    large = beside(house, DATABASE, secret_key=uuid.uuid4().hex * 2)
    facts = large.told_by("bench.portfolio_fill")
    paths = [
        "/projects/",
        "/projects/?page=100",
        f"/projects/?q={quote('Bäume')}",
        f"/projects/?q={quote('brücken 12')}",
        "/projects/?q=gibt-es-nicht",
        "/projects/?state=RUNNING",
        "/projects/?state=REQUEST&kind=PILOT",
        f"/projects/?unit={facts['unit']}&direction=INWARD",
        "/projects/?light=RED",
    ]
    with serving(large):
        for name, cookie in (("a citizen", ""), ("the coordination", facts["cookie"])):
            plan = Plan(port=large.port, kind="get", clients=1, paths=paths, cookie=cookie)
            plan.seconds = 1
            large.drive(plan)  # the first requests pay for what is read only once
            plan.seconds = max(3.0, float(seconds))
            counted = large.drive(plan)
            p95_ms = counted.p95_s * 1000
            yield within(
                f"list of {PROJECTS:,} projects with all filters, for {name}, 95th percentile",
                p95_ms,
                WITHIN_MS,
                f"half within {counted.p50_s * 1000:.0f} ms, {counted.done} requests",
            )
        yield _proof(large, facts, seconds)
        yield _committee_report(large.port, facts["cookie"])


def _proof(large: House, facts: dict[str, Any], seconds: int) -> Row:
    """The page of a draft, whose sum is that of its payments."""
    plan = Plan(
        port=large.port,
        kind="get",
        clients=1,
        paths=[f"/office/funding/proofs/{facts['proof']}/"],
        cookie=facts["cookie"],
    )
    plan.seconds = max(3.0, float(seconds))
    counted = large.drive(plan)
    cents = large.one(
        "select sum(amount_cents) from portfolio_posting where financing_line_id is not null"
    )
    if cents != facts["cents"]:
        raise RuntimeError(f"The ledger holds {cents} cents and not {facts['cents']}.")
    return within(
        f"draft of a proof of use of {POSTINGS:,} payments, 95th percentile",
        counted.p95_s * 1000,
        PROOF_MS,
        f"{counted.done} requests, {facts['cents']} cents in the ledger",
    )


def _committee_report(port: int, cookie: str) -> Row:
    """How long the first document takes; the next ones, in other processes too, are the same."""
    began = time.monotonic()
    first = _document(port, cookie)
    took_ms = (time.monotonic() - began) * 1000
    if any(_document(port, cookie) != first for _each in range(5)):
        raise RuntimeError("The same committee report has other bytes when it is repeated.")
    return within(
        f"committee report of {REPORTED} projects as PDF/UA",
        took_ms,
        REPORT_WITHIN_MS,
        f"{len(first) // 1000} kB, the same bytes when repeated",
    )


def _document(port: int, cookie: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", REPORT, headers={"Cookie": cookie})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{REPORT} answered {answer.status}.")
    return content
