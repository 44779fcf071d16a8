"""Making and ending links."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.links import queries
from netzstadt.core.links.events import LinkEnded, LinkMade
from netzstadt.core.links.models import Link
from netzstadt.core.links.objects import Ref as Ref  # callers name the ends with it
from netzstadt.core.links.relations import RELATIONS, Relation, may_join
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


class LinkRefused(Refusal):
    """These objects cannot be linked so, or the link has ended already."""


@transaction.atomic
def link(
    *,
    source: Ref,
    relation: str,
    target: Ref,
    by: "Person | None",
    at: datetime,
    note: str = "",
) -> Link:
    """Link two objects; both histories tell of it.

    ``by`` must see both ends: what she may not see does not exist for her. The system itself
    (None) links what its rooms tell it to.

    Raises LinkRefused if the relation is unknown or may not join these kinds, an end is not there,
    they are linked so already, or a relation without cycles would get one.
    """
    known = RELATIONS.get(relation)
    if known is None:
        raise LinkRefused(_("There is no such relation."))
    if source == target:
        raise LinkRefused(_("An object cannot be linked with itself."))
    if not may_join(known, source.model, target.model):
        raise LinkRefused(_("This relation cannot join these kinds of objects."))
    if by is not None:
        _check_seen(source, target, by)
    if known.is_symmetric and target < source:
        source, target = target, source  # stored one way round, so that it is there once
    made = _insert(source, known, target, by, at, note)
    for here, other in ((source, target), (target, source)):
        audit.record(
            LinkMade(
                of_model=here.model,
                object_id=here.id,
                link_id=made.pk,
                relation=relation,
                is_source=here == source,
                other_model=other.model,
                other_id=other.id,
            ),
            by=by,
        )
    return made


def _check_seen(source: Ref, target: Ref, by: "Person") -> None:
    for end in (source, target):
        if queries.card(end, to=by) is None:
            raise LinkRefused(_("One of the two objects is not there any more."))


def _insert(
    source: Ref, relation: Relation, target: Ref, by: "Person | None", at: datetime, note: str
) -> Link:
    """Store the link; the database has the last word on what is there once and on cycles."""
    if relation.is_acyclic and _leads_to(target, relation, source):
        raise LinkRefused(
            _("That would go round in a circle: the one leads to the other already, turned round.")
        )
    try:
        with transaction.atomic():
            return Link.objects.create(
                source_model=source.model,
                source_id=source.id,
                relation=relation.name,
                target_model=target.model,
                target_id=target.id,
                note=note.strip(),
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        if "links_link_once" not in str(error):
            raise LinkRefused(_("These two objects cannot be linked so.")) from error
        raise LinkRefused(_("These two objects are linked so already.")) from error


def _leads_to(start: Ref, relation: Relation, end: Ref) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select links_lead(%s, %s, %s, %s, %s)",
            [relation.name, start.model, start.id, end.model, end.id],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


@transaction.atomic
def unlink(*, link: Link, by: "Person | None", at: datetime) -> None:
    """End a link; it stays as a record of what was linked, and both histories tell of its end.

    Raises LinkRefused if it has ended already.
    """
    current = Link.objects.select_for_update().get(pk=link.pk)
    if current.ended_at is not None:
        raise LinkRefused(_("This link has ended already."))
    _end(current, by=by, at=at)


@transaction.atomic
def end_links_of(*, ref: Ref, by: "Person | None", at: datetime) -> int:
    """End all links of an object that is removed; return how many there were.

    A room that removes an object for good calls this in the same transaction.
    """
    found = list(queries.links_at(ref).select_for_update().order_by("id"))
    for one in found:
        _end(one, by=by, at=at)
    return len(found)


def _end(link: Link, *, by: "Person | None", at: datetime) -> None:
    link.ended_at, link.ended_by = max(at, link.made_at), by
    link.save(update_fields=["ended_at", "ended_by"])
    source = Ref(link.source_model, link.source_id)
    target = Ref(link.target_model, link.target_id)
    for here, other in ((source, target), (target, source)):
        audit.record(
            LinkEnded(
                of_model=here.model,
                object_id=here.id,
                link_id=link.pk,
                relation=link.relation,
                is_source=here == source,
                other_model=other.model,
                other_id=other.id,
            ),
            by=by,
        )


@transaction.atomic
def forget_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int]:
    """Remove what links say about a person who is erased: those at her end, her notes go.

    That she made a link of two other objects stays as a key of her emptied account.
    """
    own = Ref("orgs.person", person.pk)
    ended = end_links_of(ref=own, by=by, at=at)
    at_her = Q(source_model=own.model, source_id=own.id) | Q(
        target_model=own.model, target_id=own.id
    )
    emptied = Link.objects.filter((at_her | Q(made_by=person)) & ~Q(note="")).update(note="")
    removed, _each = Link.objects.filter(at_her).delete()
    return {"links_ended": ended, "links_removed": removed, "notes_emptied": emptied}
