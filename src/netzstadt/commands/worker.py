"""Do background jobs (a part of up)."""

import click

from netzstadt.config import Config


@click.command(
    epilog="""\
\b
Examples:
  netzstadt worker                    jobs of the database that up runs

\b
Exit codes: 0 stopped on request, 1 could not start (a sentence says why).
"""
)
def command() -> None:
    """Do background jobs and the duties that come round, until stopped.

    Needs a database that runs: that of `netzstadt up`, or NETZSTADT_DATABASE_URL. Any number may
    run: each job is done by one of them. A job in the works is finished before it stops if it takes
    no longer than a few seconds; else, or at a second Ctrl-C, another worker does it again.
    """
    from netzstadt.embedded.children import end_with_supervisor
    from netzstadt.embedded.session import running_database

    end_with_supervisor()
    running_database(Config.from_environment())

    import django

    django.setup()

    from netzstadt.core.jobs.worker import run_worker

    run_worker()
