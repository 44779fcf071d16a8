"""Everything that changes what pages show of the city, and its legal pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.audit.events import Event
from netzstadt.core.city import markdown, queries
from netzstadt.core.city.events import (
    CityNamed,
    ImprintWritten,
    LookChanged,
    PrivacyNoticeWritten,
    StatementWritten,
)
from netzstadt.core.city.logo import Logo
from netzstadt.core.city.models import City, Conformity
from netzstadt.core.refusal import Refusal
from netzstadt.lib.colours import ENOUGH_FOR_TEXT, Accent, as_hex, read_colour
from netzstadt.lib.ids import new_id
from netzstadt.lib.municipal_code import is_municipal_code

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


class CityRefused(Refusal):
    """The city's facts cannot be set this way."""


class _Change(Protocol):
    """An event of what was changed: made of the object, the old facts and the new ones."""

    def __call__(
        self, *, object_id: Any, before: dict[str, Any], after: dict[str, Any]
    ) -> Event: ...


@transaction.atomic
def name_city(*, facts: Mapping[str, Any], by: "Person | None", at: datetime) -> City:
    """Set the city's name, municipality key, language and contact.

    Raises CityRefused if the name is empty or the key is none.
    """
    if not str(facts.get("name", "")).strip():
        raise CityRefused(_("The city needs a name."))
    code = facts.get("municipal_code", "")
    if code and not is_municipal_code(code):
        raise CityRefused(
            _("A municipality key (AGS) has eight digits and begins with a state from 01 to 16.")
        )
    return _write(facts, CityNamed, by=by, at=at)


@transaction.atomic
def change_look(
    *,
    accent: str,
    logo: Logo | None,
    by: "Person | None",
    at: datetime,
    is_logo_removed: bool = False,
) -> City:
    """Set the accent colour (empty: KERN's own) and, where one is given, the logo.

    Raises CityRefused if text in the colour could not be read by everybody: WCAG 2.2 AA asks for a
    contrast of 4.5 to 1.
    """
    facts: dict[str, Any] = {"accent": checked_accent(accent)}
    if logo is not None:
        facts |= {
            "logo": logo.content,
            "logo_type": logo.media_type,
            "logo_digest": logo.digest,
        }
    elif is_logo_removed:
        facts |= {"logo": None, "logo_type": "", "logo_digest": ""}
    return _write(facts, LookChanged, by=by, at=at)


def checked_accent(accent: str) -> str:
    """The colour in its one form, or an empty text. Raises CityRefused like ``change_look``."""
    if not accent.strip():
        return ""
    try:
        colour = read_colour(accent)
    except ValueError as error:
        raise CityRefused(_("Write the colour as # and six digits, such as #1a4f9c.")) from error
    chosen = Accent.of(colour)
    if not chosen.is_readable:
        raise CityRefused(
            _(
                "Text in %(colour)s has a contrast of %(ratio)s to 1 on the pages; at least"
                " %(needed)s to 1 is needed. Choose a darker colour."
            )
            % {
                "colour": as_hex(colour),
                # Cut, not rounded: 4.49 must not read as 4.5.
                "ratio": int(chosen.ratio * 10) / 10,
                "needed": ENOUGH_FOR_TEXT,
            }
        )
    return as_hex(colour)


@transaction.atomic
def write_imprint(*, facts: Mapping[str, Any], by: "Person | None", at: datetime) -> City:
    """Write the imprint (§ 5 DDG).

    Raises CityRefused if a link of its free text leads nowhere.
    """
    _check_markdown(facts, "imprint_text")
    return _write(facts, ImprintWritten, by=by, at=at)


@transaction.atomic
def write_privacy_notice(*, facts: Mapping[str, Any], by: "Person | None", at: datetime) -> City:
    """Write what the city says about data of visitors (Art. 13 GDPR).

    Raises CityRefused if a link of its texts leads nowhere.
    """
    _check_markdown(facts, "privacy_purposes", "privacy_recipients")
    return _write(facts, PrivacyNoticeWritten, by=by, at=at)


@transaction.atomic
def write_statement(*, facts: Mapping[str, Any], by: "Person | None", at: datetime) -> City:
    """Write the accessibility statement (§ 10b BGG NRW, § 4 BITVNRW).

    Raises CityRefused if barriers or reasons are missing where the pages are not fully accessible,
    if it was reviewed before it was made, or a link leads nowhere.
    """
    _check_markdown(facts, "barriers", "barriers_reasons", "barriers_alternatives")
    if facts["conformity"] != Conformity.FULL and not (
        facts["barriers"] and facts["barriers_reasons"]
    ):
        raise CityRefused(_("Name the barriers and the reasons for them."))
    if facts["statement_reviewed_on"] < facts["statement_made_on"]:
        raise CityRefused(_("A statement cannot be reviewed before it was made."))
    return _write(facts, StatementWritten, by=by, at=at)


def _check_markdown(facts: Mapping[str, Any], *names: str) -> None:
    found = [fault for name in names for fault in markdown.faults(facts.get(name, ""))]
    if found:
        raise CityRefused(" ".join(found))


def _write(facts: Mapping[str, Any], event: _Change, *, by: "Person | None", at: datetime) -> City:
    """Write the facts into the one row and record those that are new; nothing new, no event."""
    city = City.objects.select_for_update().first()
    if city is None:
        city = City(id=new_id(), changed_at=at)
        try:
            with transaction.atomic():
                city.save(force_insert=True)
        except IntegrityError:  # somebody else made it in the same moment
            city = City.objects.select_for_update().get()
    before = {name: getattr(city, name) for name in facts}
    for name, value in facts.items():
        setattr(city, name, value)
    changed = [name for name in facts if before[name] != getattr(city, name)]
    if not changed:
        return city
    city.changed_at = at
    try:
        city.clean_fields(exclude={field.name for field in City._meta.fields} - set(changed))
    except ValidationError as error:
        raise CityRefused(" ".join(error.messages)) from error
    city.save(update_fields=[*changed, "changed_at"])
    shown = [name for name in changed if name != "logo"]
    audit.record(
        event(
            object_id=city.pk,
            before={name: before[name] for name in shown},
            after={name: getattr(city, name) for name in shown},
        ),
        by=by,
    )
    # At once for this transaction, and after the commit for what was read meanwhile.
    queries.forget()
    transaction.on_commit(queries.forget)
    return city
