"""Making and changing vocabularies."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.tags.events import SchemeChanged, SchemeMade
from netzstadt.core.tags.models import Scheme, SchemeVisibility
from netzstadt.core.tags.refusals import VocabularyRefused
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


# Words that stand in addresses where a key would.
RESERVED = frozenset({"new", "import"})


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeFacts:
    """What is said of a vocabulary, all of it at once."""

    title_de: str
    title_en: str = ""
    description_de: str = ""
    description_en: str = ""
    is_open: bool = False
    visibility: str = SchemeVisibility.PUBLIC.value


@transaction.atomic
def make_scheme(
    *, key: str, facts: SchemeFacts, by: "Person | None", at: datetime, uri: str = ""
) -> Scheme:
    """Begin a vocabulary. Its key stands in addresses and never changes.

    Raises VocabularyRefused if the key or the address is taken, or there is no German title.
    """
    wanted = _checked(facts)
    if key in RESERVED:
        raise VocabularyRefused(_("This key stands for a page; choose another."))
    try:
        with transaction.atomic():
            scheme = Scheme.objects.create(id=new_id(), key=key, uri=uri, created_at=at, **wanted)
    except IntegrityError as error:
        raise VocabularyRefused(
            _("There is a vocabulary with this key, or the key has other letters than a–z, 0–9, -.")
        ) from error
    audit.record(
        SchemeMade(
            object_id=scheme.pk, key=key, visibility=scheme.visibility, is_open=scheme.is_open
        ),
        by=by,
    )
    return scheme


@transaction.atomic
def change_scheme(*, scheme: Scheme, facts: SchemeFacts, by: "Person | None", at: datetime) -> None:
    """Say something else of a vocabulary; nothing happens where it is so already.

    Raises VocabularyRefused if there is no German title.
    """
    current = Scheme.objects.select_for_update().get(pk=scheme.pk)
    wanted = _checked(facts)
    changed = tuple(name for name, value in wanted.items() if getattr(current, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(current, name, wanted[name])
    current.save(update_fields=list(changed))
    audit.record(SchemeChanged(object_id=current.pk, changed=changed), by=by)


def _checked(facts: SchemeFacts) -> dict[str, str | bool]:
    title = " ".join(facts.title_de.split())
    if not title:
        raise VocabularyRefused(_("Give the vocabulary a German title."))
    return {
        "title_de": title[:200],
        "title_en": " ".join(facts.title_en.split())[:200],
        "description_de": facts.description_de.strip(),
        "description_en": facts.description_en.strip(),
        "is_open": facts.is_open,
        "visibility": SchemeVisibility(facts.visibility).value,
    }
