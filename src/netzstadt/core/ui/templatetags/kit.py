"""What the kit's templates cannot say in template language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.safestring import SafeString

from netzstadt.core.days import last_day_text
from netzstadt.core.facts import differences, fact, facts
from netzstadt.core.rooms import event_title
from netzstadt.core.ui.queries import Sorting

register = template.Library()
register.filter("event_title", event_title)
register.filter("last_day", last_day_text)
register.filter("fact", fact)
register.filter("facts", facts)
register.filter("differences", differences)


@dataclass(frozen=True, slots=True)
class Widget:
    """A form field's HTML with its classes and its ties to hint and error."""

    html: SafeString
    is_check: bool
    is_group: bool
    is_select: bool
    hint_id: str
    error_id: str
    describedby: str


@register.simple_tag
def kit_widget(field: BoundField) -> Widget:
    """Render the widget of ``field`` as KERN draws it."""
    kind = field.field.widget
    # Several inputs that are one field, such as a point, say so themselves.
    is_group = isinstance(kind, RadioSelect | CheckboxSelectMultiple) or hasattr(
        kind, "is_composed"
    )
    is_check = isinstance(kind, CheckboxInput)
    is_select = isinstance(kind, Select) and not is_group
    name = field.id_for_label or field.html_name
    described = []
    if field.help_text:
        described.append(f"{name}-hint")
    if field.errors:
        described.append(f"{name}-error")
    attributes: dict[str, Any] = {
        "class": _css_class(is_check, is_group, is_select, bool(field.errors))
    }
    if described and not is_group:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors and not is_group:
        attributes["aria-invalid"] = "true"
    return Widget(
        html=field.as_widget(attrs=attributes),
        is_check=is_check,
        is_group=is_group,
        is_select=is_select,
        hint_id=f"{name}-hint",
        error_id=f"{name}-error",
        describedby=" ".join(described),
    )


def _css_class(is_check: bool, is_group: bool, is_select: bool, has_error: bool) -> str:
    if is_group:
        return "ns-choices"
    block = "kern-form-input__input"
    if is_check:
        block = "kern-form-check__checkbox"
    elif is_select:
        block = "kern-form-input__select"
    return f"{block} {block}--error" if has_error else block


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The query of this page's address with ``changes``; an empty value leaves a name out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def page_numbers(page: "Page[Any]") -> Iterator[int | str]:
    """The page numbers to show: first, last, and those around this one; a gap is empty."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return ("" if one == str(page.paginator.ELLIPSIS) else one for one in shown)


@dataclass(frozen=True, slots=True)
class SortState:
    """How a column's head is drawn."""

    aria: str
    href: str


@register.simple_tag(takes_context=True)
def sort_state(context: template.Context, sort: Sorting, column: str) -> SortState:
    """Whether the list is sorted by ``column``, and the address that sorts it so, or turns it."""
    aria = sort.aria(column)
    turned = f"-{column}" if aria == "ascending" else column
    return SortState(aria=aria, href=with_query(context, sort=turned, page=None, before=None))
