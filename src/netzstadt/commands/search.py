"""Renew the index of the search."""

import sys

import click

from netzstadt.commands.house import house


@click.group(
    epilog="""\
\b
Examples:
  netzstadt search rebuild            write what differs, remove what is no more
  netzstadt search rebuild --anew     write every entry again
  netzstadt check search              only say what differs
\b
Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong usage.
"""
)
def command() -> None:
    """Renew the index of the search, beside a running `netzstadt up`."""


@command.command(short_help="Bring the whole index up to date.")
@click.option("--anew", is_flag=True, help="Write every entry again, also those that fit.")
def rebuild(anew: bool) -> None:
    """Bring the whole index up to date while others search; it is never empty meanwhile.

    The worker does so by itself every day, and takes in every change within seconds.
    """
    with house():
        from tqdm import tqdm

        from netzstadt.core.search import services
        from netzstadt.lib import clock

        with tqdm(disable=not sys.stderr.isatty(), leave=False, unit=" objects") as bar:
            done = services.repair_index(at=clock.now(), anew=anew, progress=bar.update)
        click.echo(
            f"{done.objects:,} objects looked at, {done.written:,} entries written, "
            f"{done.removed:,} removed."
        )
