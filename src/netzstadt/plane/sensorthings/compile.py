"""A request as one SQL statement (OGC 18-088, section 9): rows found, expanded, written as JSON."""

# ruff: noqa: S608 - statements are put together from the house's own names; values are bound

import re
from dataclasses import dataclass, replace

from netzstadt.plane.errors import Problem
from netzstadt.plane.sensorthings.bindings import Argument, Bindings, IdSlot, Part, Slot
from netzstadt.plane.sensorthings.compile_filter import Conditions, state_join
from netzstadt.plane.sensorthings.compile_json import Document, add_properties
from netzstadt.plane.sensorthings.compile_page import Page, Pages, page_size
from netzstadt.plane.sensorthings.shapes import Term
from netzstadt.plane.sensorthings.tables import TABLES, Sight, Visibility, link
from netzstadt.plane.sensorthings.values import id_in_url, property_json, property_value
from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.expressions import Path
from netzstadt.standards.sensorthings.model import EntityType
from netzstadt.standards.sensorthings.options import Expand, Options, query_text
from netzstadt.standards.sensorthings.path import ResourcePath, Step

# How many entities one answer may have at most, counted as if every page were full. Inner pages
# are made smaller where they would go beyond it; their next links lead to the rest.
BUDGET = 250_000
# A longer statement takes the database longer than the time limit allows.
LONGEST_STATEMENT = 100_000
# A larger answer is not sent.
MAXIMUM_BYTES = 32 * 1024 * 1024


# An entity as the answer to $ref (9.2.7).
_REFERENCE = "concat('{\"@iot.selfLink\":\"', a.self, '\"}')"


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled request: the text, what its parameters are, geospatial terms to judge before.

    ``recent`` is the size of the page where the statement looks back only as far as it is told
    (see recent.py); then its row also has ``is_whole`` and ``oldest``.
    """

    sql: str
    arguments: tuple[Argument, ...]
    terms: tuple[Term, ...]
    recent: int | None = None


class Compiler:
    """Compiles one request for one kind of reader."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.bindings = Bindings()
        self.visibility = Visibility(sight, self.bindings)
        self.conditions = Conditions(self.bindings, self.visibility)
        self.pages = Pages(self.bindings, self.visibility, self.conditions)
        self._ctes: list[str] = []

    def collection(self, path: ResourcePath, options: Options) -> Statement:
        """One row: ``found`` (do the entities on the way exist), ``body`` (the entities as bytes),
        ``token`` (null on the last page), ``total``."""
        type_, parent = path.type, self._parents(path.steps[:-1])
        related = self._related(path.steps, len(path.steps) - 1, "a", parent)
        # Observations are seen with their Datastream, and that one was judged on the way.
        is_seen = bool(parent) and path.steps[-2].type is model.DATASTREAM
        top = page_size(options)
        newest = type_ is model.OBSERVATION and _asks_for_newest(options)
        if newest and is_seen:
            related += f" and a.time >= {self.bindings.slot(Slot.SINCE)}"
        elif newest and not parent:
            related = self._newest_of_all(top)
        page = self.pages.page(type_, options, related=related, alias="a", top=top, is_seen=is_seen)
        laterals: list[str] = []
        json = _REFERENCE if path.reference else self._entity(type_, "a", options, laterals, top)
        columns = [f"exists (select from {parent}) as found" if parent else "true as found"]
        total = self._count(path, options, parent, page) if options.count else "select null::bigint"
        columns.append(f"({total}) as total")
        if newest and is_seen:
            columns.append(self._is_whole(parent, page))
        statement = self._statement(
            f"select {', '.join(columns)}, q.* "
            f"from ({self._paged(type_, page, json, laterals, 'a', oldest=newest)}) q"
        )
        return replace(statement, recent=top if newest and is_seen else None)

    def _is_whole(self, parent: str, page: Page) -> str:
        """Whether nothing is missing that lies before the time up to which was looked back."""
        since = self.bindings.slot(Slot.SINCE)
        return (
            f"(q.rows > {page.top} or not exists (select from series_state w where "
            f"w.series_id = (select id from {parent}) and w.first_time < {since})) as is_whole"
        )

    def _newest_of_all(self, top: int) -> str:
        """Where the newest of all observations can lie: as many series as a page has rows have one
        since the last of their last times, so nothing before it can be on the page."""
        seen = self.visibility.of(model.OBSERVATION, "w")
        limit = self.bindings.bind(top, "bigint")
        since = (
            "(select min(x.last_time) from (select w.last_time from series_state w "
            f"where w.last_time is not null and {seen} order by w.last_time desc "
            f"limit {limit} + 1) x)"
        )
        several = f"(select count(*) from series_state w where w.last_time is not null and {seen})"
        lower = f"case when {several} > {limit} then {since} else '-infinity'::timestamptz end"
        return (
            f"a.time >= (select {lower}) and a.series_id = any (array("
            f"select w.series_id from series_state w where w.last_time >= (select {lower})))"
        )

    def entity(self, path: ResourcePath, options: Options) -> Statement:
        """At most one row: ``body``, the entity (or its reference) as bytes."""
        type_ = path.type
        laterals: list[str] = []
        row = self._single(path)
        json = _REFERENCE if path.reference else self._entity(type_, "a", options, laterals, 1)
        return self._statement(
            f"select convert_to({json}, 'UTF8') as body "
            f"from (select a.*, {self._self(type_, 'a')} as self {row}) a"
            f"{state_join(type_, 'a')}{''.join(laterals)}"
        )

    def value(self, path: ResourcePath) -> Statement:
        """At most one row: ``body``, the property or member as JSON text; null where it is not."""
        type_, attribute = path.type, path.attribute
        assert attribute is not None
        row = self._single(path)
        if not path.members:
            json = property_json(type_, attribute, "a")
        else:
            members = self.bindings.bind(list(path.members), "text[]")
            value = property_value(type_, attribute, "a")
            json = f"({value.sql} #> {members})::text"
        return self._statement(
            f"select {json} as body from (select a.* {row}) a{state_join(type_, 'a')}"
        )

    def _statement(self, select: str) -> Statement:
        """Raises Problem 400 past LONGEST_STATEMENT."""
        ctes = f"with {', '.join(self._ctes)} " if self._ctes else ""
        sql, places = self.bindings.compact(ctes + select)
        if len(sql) > LONGEST_STATEMENT:
            raise Problem(400, "The request is too complex. Ask for less: a shorter $filter.")
        terms = tuple(
            replace(
                term,
                keys=places[term.keys],
                values=None if term.values is None else places[term.values],
            )
            for term in self.conditions.terms
        )
        return Statement(sql, tuple(self.bindings.arguments), terms)

    # The way to the entity or collection

    def _parents(self, steps: tuple[Step, ...]) -> str:
        """One row for each entity on the way, each seen and related to the one before it."""
        parent = ""
        for number, step in enumerate(steps):
            name = f"s{number}"
            related = self._related(steps, number, name, parent)
            self._ctes.append(
                f"{name} as materialized (select {name}.* from {TABLES[step.type.name]} {name} "
                f"where {self._identified(step, number, name, related)})"
            )
            parent = name
        return parent

    def _single(self, path: ResourcePath) -> str:
        """FROM and WHERE of the one entity at the path's end, as row ``a``."""
        number = len(path.steps) - 1
        step, parent = path.steps[-1], self._parents(path.steps[:-1])
        related = self._related(path.steps, number, "a", parent)
        condition = self._identified(step, number, "a", related)
        return f"from {TABLES[step.type.name]} a where {condition}"

    def _identified(self, step: Step, number: int, alias: str, related: str) -> str:
        conditions = [related] if related else []
        conditions.append(self.visibility.of(step.type, alias))
        if step.id is not None:
            conditions.append(self._has_id(step.type, number, alias))
        return " and ".join(conditions)

    def _has_id(self, type_: EntityType, number: int, alias: str) -> str:
        given = self.bindings.slot(IdSlot(number, Part.JSON))
        if type_.name != "Observation":
            return f"{alias}.iot_id = {given}"
        # An observation has the id of its key, unless it was given one or was moved in time.
        series, time, sequence = (
            self.bindings.slot(IdSlot(number, part))
            for part in (Part.SERIES, Part.TIME, Part.SEQUENCE)
        )
        return (
            f"({alias}.series_id, {alias}.time, {alias}.sequence) in ("
            f"select series_id, time, sequence from observation_alias where iot_id = {given} "
            f"union all select {series}, {time}, {sequence} where {series} is not null "
            f"and not exists (select from observation_alias where iot_id = {given})) "
            f"and ({alias}.iot_id is null or {alias}.iot_id = {given})"
        )

    def _related(self, steps: tuple[Step, ...], number: int, alias: str, parent: str) -> str:
        """The condition that row ``alias`` is related to the one entity before it."""
        navigation = steps[number].navigation
        if navigation is None:
            return ""
        condition = link(steps[number - 1].type, navigation.name, parent, alias)
        # As a value and not as a join, so that indexes give the order of the rows.
        return re.sub(rf"\b{parent}\.(\w+)", rf"(select \1 from {parent})", condition)

    # Collections

    def _count(self, path: ResourcePath, options: Options, parent: str, page: Page) -> str:
        """How many entities there are; of unfiltered observations the states know it."""
        if path.type.name != "Observation" or options.filter is not None:
            return page.count
        if not parent:
            seen = self.visibility.of(model.OBSERVATION, "c")
            return f"select coalesce(sum(c.count), 0)::bigint from series_state c where {seen}"
        if path.steps[-2].type is model.DATASTREAM:
            return self._counted(f"(select id from {parent})")
        return page.count

    def _counted(self, series: str) -> str:
        return f"select coalesce((select count from series_state where series_id = {series}), 0)"

    def _paged(
        self,
        type_: EntityType,
        page: Page,
        json: str,
        laterals: list[str],
        alias: str,
        *,
        oldest: bool = False,
        more: str = "",
    ) -> str:
        """The page as one row: its entities as one text, the token of the next page; ``more`` is
        how to know that there is one, if not by its first row."""
        keys = ", ".join(f"{alias}.k{n}" for n in range(1, page.keys + 1))
        last = (
            f"case when {alias}.n = {page.top} then "
            f"sta_skiptoken({page.signature}, jsonb_build_array({keys})) end"
        )
        is_outer = alias == "a"
        # Rows come in their order from the subquery; a join could change that, so then it is said.
        order = f" order by {alias}.n" if laterals or state_join(type_, alias) else ""
        text = f"string_agg({json}, ','{order}) filter (where {alias}.n <= {page.top})"
        body = f"convert_to({text}, 'UTF8')" if is_outer else text
        columns = f", count(*) as rows, min({alias}.k1) as oldest" if oldest else ""
        return (
            f"select {body} as body, "
            f"case when {more or f'count(*) > {page.top}'} then max({last}) end as token{columns} "
            f"from (select row_number() over () as n, p.*, {self._self(type_, 'p')} as self "
            f"from ({page.rows}) p) {alias}{state_join(type_, alias)}{''.join(laterals)}"
        )

    # Entities

    def _self(self, type_: EntityType, alias: str) -> str:
        base = self.bindings.slot(Slot.BASE)
        return f"{base} || '/{type_.set_name}(' || {id_in_url(type_, alias)} || ')'"

    def _entity(
        self, type_: EntityType, alias: str, options: Options, laterals: list[str], many: int
    ) -> str:
        """The entity as JSON text; ``many`` tells how often it may stand in the answer."""
        chosen = None if options.select is None else set(options.select)
        document = Document()
        add_properties(document, type_, alias, chosen, keyed=self.sight.keyed)
        expanded = {one.navigation.name: one for one in options.expand}
        for navigation in type_.navigations:
            name = navigation.name
            # An expanded navigation has its link only where $select asks for it.
            if name in chosen if chosen is not None else name not in expanded:
                document.link(f"{name}@iot.navigationLink", f"{alias}.self", f"/{name}")
            if name in expanded:
                self._expanded(document, type_, alias, expanded[name], laterals, many)
        return document.text()

    def _expanded(
        self,
        document: Document,
        type_: EntityType,
        source: str,
        expand: Expand,
        laterals: list[str],
        many: int,
    ) -> None:
        if expand.navigation.many:
            self._expanded_many(document, type_, source, expand, laterals, many)
            return
        navigation = expand.navigation
        target = model.BY_NAME[navigation.target]
        alias = self.conditions.alias("e")
        inner: list[str] = []
        json = self._entity(target, alias, expand.options, inner, many)
        related = link(type_, navigation.name, source, alias)
        laterals.append(
            f" left join lateral (select {json} as body from (select {alias}.*, "
            f"{self._self(target, alias)} as self from {TABLES[target.name]} {alias} "
            f"where {related} and {self.visibility.of(target, alias)}) {alias}"
            f"{state_join(target, alias)}{''.join(inner)}) {alias}_x on true"
        )
        document.member(navigation.name, f"coalesce({alias}_x.body, 'null')")

    def _expanded_many(
        self,
        document: Document,
        type_: EntityType,
        source: str,
        expand: Expand,
        laterals: list[str],
        many: int,
    ) -> None:
        name, options = expand.navigation.name, expand.options
        target = model.BY_NAME[expand.navigation.target]
        alias = self.conditions.alias("e")
        top = min(page_size(options), max(1, BUDGET // max(many, 1)))
        related = link(type_, name, source, alias)
        is_seen = type_ is model.DATASTREAM
        more = ""
        if is_seen and top == 1 and _asks_for_newest(options):
            # The newest of every Datastream: the state knows its month, and whether it has others.
            related += f" and {alias}.time >= {source}_st.last_time"
            more = f"{source}_st.count > 1"
        page = self.pages.page(
            target,
            options,
            related=related,
            alias=alias,
            top=top,
            is_seen=is_seen,
            is_inner=True,
        )
        inner: list[str] = []
        json = self._entity(target, alias, options, inner, many * max(top, 1))
        laterals.append(
            f" left join lateral ({self._paged(target, page, json, inner, alias, more=more)}) "
            f"{alias}_x on true"
        )
        document.member(name, f"'[' || coalesce({alias}_x.body, '') || ']'")
        if options.count:
            plain = type_ is model.DATASTREAM and options.filter is None
            count = self._counted(f"{source}.id") if plain else page.count
            document.member(f"{name}@iot.count", f"({count})::text")
        query = query_text(options)
        rest = self.bindings.bind(f"{query}&" if query else "", "text")
        document.optional(
            f"{name}@iot.nextLink",
            f"'\"' || {source}.self || '/{name}?' || {rest} || '$skiptoken=' "
            f"|| {alias}_x.token || '\"'",
        )


def _asks_for_newest(options: Options) -> bool:
    """Whether it is the first page of all observations from the newest on."""
    if not options.order or options.filter or options.token or options.skip:
        return False
    first = options.order[0]
    return (
        first.descending
        and isinstance(first.expression, Path)
        and first.expression.parts == ("phenomenonTime",)
    )
