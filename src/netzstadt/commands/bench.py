"""Measure this machine and Netzstadt on it."""

import subprocess
import sys
from pathlib import Path

import click

import netzstadt


@click.command(
    epilog="""\
\b
Examples:
  netzstadt bench                     the whole table, about five minutes
  netzstadt bench --only single       one measure
  netzstadt bench --full              with 50 million observations
\b
Exit codes: 0 every goal is reached, 1 a goal is missed or a run failed, 2 wrong usage.
"""
)
@click.option("--full", is_flag=True, envvar="FULL", help="Fill in 50 million observations first.")
@click.option("--seconds", default=5, show_default=True, help="About how long each run lasts.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this measure; may be repeated.")
def command(full: bool, seconds: int, only: tuple[str, ...]) -> None:
    """Measure rates and times beside the limits of this machine, in one run.

    Works on a database of its own that is removed afterwards. Writes bench/results/ and
    docs/reference/performance.md, so it needs a checkout of the source.
    """
    root = Path(netzstadt.__file__).parents[2]
    if not (root / "bench" / "__main__.py").exists():
        raise click.ClickException("The measurements are in the source; run this in a checkout.")
    arguments = ["--seconds", str(seconds), *(["--full"] if full else [])]
    for name in only:
        arguments += ["--only", name]
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", "bench", *arguments], cwd=root, check=False
    )
    sys.exit(done.returncode)
