"""What changed between two status reports of a project, in sentences."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from netzstadt.core.money import euros
from netzstadt.portfolio.lights import Light, aspect_title
from netzstadt.portfolio.status_files import Content


def differences(before: Content, now: Content) -> list[str]:
    """What a reader of the last report does not know yet: lights, money, milestones, risks."""
    return [
        *_lights(before, now),
        *_money(before, now),
        *_milestones(before, now),
        *_risks(before, now),
    ]


def _lights(before: Content, now: Content) -> Iterator[str]:
    known = {one.aspect: one.light for one in [*before.lights, before.overall]}
    for one in [now.overall, *now.lights]:
        old = known[one.aspect]
        if old != one.light:
            yield _("%(aspect)s: %(before)s → %(now)s") % {
                "aspect": aspect_title(one.aspect),
                "before": Light(old).label,
                "now": Light(one.light).label,
            }


def _money(before: Content, now: Content) -> Iterator[str]:
    old, new = before.money, now.money
    if old is None or new is None:
        return
    for name, text in (
        ("planned_cents", _("Planned cost: %(before)s → %(now)s")),
        ("expected_cents", _("Expected cost: %(before)s → %(now)s")),
    ):
        if old[name] != new[name]:
            yield text % {"before": euros(old[name]), "now": euros(new[name])}


def _milestones(before: Content, now: Content) -> Iterator[str]:
    known = {one["id"]: one for one in before.rows("milestones")}
    for one in now.rows("milestones"):
        old = known.pop(one["id"], None)
        about = {"title": one["title"], "day": _day(one["reached_on"] or _due(one))}
        if old is None:
            yield _("New milestone: %(title)s, %(day)s") % about
        elif one["reached_on"] and not old["reached_on"]:
            yield _("Milestone reached: %(title)s, %(day)s") % about
        elif _due(one) != _due(old):
            yield _("Milestone moved: %(title)s, from %(before)s to %(day)s") % (
                about | {"before": _day(_due(old))}
            )
    for one in known.values():
        yield _("Milestone removed: %(title)s") % {"title": one["title"]}


def _risks(before: Content, now: Content) -> Iterator[str]:
    known = {one["id"]: one for one in before.rows("risks")}
    for one in now.rows("risks"):
        old = known.pop(one["id"], None)
        if old is None:
            yield _("New risk: %(title)s (%(score)d points)") % one
        elif old["score"] != one["score"]:
            yield _("Risk: %(title)s, from %(before)d to %(score)d points") % (
                one | {"before": old["score"]}
            )
    for one in known.values():
        yield _("Risk closed: %(title)s") % {"title": one["title"]}


def _due(one: dict[str, Any]) -> Any:
    return one["expected_on"] or one["planned_on"]


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
