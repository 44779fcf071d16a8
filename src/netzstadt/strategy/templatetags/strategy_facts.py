"""How templates name facts of elements and write their values."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from netzstadt.strategy import labels

register = template.Library()


register.filter("fact_label", labels.fact_label)


@register.filter
def fact_value(value: object) -> str:
    """A value of a fact as people write it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)
