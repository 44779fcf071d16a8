"""Fill the demo city, and keep its simulated sensors sending."""

import click

from netzstadt.config import Config


@click.group(
    epilog="""\
\b
Examples:
  netzstadt demo fill     accounts, stations and 400 days of values; again adds what is missing
  netzstadt demo send     send simulated values until stopped (up does it by itself)
\b
Exit codes: 0 done or stopped on request, 1 refused (a sentence says why).
"""
)
def command() -> None:
    """Fill the demo city, and keep its simulated sensors sending.

    Everything of the demo is marked as simulated, on pages and in the API.
    """


@command.command(
    epilog="""\
\b
Example:
  netzstadt demo fill
"""
)
def fill() -> None:
    """Write the demo accounts, stations and 400 days of simulated values."""
    from zoneinfo import ZoneInfo

    import django
    import psycopg
    from tqdm import tqdm

    from netzstadt.embedded.session import running_database
    from netzstadt.lib import clock

    config = Config.from_environment()
    url = running_database(config)
    django.setup()
    from django.utils import translation

    from netzstadt.core.days import today
    from netzstadt.core.geo.demo import make_demo_places
    from netzstadt.core.orgs.demo import DemoRefused, make_demo_accounts
    from netzstadt.core.tags.demo import make_demo_vocabulary
    from netzstadt.portfolio.demo import make_demo_projects
    from netzstadt.stakeholders.demo import make_demo_network
    from netzstadt.strategy.demo import make_demo_strategy
    from netzstadt.urbandata.demo.history import fill_city
    from netzstadt.urbandata.demo.outline import demo_boundary, draw_demo_outline

    with translation.override("en"):  # as everything a command says
        try:
            for account in make_demo_accounts(at=clock.now()):
                click.echo(f"account {account.email}: {account.what_for}")
        except DemoRefused as refusal:
            click.echo(f"No demo accounts: {refusal}")
    draw_demo_outline(at=clock.now())
    make_demo_places(boundary=demo_boundary(), at=clock.now())
    make_demo_vocabulary(at=clock.now())
    with (
        psycopg.connect(url, autocommit=True) as connection,
        tqdm(desc="Simulated values", unit=" values", unit_scale=True, disable=None) as bar,
    ):

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        loaded = fill_city(connection, at=clock.now(), zone=ZoneInfo(config.time_zone), tell=tell)
    click.echo(f"{loaded:,} simulated values are new.")
    make_demo_strategy(at=clock.now())
    make_demo_projects(today=today(), at=clock.now())
    make_demo_network(today=today(), at=clock.now())


@command.command(
    epilog="""\
\b
Example:
  netzstadt demo send     beside a running up with NETZSTADT_DEMO=no
"""
)
def send() -> None:
    """Send simulated values, one station after another, until stopped."""
    import asyncio
    import signal
    from zoneinfo import ZoneInfo

    from netzstadt.embedded.children import end_with_supervisor
    from netzstadt.embedded.session import running_database
    from netzstadt.urbandata.demo.sending import send_until_cancelled

    end_with_supervisor()
    config = Config.from_environment()
    url = running_database(config)

    async def run() -> None:
        task = asyncio.ensure_future(send_until_cancelled(url, ZoneInfo(config.time_zone)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error

    asyncio.run(run())
