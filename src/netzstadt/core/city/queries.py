"""Reading the city's facts, its set-up and its feedback."""

import hashlib
import re
import time
import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Prefetch, QuerySet, TextField
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.city.models import (
    City,
    FeedbackKind,
    FeedbackMessage,
    FeedbackReply,
    FeedbackState,
    Setup,
)
from netzstadt.core.city.permissions import ANSWER_FEEDBACK, MANAGE_CITY
from netzstadt.core.orgs.queries import persons
from netzstadt.core.rooms import Deadline, ObjectCard, TileContent, TileLine
from netzstadt.lib.colours import as_hex
from netzstadt.lib.mentions import pattern_of

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

# Every page shows the city. What another process changed is seen after this time at the latest.
FRESH_FOR_S = 4.0
# Where people of North Rhine-Westphalia complain; the city may write another.
LDI_NRW = """Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen
Kavalleriestraße 2–4, 40213 Düsseldorf
poststelle@ldi.nrw.de"""
# The colour of actions in KERN (darkblue-700), for paper where the city has no accent.
KERN_ACTION = "#2044aa"
_TILE_LINES = 5


class _Known:
    """What this process read last, and when."""

    city: City | None = None
    until: float = 0.0


def current() -> City:
    """The city as pages show it: of the database, at most a few seconds old, without the logo's
    bytes. For reading only."""
    known = _Known.city
    if known is None or time.monotonic() >= _Known.until:
        known = City.objects.defer("logo").first() or City()
        _Known.city, _Known.until = known, time.monotonic() + FRESH_FOR_S
    return known


def forget() -> None:
    """Read the city anew next time; called by who changes it."""
    _Known.city = None


def city_name() -> str:
    """What the city is called."""
    return current().shown_name


def supervisory_authority() -> str:
    """To whom people complain about how their data is treated (Art. 77 GDPR).

    Empty where a city of another state has not written it: that state's is not known here.
    """
    city = current()
    return city.privacy_authority or (LDI_NRW if city.is_in_north_rhine_westphalia else "")


def logo(digest: str) -> tuple[bytes, str] | None:
    """Bytes and type of the logo with this digest; None where it is another one by now."""
    row = City.objects.filter(logo_digest=digest).values_list("logo", "logo_type").first()
    return (bytes(row[0]), row[1]) if row is not None and row[0] is not None else None


def letterhead() -> dict[str, Any]:
    """The city for ``core/city/typst/paper.typ``: its name, its accent, its logo (SVG as text,
    pictures as bytes) and the description of that."""
    city = current()
    found = logo(city.logo_digest) if city.logo_digest else None
    shown: str | list[int] | None = None
    if found is not None:
        content, media_type = found
        shown = content.decode() if media_type == "image/svg+xml" else list(content)
    return {
        "name": city.shown_name,
        "accent": as_hex(city.look.light) if city.look else KERN_ACTION,
        "logo": shown,
        "logo_text": _("Logo: %(city)s") % {"city": city.shown_name},
    }


def city_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The city as others show it, for who sets its facts."""
    if not access.may(to, MANAGE_CITY):
        return {}
    return {
        city.pk: ObjectCard(
            model="city.city", id=city.pk, title=city.shown_name, url=reverse("city:settings")
        )
        for city in City.objects.defer("logo").filter(pk__in=ids)
    }


def missing_parts(city: City) -> list[tuple[str, str]]:
    """The legal pages that are not complete: part and title."""
    parts = (
        ("imprint", _("Imprint"), city.has_imprint),
        ("privacy", _("Privacy"), city.has_privacy_notice),
        ("accessibility", _("Accessibility"), city.has_statement),
    )
    return [(part, title) for part, title, is_there in parts if not is_there]


# -- set-up ------------------------------------------------------------------------------------


def digest_of(secret: str) -> bytes:
    """What is stored of the secret in the address: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def open_setup(secret: str, *, at: datetime) -> Setup | None:
    """The set-up that this address belongs to; None if it is done, expired or never was.

    An address made while nobody had an account is void once somebody has, except for the
    administrator whom it made.
    """
    found = (
        Setup.objects.filter(
            secret_digest=digest_of(secret), expires_at__gt=at, finished_at__isnull=True
        )
        .select_related("administrator")
        .first()
    )
    if found is None or (found.administrator is None and persons.persons().exists()):
        return None
    return found


def is_setup_wanted() -> bool:
    """Whether there is nobody yet, or the set-up was begun and not finished."""
    begun = Setup.objects.filter(administrator__isnull=False)
    if begun.exists():
        return begun.filter(finished_at__isnull=True).exists()
    return not persons.persons().exists()


# -- feedback ----------------------------------------------------------------------------------


def feedback(*, state: str = "", kind: str = "") -> QuerySet[FeedbackMessage, Any]:
    """What people wrote, newest first."""
    found = FeedbackMessage.objects.order_by("-received_at", "-id")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found


def message(message_id: uuid.UUID) -> FeedbackMessage | None:
    """One message with its replies and who wrote them; None if there is none."""
    replies = FeedbackReply.objects.select_related("by").order_by("at")
    found = FeedbackMessage.objects.filter(pk=message_id)
    return found.prefetch_related(Prefetch("replies", queryset=replies)).first()


def open_feedback() -> QuerySet[FeedbackMessage, Any]:
    """What is not answered yet; what is due first comes first."""
    found = FeedbackMessage.objects.exclude(state=FeedbackState.ANSWERED)
    return found.order_by("answer_due_on", "received_at")


def feedback_tile(person: "Person", *, at: datetime) -> TileContent:
    """What waits for an answer, for the start page."""
    today = at.date()
    lines = tuple(
        TileLine(
            text=f"{one.get_kind_display()}: {one.get_category_display()}",
            url=reverse("city:feedback-message", args=[one.pk]),
            at=one.answer_due_on or one.received_at,
            is_late=one.answer_due_on is not None and one.answer_due_on < today,
        )
        for one in open_feedback()[:_TILE_LINES]
    )
    return TileContent(lines=lines, count=open_feedback().count(), url=reverse("city:feedback"))


def feedback_deadlines(person: "Person", *, since: date, until: date) -> list[Deadline]:
    """The days on which barriers have to be answered, for who answers them."""
    if not access.may(person, ANSWER_FEEDBACK):
        return []
    due = open_feedback().filter(
        kind=FeedbackKind.BARRIER, answer_due_on__gte=since, answer_due_on__lte=until
    )
    return [
        Deadline(
            uid=f"city.feedback.{one.pk}",
            title=_("Answer a reported barrier"),
            on=one.answer_due_on,
            url=reverse("city:feedback-message", args=[one.pk]),
        )
        for one in due
        if one.answer_due_on is not None
    ]


def feedback_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Messages as others show them, for who may read them."""
    if not access.may(to, ANSWER_FEEDBACK):
        return {}
    return {
        one.pk: ObjectCard(
            model="city.feedback",
            id=one.pk,
            title=f"{one.get_kind_display()}: {one.get_category_display()}",
            url=reverse("city:feedback-message", args=[one.pk]),
        )
        for one in FeedbackMessage.objects.filter(pk__in=ids)
    }


def persons_who_answer(event: "AuditEvent") -> list[uuid.UUID]:
    """Whom a new message is told to."""
    return access.persons_with(ANSWER_FEEDBACK)


def texts_naming(person: "Person") -> list[tuple[str, str]]:
    """The texts about the city in which this person or her address stands: what each is called and
    what it says."""
    city = City.objects.defer("logo").first()
    if city is None:
        return []
    names_her = re.compile(pattern_of(person.name, person.email), re.IGNORECASE)
    return [
        (str(field.verbose_name), getattr(city, field.name))
        for field in City._meta.concrete_fields
        if isinstance(field, CharField | TextField) and names_her.search(getattr(city, field.name))
    ]


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What this person wrote through the forms, by her address, what she answered, where the legal
    pages name her, and whether she set the installation up."""
    written = FeedbackMessage.objects.filter(email__iexact=person.email).order_by("received_at")
    replies = FeedbackReply.objects.filter(by=person).order_by("at")
    return {
        "messages": [
            {
                "received_at": one.received_at.isoformat(),
                "kind": one.kind,
                "category": one.category,
                "page": one.page,
                "text": one.text,
                "email": one.email,
                "state": one.state,
            }
            for one in written
        ],
        "replies": [
            {"at": one.at.isoformat(), "text": one.text, "is_final": one.is_final}
            for one in replies
        ],
        "legal_pages": [{"what": title, "text": text} for title, text in texts_naming(person)],
        "setup": [
            {"finished_at": one.finished_at.isoformat() if one.finished_at else None}
            for one in Setup.objects.filter(administrator=person)
        ],
    }
