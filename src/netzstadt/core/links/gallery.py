"""What the gallery of the kit shows of links: two relations, and one that leads out of sight."""

from typing import Any

from django.utils.translation import gettext as _

from netzstadt.core.links.models import Link
from netzstadt.core.links.queries import Linked, LinkEntry, LinkGroup
from netzstadt.core.links.relations import RELATIONS
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib.ids import new_id


def examples() -> dict[str, Any]:
    """Links that are stored nowhere."""
    found = Linked(
        groups=[
            _group("part_of", _("Air quality in the centre"), _("since the new mast")),
            _group("derived_from", _("Bicycle counter"), ""),
        ],
        restricted=1,
        is_cut=False,
    )
    return {"id": new_id(), "links": {"found": found, "may_link": True}}


def _group(name: str, title: str, note: str) -> LinkGroup:
    relation = RELATIONS[name]
    card = ObjectCard(model="kit.example", id=new_id(), title=title, url="#links")
    entry = LinkEntry(link=Link(relation=name, note=note), card=card, kind=_("Station"))
    return LinkGroup(
        title=str(relation.title), relation=relation, is_outgoing=True, entries=[entry]
    )
