"""Check what is stored: the audit trail, the observations, the tables."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.plane.consistency import StoreReport


@click.group(
    epilog="""\
\b
Examples:
  netzstadt check all                 everything, beside a running up
  netzstadt check audit               the sealed chain of the audit trail
  netzstadt check audit --head 512:…  the same, and that nothing was cut off since
  netzstadt check upgrade             before an upgrade: may this version migrate?
\b
Exit codes: 0 all is well, 1 something is wrong (each on a line of its own), 2 wrong usage.
"""
)
def command() -> None:
    """Check what is stored. Reads only, and works beside a running `netzstadt up`."""


@command.command(short_help="Recompute the sealed chain of the audit trail.")
@click.option("--head", default="", metavar="TEXT", help="Head of an earlier check: still there?")
def audit(head: str) -> None:
    """Recompute the sealed chain of the audit trail and name what was changed.

    Prints the chain's head. Keep it outside the database and give it to the next check: only so
    can a chain be noticed that was cut off or made anew.
    """
    _with_database(lambda: _audit(head))


@command.command(short_help="Compare states and roll-ups with the observations.")
def database() -> None:
    """Compare states and roll-ups with the stored observations, and tables with this version.

    Adds all observations up: about two seconds for every million.
    """
    _with_database(_database)


@command.command(short_help="Compare the search index with what the rooms have.")
def search() -> None:
    """Compare the search index with what the rooms have, and name what deviates.

    `netzstadt search rebuild` repairs it, as the worker does every day by itself.
    """
    _with_database(_search)


@command.command(short_help="Say whether this version may migrate the database.")
def upgrade() -> None:
    """Say what speaks against migrating the database to this version; changes nothing.

    `netzstadt migrate` and `netzstadt up` ask the same before they run the first step.
    """
    _with_database(_upgrade, needs_tables=False)


@command.command(name="all")
def everything() -> None:
    """All checks."""
    _with_database(lambda: [*_audit(""), *_database(), *_search()])


def _with_database(check: Callable[[], list[str]], *, needs_tables: bool = True) -> None:
    import django

    from netzstadt.embedded.session import database as session

    with session(Config.from_environment(), command="netzstadt check"):
        django.setup()  # reads the address of the database, so only now
        from django.db import connection

        if needs_tables and "plane_migration" not in connection.introspection.table_names():
            raise click.ClickException("The database has no tables yet; run `netzstadt migrate`.")
        faults = check()
        connection.close()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.exceptions.Exit(1)


def _audit(head: str) -> list[str]:
    from netzstadt.core.audit import queries

    try:
        report = queries.verify_chain(head=head)
    except ValueError as error:
        sentence = "it is a number, a colon and 64 digits"
        raise click.BadParameter(sentence, param_hint="--head") from error
    click.echo(
        f"Audit trail: {report.verified:,} events verified, {report.waiting:,} wait for their "
        f"seal, {report.erased:,} without their personal part."
    )
    click.echo(f"Head: {report.head}")
    faults = [
        f"Audit trail: {fault.kind.value} at position {fault.position}, event {fault.event_id}"
        for fault in report.faults
    ]
    if report.faults_left_out:
        faults.append(f"Audit trail: {report.faults_left_out:,} more")
    return faults


def _upgrade() -> list[str]:
    from django.db import connection

    from netzstadt.backup import contents
    from netzstadt.commands.upgrade import objections, waiting

    connection.ensure_connection()
    faults = list(objections(connection.connection, Config.from_environment()))
    steps = waiting(contents.migrations(connection.connection))
    if not faults:
        click.echo(
            f"{len(steps)} steps wait; `netzstadt migrate` runs them."
            if steps
            else "The tables fit this version; there is nothing to upgrade."
        )
    return faults


def _database() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from netzstadt.plane.consistency import check_store
    from netzstadt.plane.migrate import shipped

    with connection.cursor() as cursor:
        cursor.execute("select name from plane_migration")
        ran = {row[0] for row in cursor.fetchall()}
    waiting = [f"plane {name}" for name, _ in shipped() if name not in ran]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    waiting += [f"{step.app_label} {step.name}" for step, _ in plan]
    faults = [f"Tables: {name} has not run; run `netzstadt migrate`." for name in waiting]
    if not faults:
        connection.ensure_connection()
        report = _with_bar(check_store, connection.connection)
        click.echo(f"Store: {report.observations:,} observations in {report.series:,} series.")
        faults += report.faults
    return faults


def _search() -> list[str]:
    from tqdm import tqdm

    from netzstadt.core.search import queries

    with tqdm(disable=not sys.stderr.isatty(), leave=False, desc="search", unit=" objects") as bar:
        found = queries.index_faults(progress=bar.update)
    click.echo("Search: compared with everything there is.")
    faults = [f"Search: {one.fault.value} entry of {one.model} {one.object_id}" for one in found]
    shown = faults[:100]
    return [*shown, f"Search: {len(faults) - 100:,} more"] if len(faults) > 100 else shown


def _with_bar(check: "Callable[..., StoreReport]", connection: Any) -> "StoreReport":
    """Run the check of the store, with a bar on a terminal."""
    from tqdm import tqdm

    with tqdm(
        disable=not sys.stderr.isatty(),
        leave=False,
        bar_format="{percentage:3.0f} % |{bar}| {desc} · {remaining} left",
        desc="observations",
    ) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return check(connection, progress=show)
