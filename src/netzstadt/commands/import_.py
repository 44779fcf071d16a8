"""Bring observations from files into the database, each exactly once."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.plane.importing.account import Counts
    from netzstadt.plane.importing.profile import Profile
    from netzstadt.plane.importing.run import Order, Outcome
    from netzstadt.plane.importing.survey import Survey

VISIBILITIES = ["public", "administration", "unit", "restricted"]
SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_DRAWINGS = 0.2


@click.command(
    epilog="""\
\b
Examples:
  netzstadt import radverkehr-zaehlstellen.tar.gz
  netzstadt import counts/ --profile muenster-radverkehr
  netzstadt import air.csv --profile our-air.toml --visibility administration
  netzstadt import --list-profiles

\b
An observation is read where a cell holds a value; a line that cannot be divided into cells counts
as one. Every observation read is loaded, unchanged (it was stored before, with the same value) or
rejected, and rejects are listed in a file with their place and reason.

\b
Interrupted (Ctrl-C, a crash, a power cut)? Run the same command again: it goes on, and nothing is
stored twice.

\b
Exit codes:
  0    done; rejects are no failure, the account names them
  1    refused or failed; a sentence says why, and what was stored stays
  2    wrong usage of the command
  130  interrupted by Ctrl-C, 143 by SIGTERM; the batches at work were stored
"""
)
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--profile", metavar="NAME|FILE.toml", help="How to read it; else found by content.")
@click.option("--visibility", type=click.Choice(VISIBILITIES), help="Of the Things it makes.")
@click.option("--unit", type=click.UUID, help="Owning unit of the Things it makes.")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where to list rejects."
)
@click.option("--max-size", type=click.IntRange(1), help="Unpacked size allowed, in MiB [20480].")
@click.option("--max-ratio", type=click.IntRange(1), help="Unpacked to packed size allowed [200].")
@click.option("--max-members", type=click.IntRange(1), help="Files in an archive allowed [20000].")
@click.option("--list-profiles", is_flag=True, help="List the known profiles and end.")
def command(
    path: Path | None,
    profile: str | None,
    visibility: str | None,
    unit: UUID | None,
    rejects: Path | None,
    *,
    list_profiles: bool,
    **limits: int | None,
) -> None:
    """Bring observations from files into the database, each exactly once.

    PATH is a CSV or JSON file, gzip, a tar or zip archive, or a directory. It works beside a
    running `netzstadt up`; without one, the embedded database is started for as long as the import
    takes.
    """
    from psycopg import OperationalError

    from netzstadt.plane.importing.errors import ImportRefused

    config = Config.from_environment()
    try:
        if list_profiles:
            _list_profiles(config)
            return
        if path is None:
            raise click.UsageError("Name what to import: netzstadt import PATH.")
        if (visibility == "unit") != (unit is not None):
            raise click.UsageError("--visibility unit and --unit ID go together.")
        _import(config, profile, _Wishes(path, visibility, unit, rejects, limits))
    except ImportRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OperationalError as error:
        raise click.ClickException(
            f"The database cannot be reached: {str(error).strip()}"
        ) from error


class _Wishes:
    """What the command line asked for, as the importer takes it."""

    def __init__(
        self,
        path: Path,
        visibility: str | None,
        unit: UUID | None,
        rejects: Path | None,
        limits: "dict[str, int | None]",
    ) -> None:
        from netzstadt.plane.importing.sources import MIB, Limits

        default = Limits()
        size = limits["max_size"]
        self.path = path
        self.visibility = visibility
        self.unit = unit
        self.rejects = rejects
        self.limits = Limits(
            unpacked=size * MIB if size else default.unpacked,
            ratio=limits["max_ratio"] or default.ratio,
            members=limits["max_members"] or default.members,
        )

    def order(self, survey: "Survey", database_url: str, config: Config) -> "Order":
        """The order for what the survey found."""
        from netzstadt.lib import clock
        from netzstadt.plane.importing.run import Order

        name = f"{survey.profile.key}-{clock.now():%Y%m%dT%H%M%SZ}-rejects.csv"
        return Order(
            path=self.path,
            survey=survey,
            database_url=database_url,
            rejects=self.rejects or config.data_path / "imports" / name,
            visibility=(self.visibility or survey.profile.visibility).upper(),
            unit_id=self.unit,
            limits=self.limits,
        )


def _import(config: Config, profile: str | None, wishes: _Wishes) -> None:
    from netzstadt.embedded.session import database
    from netzstadt.plane.importing.survey import survey

    known = _profiles(config, profile)
    click.echo(f"Looking through {wishes.path.name} …")
    found = survey(wishes.path, known, is_named=bool(profile), limits=wishes.limits)
    click.echo(f"{len(found.files)} files, {_mib(found.size)}, profile {found.profile.key}.")
    for name in found.passed_over:
        click.echo(f"Passed over: {name} is an archive in a directory; import it by itself.")
    with database(config, command="netzstadt import", makes=True) as url:
        _migrate(url, config)
        with _stopping() as (stop, signals):
            order = wishes.order(found, url, config)
            outcome = _run(order, stop)
    _print_account(outcome)
    if outcome.state == "INTERRUPTED":
        click.echo("Interrupted. Run the same command again to go on; nothing is stored twice.")
        sys.exit(128 + (signals[0] if signals else signal.SIGINT))


def _run(order: "Order", stop: threading.Event) -> "Outcome":
    from netzstadt.lib import clock
    from netzstadt.plane.importing.run import run_import

    with _Display(order.survey.size) as display:
        return run_import(order, at=clock.now(), stop=stop, progress=display)


def _profiles(config: Config, wanted: str | None) -> "list[Profile]":
    """The profiles to choose from: the named one, or all that are known."""
    from netzstadt.plane.importing.catalogue import known_profiles, read_profile
    from netzstadt.plane.importing.errors import ImportRefused

    if wanted and wanted.endswith(".toml"):
        return [read_profile(Path(wanted))]
    known = known_profiles(config.data_path / "import-profiles")
    if not wanted:
        return known
    chosen = [profile for profile in known if profile.key == wanted]
    if not chosen:
        keys = ", ".join(profile.key for profile in known)
        raise ImportRefused(f"There is no profile {wanted}; there are {keys}, or name a file.toml.")
    return chosen


def _list_profiles(config: Config) -> None:
    for profile in _profiles(config, None):
        click.echo(f"{profile.key:<24} {profile.title} ({profile.publisher}, {profile.licence})")
    click.echo(f"Put your own beside them in {config.data_path / 'import-profiles'}/*.toml.")


def _migrate(url: str, config: Config) -> None:
    """The plane's tables; an import may come before the first `netzstadt up`."""
    import psycopg

    from netzstadt.plane.migrate import migrate

    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection, time_zone=config.time_zone)


@contextmanager
def _stopping() -> Iterator[tuple[threading.Event, list[int]]]:
    """An event that SIGINT and SIGTERM set, and which of them came."""
    stop = threading.Event()
    signals: list[int] = []

    def note(number: int, _: object) -> None:
        signals.append(number)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop, signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Display:
    """Progress: a bar on a terminal, else a line now and then."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._started = time.monotonic()
        self._latest = self._started
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "_Display":
        from tqdm import tqdm

        self._bar = tqdm(
            total=self._size,
            unit="B",
            unit_scale=True,
            disable=not self._is_terminal,
            bar_format="{percentage:3.0f} % |{bar}| {desc} · {remaining} left",
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, *, done_bytes: int, counts: "Counts") -> None:
        """Show how far the import is, unless that was shown a moment ago."""
        now = time.monotonic()
        pause = SECONDS_BETWEEN_DRAWINGS if self._is_terminal else SECONDS_BETWEEN_LINES
        if now - self._latest < pause:
            return
        self._latest = now
        elapsed = now - self._started
        rate = counts.read / elapsed
        words = f"{counts.read:,} observations, {rate:,.0f}/s"
        if self._is_terminal:
            self._bar.set_description_str(words, refresh=False)
            self._bar.update(done_bytes - self._bar.n)
            return
        share = min(done_bytes / self._size, 1.0)
        left = elapsed * (1 / share - 1) if share else 0.0
        click.echo(f"{share:4.0%}  {words}, {left:.0f} s left")


def _print_account(outcome: "Outcome") -> None:
    counts = outcome.counts
    click.echo("")
    for name in ("read", "loaded", "unchanged", "rejected"):
        click.echo(f"  {name:<10}{getattr(counts, name):>14,}")
    rate = counts.read / max(outcome.seconds, 0.001)
    click.echo(f"  {'series':<10}{outcome.series:>14,}")
    click.echo(f"  {'time':<10}{outcome.seconds:>12,.1f} s   {rate:,.0f} observations/s")
    if outcome.rejects:
        click.echo(f"The rejects are listed in {outcome.rejects}.")


def _mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB unpacked"
