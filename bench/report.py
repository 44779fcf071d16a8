"""The table: on the terminal and in the documentation."""

from pathlib import Path
from typing import Any

from bench.city import Row

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEAD = """# Performance

Measured by `make bench`, each figure beside a limit of the same machine in the same run: rates
drift from machine to machine, ratios hold. The load generator, the server and PostgreSQL share the
machine. Rows are counted in the database after every run; a run whose rows do not add up fails.
Each limit is measured before and after the work, and the mean of both counts. Pages have no limit
of the machine: their 95th percentile stands beside a goal in milliseconds, and on a machine with
other work it is not to be trusted.

"""


def line(row: Row) -> str:
    """One result as it comes in."""
    ratio = "" if row.ratio is None else f"  ratio {row.ratio:.2f}{_goal(row)}"
    return f"{row.work}: {row.measured}  ({row.against}: {row.limit}){ratio}"


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    return f" (goal {'≥' if row.is_least else '≤'} {row.goal:g})"


def table(rows: list[Row]) -> str:
    """All results as a Markdown table."""
    lines = [
        "| work | measured | limit | against | ratio | goal | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        goal = "–" if row.goal is None else f"{'≥' if row.is_least else '≤'} {row.goal:g}"
        met = {True: "met", False: "missed", None: "later" if row.is_later else ""}[row.is_met]
        lines.append(
            f"| {row.work} | {row.measured} | {row.limit} | {row.against} | {ratio} | {goal} "
            f"| {met} |"
        )
    notes = [f"- {row.work}: {row.note}." for row in rows if row.note]
    return "\n".join([*lines, "", *notes])


def write_page(facts: dict[str, Any], rows: list[Row]) -> None:
    """Replace the measured part of the page; make the page where there is none."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else f"{HEAD}{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    scale = "50 million observations" if facts["is_full"] else "the small scale"
    measured = (
        f"{BEGIN}\nMeasured at {facts['at']} on {facts['machine']}, Python {facts['python']}, "
        f"{scale}; other programs' load before the run: {facts['load_before']}.\n\n"
        f"{table(rows)}\n{END}"
    )
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(before + measured + after, "utf-8")
