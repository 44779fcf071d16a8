"""What pages read from their address: the order of a list, and where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sorting:
    """The column a list is sorted by; ``columns`` maps its public names to fields."""

    columns: Mapping[str, str]
    column: str
    is_descending: bool

    @classmethod
    def from_query(cls, given: str, columns: Mapping[str, str], *, default: str) -> "Sorting":
        """Read ``?sort=name`` or ``?sort=-name``; what is unknown falls back to ``default``."""
        wanted = given if given.removeprefix("-") in columns else default
        return cls(columns, wanted.removeprefix("-"), wanted.startswith("-"))

    def aria(self, column: str) -> str:
        """The value of ``aria-sort`` of a column's head."""
        if column != self.column:
            return "none"
        return "descending" if self.is_descending else "ascending"

    def apply(self, queryset: QuerySet[M, Any]) -> QuerySet[M, Any]:
        """Sort, with the primary key as the last word, so that pages never overlap."""
        sign = "-" if self.is_descending else ""
        return queryset.order_by(f"{sign}{self.columns[self.column]}", f"{sign}pk")


def safe_target(request: HttpRequest) -> str:
    """The path named by ``next``, if it leads to this server; else an empty text.

    A path begins with a slash: a bare word would be taken for the name of an address.
    """
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else ""
