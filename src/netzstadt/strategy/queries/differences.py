"""What differs between two editions of a strategy."""

import uuid
from dataclasses import dataclass

from netzstadt.strategy.models import SCORES, Contribution, Edition, ElementVersion

_COMPARED = ("title", "text", "parent_id", "is_cross_cutting", "starts_on", "due_on", *SCORES)


@dataclass(frozen=True, slots=True)
class Change:
    """An element of both editions that is called otherwise or stands elsewhere."""

    old: ElementVersion
    new: ElementVersion
    # The names of the facts that differ, with both values as they are.
    facts: dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Differences:
    """What a newer edition has, has no more, and has otherwise."""

    added: list[ElementVersion]
    removed: list[ElementVersion]
    changed: list[Change]
    unchanged: int
    serves_now: list[tuple[str, str]]
    serves_no_more: list[tuple[str, str]]
    has_other_vision: bool


def differences(old: Edition, new: Edition) -> Differences:
    """Compare two editions, element by element."""
    before, after = _versions(old), _versions(new)
    changed, unchanged = [], 0
    for key, version in after.items():
        if key not in before:
            continue
        facts = _facts(before[key], version, before, after)
        if facts:
            changed.append(Change(before[key], version, facts))
        else:
            unchanged += 1
    pairs_before, pairs_after = _serving(old), _serving(new)
    return Differences(
        added=[version for key, version in after.items() if key not in before],
        removed=[version for key, version in before.items() if key not in after],
        changed=changed,
        unchanged=unchanged,
        serves_now=_titles(pairs_after - pairs_before, after),
        serves_no_more=_titles(pairs_before - pairs_after, before),
        has_other_vision=old.vision != new.vision,
    )


def _versions(edition: Edition) -> dict[uuid.UUID, ElementVersion]:
    found = ElementVersion.objects.filter(edition=edition).select_related("element")
    return {one.element_id: one for one in found.order_by("element__code", "id")}


def _facts(
    old: ElementVersion,
    new: ElementVersion,
    before: dict[uuid.UUID, ElementVersion],
    after: dict[uuid.UUID, ElementVersion],
) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {}
    for name in _COMPARED:
        pair = (getattr(old, name), getattr(new, name))
        if pair[0] == pair[1]:
            continue
        if name == "parent_id":
            found["parent"] = (
                before[old.parent_id].title if old.parent_id in before else "",
                after[new.parent_id].title if new.parent_id in after else "",
            )
        else:
            found[name] = pair
    return found


def _serving(edition: Edition) -> set[tuple[uuid.UUID, uuid.UUID]]:
    return set(Contribution.objects.filter(edition=edition).values_list("source_id", "target_id"))


def _titles(
    pairs: set[tuple[uuid.UUID, uuid.UUID]], versions: dict[uuid.UUID, ElementVersion]
) -> list[tuple[str, str]]:
    return sorted((versions[source].title, versions[target].title) for source, target in pairs)
