"""The parts of the city's facts: each a form, a service and a preview, on the pages of the office
and as a step of the set-up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.forms import (
    CityForm,
    ImprintForm,
    LookForm,
    NameForm,
    PrivacyForm,
    StatementForm,
)
from netzstadt.core.city.models import City
from netzstadt.core.city.services import facts

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part. ``preview`` is the template that shows what was typed in; empty: none."""

    key: str
    title: str | Promise
    lead: str | Promise
    form: type[CityForm]
    write: Callable[..., City]
    preview: str = ""

    def set(self, form: CityForm, *, by: "Person", at: datetime) -> None:
        """Write what the form holds. Raises a Refusal."""
        self.write(facts=form.facts, by=by, at=at)


def _change_look(*, facts: Any, by: "Person", at: datetime) -> City:
    return _change(**facts, by=by, at=at)


_change = facts.change_look
PARTS = {
    part.key: part
    for part in (
        Part(
            key="name",
            title=_("City"),
            lead=_("What the pages call the city, and how it is reached."),
            form=NameForm,
            write=facts.name_city,
        ),
        Part(
            key="look",
            title=_("Look"),
            lead=_("The city’s colour for links and buttons, and its logo."),
            form=LookForm,
            write=_change_look,
            preview="city/_look.html",
        ),
        Part(
            key="imprint",
            title=_("Imprint"),
            lead=_("What § 5 of the German Digital Services Act (DDG) asks for."),
            form=ImprintForm,
            write=facts.write_imprint,
            preview="city/_imprint.html",
        ),
        Part(
            key="privacy",
            title=_("Privacy"),
            lead=_("What Art. 13 GDPR asks for. What the software itself does is added."),
            form=PrivacyForm,
            write=facts.write_privacy_notice,
            preview="city/_privacy.html",
        ),
        Part(
            key="accessibility",
            title=_("Accessibility"),
            lead=_(
                "The statement that the law asks for: in North Rhine-Westphalia § 10b BGG NRW and"
                " § 4 BITVNRW."
            ),
            form=StatementForm,
            write=facts.write_statement,
            preview="city/_accessibility.html",
        ),
    )
}
