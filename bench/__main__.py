"""`python -m bench`: measure, print the table, keep it as JSON and in the documentation."""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import city, house, measures, report

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Returns the exit code: 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="netzstadt bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="50 million observations")
    parser.add_argument("--seconds", type=int, default=5, help="about how long each run lasts")
    parser.add_argument("--only", action="append", default=[], help="names of measures")
    parser.add_argument("--keep", action="store_true", help="write results and documentation")
    arguments = parser.parse_args()
    rows: list[city.Row] = []
    began = time.monotonic()
    load = os.getloadavg()[0]
    if load > 0.5:
        say(
            f"Other programs are busy here (load {load:.1f}): "
            "rates and ratios are not to be trusted."
        )
    with house.opened() as one:
        all_measures = measures.all_measures(one, seconds=arguments.seconds)
        if unknown := set(arguments.only) - set(all_measures):
            parser.error(f"There is no {', '.join(unknown)}; there are {', '.join(all_measures)}.")
        say(city.fill(one, rows_a_series=50_000 if arguments.full else 1_500))
        with house.serving(one):
            for name, measure in all_measures.items():
                if arguments.only and name not in arguments.only:
                    continue
                for row in measure():
                    rows.append(row)
                    say(report.line(row))
    say(f"\n{report.table(rows)}\n\nTook {time.monotonic() - began:.0f} s.")
    if arguments.keep or not arguments.only:
        keep(rows, arguments, load)
    return 1 if any(row.is_met is False for row in rows) else 0


def say(text: str) -> None:
    print(text, flush=True)


def keep(rows: list[city.Row], arguments: argparse.Namespace, load: float) -> None:
    """Write the results and render them into the documentation."""
    facts = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "load_before": round(load, 1),
        "is_full": arguments.full,
        "seconds": arguments.seconds,
        "rows": [asdict(row) | {"is_met": row.is_met} for row in rows],
    }
    RESULTS.mkdir(exist_ok=True)
    name = "full.json" if arguments.full else "latest.json"
    (RESULTS / name).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    report.write_page(facts, rows)


if __name__ == "__main__":
    sys.exit(main())
