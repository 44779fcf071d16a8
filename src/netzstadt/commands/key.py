"""Make, list and revoke API keys."""

from datetime import timedelta

import click

from netzstadt.commands.house import house, person_named


@click.group(
    epilog="""\
\b
Examples:
  netzstadt key make "Weather gateway" --for data@demo.example --write
  netzstadt key make "Balcony" --for data@demo.example --write --thing "My balcony" --days 30
  netzstadt key list
  netzstadt key revoke nst_AbCdEfGh
\b
Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong usage.
"""
)
def command() -> None:
    """Make, list and revoke API keys, beside a running `netzstadt up`."""


@command.command(short_help="Make a key and print its secret.")
@click.argument("name")
@click.option("--for", "email", required=True, metavar="EMAIL", help="Person the key acts as.")
@click.option("--read", is_flag=True, help="The key may read what is not public.")
@click.option("--write", is_flag=True, help="The key may write.")
@click.option(
    "--thing", "things", multiple=True, metavar="NAME", help="Only this Thing; may be repeated."
)
@click.option("--days", type=click.IntRange(1, 3650), help="Valid for so many days; else for good.")
def make(
    name: str, email: str, read: bool, write: bool, things: tuple[str, ...], days: int | None
) -> None:
    """Make a key and print its secret, which is stored nowhere and shown only now."""
    with house():
        from netzstadt.lib import clock
        from netzstadt.urbandata import queries, services

        holder = person_named(email)
        found = queries.things_named(things, to=holder)
        if missing := [thing for thing in things if thing not in found]:
            raise click.ClickException(
                f"There is no Thing {missing[0]!r} that {email} may see, or more than one."
            )
        at = clock.now()
        issued = services.issue_api_key(
            name=name,
            holder=holder,
            may_read=read,
            may_write=write,
            things=list(found.values()) if things else None,
            expires_at=at + timedelta(days=days) if days else None,
            by=None,
            at=at,
        )
        click.echo(issued.secret)


@command.command(name="list")
def list_() -> None:
    """List all keys, those that still open something first."""
    with house():
        from netzstadt.lib import clock
        from netzstadt.urbandata import queries

        at = clock.now()
        keys = list(queries.api_keys(at=at))
        if not keys:
            click.echo("There are no keys yet.", err=True)
        for key in keys:
            rights = "+".join(
                word for word, may in (("read", key.may_read), ("write", key.may_write)) if may
            )
            state = "valid" if key.is_valid(at) else "ended"
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
            click.echo(f"{key.prefix}  {state}  {rights:<10}  {used:<16}  {key.name}")


@command.command(short_help="Revoke a key at once and for good.")
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke a key at once and for good; PREFIX is its beginning, as `list` prints it."""
    with house():
        from netzstadt.lib import clock
        from netzstadt.lib.api_keys import prefix_of
        from netzstadt.urbandata import queries, services

        beginning = prefix_of(prefix)
        key = queries.key_with_prefix(beginning)
        if key is None:
            raise click.ClickException(f"There is no key that begins with {beginning}.")
        services.revoke_api_key(key=key, by=None, at=clock.now())
        click.echo(f"{key.name} is revoked.")
