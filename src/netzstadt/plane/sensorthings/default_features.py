"""Default features of the Datastreams that a request writes to, made before its observations."""

from collections.abc import Iterable

from netzstadt.plane.audit import Trail
from netzstadt.plane.keys import key_of, require_writer
from netzstadt.plane.sensorthings import places
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.hints import SeriesHint


async def see_to_features(context: Context, hints: Iterable[SeriesHint]) -> None:
    """Give those of the Datastreams that lack it their default feature, in one transaction.

    Raises Problem 401 or 403 where the key may no longer write.
    """
    missing = [hint for hint in hints if not hint.has_feature]
    if not missing:
        return
    async with context.plane.writes.acquire() as connection, connection.transaction():
        trail = Trail(require_writer(await key_of(context.request, connection)))
        await places.ensure_features(connection, [hint.id for hint in missing], trail)
        await trail.write(connection)
    for hint in missing:
        hint.has_feature = True
