"""Bring the database's tables to this version."""

import click

from netzstadt.config import Config


@click.command(
    epilog="""\
\b
Examples:
  netzstadt migrate                   the embedded database, running or not
  NETZSTADT_DATABASE_URL=postgresql://… netzstadt migrate
\b
Exit codes: 0 the tables fit this version, 1 refused (a sentence says why).
"""
)
def command() -> None:
    """Bring the database's tables to this version.

    Runs what has not run yet, each step in a transaction, and is safe beside running servers.
    `netzstadt up` does it at every start; with several servers, run it once before they start.
    """
    from netzstadt.embedded.foreign import check
    from netzstadt.embedded.session import database

    config = Config.from_environment()
    if config.database_url:
        check(config.database_url)
    with database(config, command="netzstadt migrate") as url:
        done = migrate(url, time_zone=config.time_zone)
    for name in done:
        click.echo(f"ran {name}")
    click.echo("The tables fit this version.")


def migrate(url: str, *, time_zone: str) -> list[str]:
    """Run the migrations of the plane, then those of the rooms; return the names of what ran.

    The plane goes first: rooms read its tables and call its functions.
    """
    import django
    import psycopg
    from django.core.management import call_command
    from django.db import connection as django_connection
    from django.db.migrations.executor import MigrationExecutor

    from netzstadt.plane.migrate import migrate as migrate_plane

    with psycopg.connect(url, autocommit=True) as connection:
        done = [f"plane {name}" for name in migrate_plane(connection, time_zone=time_zone)]
    django.setup()
    executor = MigrationExecutor(django_connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
        done += [f"{step.app_label} {step.name}" for step, _ in plan]
    django_connection.close()
    return done
