"""Import areas and addresses, and find a place by its name."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netzstadt.commands.house import house

if TYPE_CHECKING:
    from netzstadt.core.geo.account import Account

KINDS = ["CITY", "DISTRICT", "SUBURB", "QUARTER", "STATISTICAL"]
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(
    epilog="""\
\b
Examples:
  netzstadt places areas districts.geojson --kind DISTRICT --source "City of X" --preview
  netzstadt places addresses houses.csv --source "Geobasis NRW" --licence dl-de/zero-2-0
  netzstadt places find "Bochumer Str. 12"

\b
Areas are GeoJSON in EPSG:4326, or in EPSG:25832 or 25833, which are converted. Addresses are CSV
with columns such as street, number, postcode, latitude, longitude (or strasse, hausnummer, plz,
ostwert, nordwert), or house coordinates of a Land.

\b
Each row is new, changed, unchanged or rejected with a reason. Again changes nothing: an area is
known by its kind and key, an address by its key or by street, number and city.

\b
Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong usage.
"""
)
def command() -> None:
    """Import areas and addresses, and find a place, beside a running `netzstadt up`."""


def _options(function: Any) -> Any:
    """What both imports are told."""
    for option in (
        click.option("--preview", is_flag=True, help="Only say what would become of each row."),
        click.option("--licence", default="", help="Under which it is published."),
        click.option("--url", default="", help="Address of the source."),
        click.option("--source", required=True, help="Who publishes it."),
        click.argument("file", type=_FILE),
    ):
        function = option(function)
    return function


@command.command()
@_options
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the areas are.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="They hold from this day on.")
def areas(
    *,
    file: Path,
    source: str,
    url: str,
    licence: str,
    preview: bool,
    kind: str,
    valid_from: datetime | None,
) -> None:
    """Import areas from a GeoJSON FeatureCollection."""
    with house():
        from netzstadt.core.geo.services import Source, files
        from netzstadt.lib import clock

        day = valid_from.date() if valid_from else None
        with file.open("rb") as stream:
            account = files.import_area_file(
                stream=stream,
                kind=kind,
                source=Source(title=source, url=url, licence=licence, valid_from=day),
                file_name=file.name,
                by=None,
                at=clock.now(),
                is_preview=preview,
            )
        _print(account)


@command.command()
@_options
@click.option("--city", default="", help="Taken where the file does not say it.")
def addresses(*, file: Path, source: str, url: str, licence: str, preview: bool, city: str) -> None:
    """Import addresses from CSV, row by row."""
    with house():
        from netzstadt.core.geo.services import Source, files
        from netzstadt.lib import clock

        with file.open("rb") as stream:
            account = files.import_address_file(
                stream=stream,
                city=city,
                source=Source(title=source, url=url, licence=licence),
                file_name=file.name,
                by=None,
                at=clock.now(),
                is_preview=preview,
            )
        _print(account)


@command.command()
@click.argument("text")
def find(text: str) -> None:
    """Say where a place is: a street, a house number, an area, however it is spelt."""
    with house():
        from netzstadt.core.geo.queries import gazetteer

        found = gazetteer.locate(text)
        for one in found:
            longitude, latitude = one.point
            click.echo(f"{latitude:9.5f} {longitude:9.5f}  {one.title}  ({one.detail})")
        if not found:
            raise click.ClickException("No place is called so.")


def _print(account: "Account") -> None:
    if account.is_preview:
        click.echo("Preview: nothing is stored.")
    for name in ("read", "new", "changed", "unchanged", "rejected"):
        click.echo(f"  {name:<10}{getattr(account, name):>12,}")
    for reject in account.rejects:
        click.echo(f"  {reject.place}: {reject.reason}", err=True)
    if account.rejected > len(account.rejects):
        click.echo("  … only the first ones are listed.", err=True)
