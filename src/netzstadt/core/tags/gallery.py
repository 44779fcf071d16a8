"""What the gallery of the kit shows of tags: those of an object, and the choice within a form."""

from typing import Any

from django.utils.translation import gettext as _

from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.core.tags.templatetags.tags import TagPanel, TagPicker
from netzstadt.lib.ids import new_id


def examples() -> dict[str, Any]:
    """Terms of a vocabulary that is stored nowhere."""
    title = _("Themes")
    scheme = Scheme(key="kit-themes", title_de=title, title_en=title)
    air, water, traffic = (
        Concept(scheme=scheme, label_de=label, label_en=label)
        for label in (_("Air"), _("Water"), _("Traffic"))
    )
    return {
        "id": new_id(),
        "panel": TagPanel(tags=[air, water], schemes=[scheme], may_tag=True, offered=[traffic]),
        "picker": TagPicker(scheme, [air], [water, traffic]),
    }
