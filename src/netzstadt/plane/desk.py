"""Changes that people make at the house's own pages: by the rules of the SensorThings API.

A page says what it wants as the API's documents do. They are read by the same readers and carried
out by the same functions as a POST, PATCH or DELETE, in the transaction of the caller; so the API
and the pages cannot differ. What is remembered in the plane's processes stays true: see
docs/explanation/writing.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from netzstadt.plane.borrowed import Borrowed, finish
from netzstadt.plane.errors import Problem
from netzstadt.plane.groups import HELD
from netzstadt.plane.keys import Key
from netzstadt.plane.rollups import Days
from netzstadt.plane.sensorthings import places
from netzstadt.plane.sensorthings.change_observation import change_observation
from netzstadt.plane.sensorthings.create import Creation
from netzstadt.plane.sensorthings.delete import delete_entity
from netzstadt.plane.sensorthings.found import Found, find
from netzstadt.plane.sensorthings.observation_ids import Place
from netzstadt.plane.sensorthings.update import change
from netzstadt.standards.sensorthings.entities import Change, read_change, read_new
from netzstadt.standards.sensorthings.model import BY_NAME, OBSERVATION, THING
from netzstadt.standards.sensorthings.path import Id
from netzstadt.standards.strict_json import JsonError


class NotTaken(Exception):
    """The store does not take a change; ``place`` is where in the document."""

    def __init__(self, detail: str, place: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.place = place


@dataclass(frozen=True, slots=True)
class Correction:
    """What becomes of one observation: a new result, or other flags of quality, or both."""

    time: datetime
    sequence: int
    values: dict[str, Any]
    flags: list[str] | None = None


class Desk:
    """Changes entities for a person in the caller's transaction. Every method raises NotTaken.

    Whether she may is judged before, by the caller.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        *,
        person_id: UUID | None,
        acting_for_id: UUID | None,
        at: datetime,
    ) -> None:
        self._connection = connection
        self._key = Key(
            id=None,
            person_id=person_id,
            may_read=True,
            may_write=True,
            thing_ids=None,
            writes=True,
            acting_for_id=acting_for_id,
        )
        self._at = at

    def create(self, type_name: str, document: dict[str, Any], *, thing: Id | None = None) -> UUID:
        """Make an entity, with what stands inline in its document, below ``thing`` if it is given;
        return what the trail calls it."""
        found: Found = self._finish(self._create(type_name, document, thing))
        return found.uuid

    def change(self, type_name: str, identifier: Id, document: dict[str, Any]) -> None:
        """Merge the members of a document into an entity (PATCH)."""
        self._finish(self._change(type_name, identifier, document))

    def delete(self, type_name: str, identifier: Id) -> None:
        """Delete an entity with all that cannot be without it."""
        self._finish(self._delete(type_name, identifier))

    def place_thing(self, identifier: Id, document: dict[str, Any]) -> None:
        """Move a Thing to a new Location. All its Datastreams have their default feature
        afterwards, so that no process need know of the move."""
        self._finish(self._place(identifier, document))

    def correct(self, series: int, uuid: UUID, corrections: list[Correction]) -> None:
        """Correct observations of one series; the caller records what it was and why."""
        self._finish(self._correct(series, uuid, corrections))

    def _creation(self) -> Creation:
        return Creation(
            Borrowed(self._connection),
            self._key,
            Days.read(self._connection),
            at=self._at,
        )

    def _finish(self, work: Any) -> Any:
        try:
            return finish(work)
        except (Problem, JsonError) as refusal:
            raise NotTaken(refusal.detail, refusal.place) from refusal
        except psycopg.errors.LockNotAvailable as held:
            raise NotTaken(HELD, "") from held

    async def _create(self, type_name: str, document: dict[str, Any], thing: Id | None) -> Found:
        implied = "Thing" if thing is not None else None
        entity = read_new(document, BY_NAME[type_name], implied=implied)
        creation = self._creation()
        given = {}
        if thing is not None:
            given["Thing"] = await self._found(creation, "Thing", thing)
        return await creation.run(entity, given)

    async def _change(self, type_name: str, identifier: Id, document: dict[str, Any]) -> None:
        read = read_change(document, BY_NAME[type_name])
        creation = self._creation()
        found = await self._found(creation, type_name, identifier)
        await change(creation, found, lambda _found, _now: read)

    async def _delete(self, type_name: str, identifier: Id) -> None:
        creation = self._creation()
        found = await self._found(creation, type_name, identifier)
        await delete_entity(creation.connection, found, creation.trail)
        await creation.trail.write(creation.connection)

    async def _place(self, identifier: Id, document: dict[str, Any]) -> None:
        creation = self._creation()
        thing = await self._found(creation, THING.name, identifier)
        entity = read_new(document, BY_NAME["Location"])
        # Made below its Thing, which it is given with it: a HistoricalLocation remembers the move.
        await creation.make(entity, {"Things": thing})
        rows = await creation.connection.fetch(
            "select id from series where thing_id = $1", thing.key
        )
        await places.ensure_features(
            creation.connection, [row["id"] for row in rows], creation.trail
        )
        await creation.trail.write(creation.connection)

    async def _correct(self, series: int, uuid: UUID, corrections: list[Correction]) -> None:
        creation = self._creation()
        await creation.connection.execute("select series_lock($1::bigint[])", [series])
        for each in corrections:
            place = Place(series, each.time, each.sequence)
            await change_observation(
                creation.connection,
                Found(OBSERVATION, place, place.identifier, uuid),
                Change(OBSERVATION, each.values, {}),
                {},
                key=self._key,
                days=creation.days,
                trail=creation.trail,
                flags=each.flags,
            )

    async def _found(self, creation: Creation, type_name: str, identifier: Id) -> Found:
        found = await find(creation.connection, BY_NAME[type_name], identifier)
        if found is None:
            raise Problem(404, f"There is no such {type_name} any more.")
        return found
