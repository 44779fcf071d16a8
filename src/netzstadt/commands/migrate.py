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
    from netzstadt.embedded.session import database

    config = Config.from_environment()
    with database(config, command="netzstadt migrate", makes=True) as url:
        done = migrate(url, time_zone=config.time_zone)
    for name in done:
        click.echo(f"ran {name}")
    click.echo("The tables fit this version.")


def migrate(url: str, *, time_zone: str) -> list[str]:
    """Run the migrations of the plane, then those of the rooms; return the names of what ran.

    The plane goes first: rooms read its tables and call its functions. Raises MigrationError, and
    nothing has run, where the database does not fit this version or its disk is too small.
    """
    import django
    import psycopg

    from netzstadt.commands.upgrade import objections
    from netzstadt.plane.migrate import MigrationError
    from netzstadt.plane.migrate import migrate as migrate_plane

    django.setup()
    with psycopg.connect(url, autocommit=True) as connection:
        for sentence in objections(connection, Config.from_environment()):
            raise MigrationError(sentence)
        done = [f"plane {name}" for name in migrate_plane(connection, time_zone=time_zone)]
    from django.core.management import call_command
    from django.db import connection as django_connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(django_connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
        done += [f"{step.app_label} {step.name}" for step, _ in plan]
    django_connection.close()
    return done
