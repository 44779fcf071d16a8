"""Removing what the city's room knows of a person."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.city import queries
from netzstadt.core.city.models import FeedbackMessage, FeedbackReply, Setup

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove what this person wrote through the forms; what she answered belongs to others.

    A legal page that names her stays: the law asks for a name there, so the office writes another
    one into it (§ 5 DDG, Art. 13 Para. 1 GDPR).
    """
    written = FeedbackMessage.objects.filter(email__iexact=person.email)
    done: dict[str, int | str] = {"messages": written.count()}
    written.delete()
    if replies := FeedbackReply.objects.filter(by=person).count():
        done["replies"] = _("%(count)s stay: they belong to the messages of others") % {
            "count": replies
        }
    if pages := queries.texts_naming(person):
        done["legal_pages"] = _("name her until they are written anew: %(which)s") % {
            "which": ", ".join(title for title, _text in pages)
        }
    if Setup.objects.filter(administrator=person).exists():
        done["setup"] = _("who did it stays, without a name")
    return done
