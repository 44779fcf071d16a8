"""Bringing a strategy in from a table, and again without making anything twice."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.lib.tables import Mistake
from netzstadt.strategy.events import StrategyImported
from netzstadt.strategy.models import PARENTS, Edition, Element, ElementKind, ElementVersion
from netzstadt.strategy.services import elements, standings
from netzstadt.strategy.services.elements import ElementFacts
from netzstadt.strategy.services.refusals import StrategyRefused
from netzstadt.strategy.strategy_files import Item, StrategyFile

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Where something stands: the titles from the top down to it. What has a code is found by that.
Place = tuple[tuple[str, str], ...]


class ImportRefused(StrategyRefused):
    """The file cannot be imported as it is."""


@dataclass(slots=True)
class Step:
    """What becomes of one element. ``version`` None is new; ``changed`` is old and new by fact."""

    item: Item
    place: Place
    version: ElementVersion | None
    parent: "Step | None"
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    made: ElementVersion | None = None

    @property
    def element_id(self) -> uuid.UUID | None:
        """The element, once it is there."""
        found = self.made or self.version
        return found.element_id if found else None

    @property
    def code(self) -> str:
        """Its code, as far as it is known: of what is new and has none it is made with it."""
        if self.item.number and self.parent is not None:
            return f"{self.parent.code}.{self.item.number}" if self.parent.code else ""
        found = self.made or self.version
        return found.element.code if found else self.item.code or self.item.number


@dataclass(slots=True)
class ImportPlan:
    """What an import would do: shown before it is done."""

    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    not_in_file: int = 0
    steps: list[Step] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        """Whether there is anything to import."""
        return bool(self.new or self.changed) and not self.mistakes


def plan_import(*, file: StrategyFile, edition: Edition) -> ImportPlan:
    """Compare a file with an edition. Changes nothing."""
    return _Planner(edition, file).plan()


class _Planner:
    """Finds for each element of a file the one that is there, top down."""

    def __init__(self, edition: Edition, file: StrategyFile) -> None:
        self._file = file
        self._plan = ImportPlan(mistakes=list(file.mistakes))
        versions = ElementVersion.objects.filter(edition=edition).select_related("element")
        self._versions = {one.element_id: one for one in versions}
        self._by_code = {one.element.code: one for one in self._versions.values()}
        self._kinds = dict(
            Element.objects.filter(strategy_id=edition.strategy_id).values_list("code", "kind")
        )
        self._by_place: dict[Place, ElementVersion] = {}
        for one in self._versions.values():
            self._by_place.setdefault(self._place_of(one), one)
        self._steps: dict[Place, Step] = {}
        self._step_of_code: dict[str, Step] = {}
        self._codes = {item.code for item in file.items if item.code}
        self._taken: set[uuid.UUID] = set()

    def _place_of(self, version: ElementVersion) -> Place:
        place: Place = ()
        at: ElementVersion | None = version
        while at is not None:
            place = ((at.element.kind, at.title.casefold()), *place)
            at = self._versions.get(at.parent_id) if at.parent_id else None
        return place

    def plan(self) -> ImportPlan:
        plan = self._plan
        for item in self._file.items:
            self._take(item)
        for step in self._steps.values():
            if step.version is None:
                plan.new.append(step)
            elif step.changed:
                plan.changed.append(step)
            else:
                plan.unchanged += 1
        plan.steps = list(self._steps.values())
        plan.not_in_file = len(self._versions) - plan.unchanged - len(plan.changed)
        return plan

    def _take(self, item: Item) -> None:
        parent: Step | None = None
        for level in range(len(item.above)):
            kind, title = item.above[level]
            above = Item(
                line=item.line,
                kind=kind,
                title=title,
                code="",
                number="",
                above=item.above[:level],
                parent=None,
                facts={},
            )
            parent = self._step(above, parent)
        if item.parent:
            parent = self._parent_by_code(item)
            if parent is None:
                return
        self._step(item, parent)

    def _parent_by_code(self, item: Item) -> Step | None:
        code = item.parent or ""
        if code in self._step_of_code:
            return self._step_of_code[code]
        if code in self._by_code:
            version = self._by_code[code]
            there = Item(
                line=item.line,
                kind=ElementKind(version.element.kind),
                title=version.title,
                code=code,
                number="",
                above=(),
                parent=None,
                facts={},
            )
            return Step(there, self._place_of(version), version, None)
        text = _("There is no element %(code)s before it to lie in.") % {"code": code[:60]}
        self._plan.mistakes.append(Mistake(item.line, text))
        return None

    def _step(self, item: Item, parent: Step | None) -> Step:
        place = ((*parent.place,) if parent else ()) + (
            (str(item.kind.value), item.title.casefold()),
        )
        known = self._steps.get(place)
        if known is not None and not (item.code and known.item.code):
            return self._merged(known, item)
        step = Step(item, place, None, parent)
        step.version = self._found(step)
        self._check(step)
        self._keep(step, place if known is None else (*place, ("code", item.code)))
        return step

    def _merged(self, step: Step, item: Item) -> Step:
        """What several rows say of one element: as what others lie in, and of itself."""
        facts = step.item.facts | item.facts
        step.item = replace(step.item, facts=facts, code=item.code or step.item.code)
        self._keep(step, step.place)
        return step

    def _keep(self, step: Step, key: Place) -> None:
        if step.version is not None:
            step.changed = self._changes(step, step.version)
            self._taken.add(step.version.element_id)
        self._steps[key] = step
        if step.code:
            self._step_of_code[step.code] = step

    def _found(self, step: Step) -> ElementVersion | None:
        """The element that is there: by its code, else by where it stands and what it is called.

        One that stands there with another code is meant where no row has that code.
        """
        code = step.code
        if code and code in self._by_code:
            return self._by_code[code]
        there = self._by_place.get(step.place)
        if there is None or there.element_id in self._taken:
            return None
        return None if there.element.code in self._codes else there

    def _check(self, step: Step) -> None:
        item, problem = step.item, ""
        known = self._kinds.get(step.code) if step.code else None
        if known is not None and known != item.kind:
            problem = _("%(code)s is something else already: %(kind)s.") % {
                "code": step.code,
                "kind": ElementKind(known).label,
            }
        elif step.parent is not None and step.parent.item.kind not in PARENTS[item.kind]:
            problem = _("%(kind)s cannot lie in: %(holder)s.") % {
                "kind": item.kind.label,
                "holder": step.parent.item.kind.label,
            }
        if problem:
            self._plan.mistakes.append(Mistake(item.line, problem))

    def _changes(self, step: Step, version: ElementVersion) -> dict[str, tuple[str, str]]:
        pairs: dict[str, tuple[object, object]] = {
            name: (getattr(version, name), value) for name, value in step.item.facts.items()
        }
        pairs["title"] = (version.title, step.item.title)
        if step.parent is not None:
            old = self._versions.get(version.parent_id) if version.parent_id else None
            moved = step.parent.version is None or step.parent.version.element_id != (
                version.parent_id
            )
            if moved:
                pairs["parent"] = (old.title if old else "", step.parent.item.title)
        return {name: (_text(old), _text(new)) for name, (old, new) in pairs.items() if old != new}


@transaction.atomic
def import_strategy(
    *, file: StrategyFile, file_name: str, edition: Edition, by: "Person | None", at: datetime
) -> ImportPlan:
    """Add what is new and change what is otherwise, all or nothing; nothing is removed.

    Raises ImportRefused if the file has a mistake, there is nothing to do, or the edition is
    adopted.
    """
    current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if not current.is_open:
        raise ImportRefused(_("An adopted edition stays as it is. Begin a new edition."))
    plan = plan_import(file=file, edition=current)
    if plan.mistakes:
        first = plan.mistakes[0]
        raise ImportRefused(_("Line %(line)d: %(text)s") % {"line": first.line, "text": first.text})
    if not plan.does_something:
        raise ImportRefused(_("Everything in the file is there already; nothing would change."))
    for step in plan.steps:
        if step.version is None:
            step.made = elements.put_element(
                edition=current,
                kind=step.item.kind,
                code=step.code,
                facts=_facts(step, None),
                by=by,
                at=at,
            )
        elif step.changed:
            elements.revise_element(
                version=step.version, facts=_facts(step, step.version), by=by, at=at
            )
    audit.record(
        StrategyImported(
            object_id=current.strategy_id,
            edition=current.number,
            file_name=file_name[:200],
            added=len(plan.new),
            changed=len(plan.changed),
            unchanged=plan.unchanged,
        ),
        by=by,
    )
    touched = {step.element_id for step in plan.steps if step.element_id}
    standings.reckon_elements(touched, at=at)
    return plan


def _facts(step: Step, version: ElementVersion | None) -> ElementFacts:
    """What the file says of an element, and what is there already of the rest."""
    present = (
        {name: getattr(version, name) for name in ElementFacts.__dataclass_fields__}
        if version
        else {}
    )
    parent = {"parent_id": step.parent.element_id} if step.parent else {}
    return ElementFacts(**{**present, **parent, **step.item.facts, "title": step.item.title})


def _text(value: object) -> str:
    return "" if value is None else str(value)
