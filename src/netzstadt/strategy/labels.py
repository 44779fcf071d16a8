"""What people call the facts of an element."""

from django.utils.translation import gettext as _

from netzstadt.strategy.models import ElementVersion


def fact_label(name: str) -> str:
    """The label of a fact; its place in the tree is called by what it lies in."""
    if name in {"parent", "parent_id"}:
        return _("Lies in")
    return str(getattr(ElementVersion._meta.get_field(name), "verbose_name", name))
