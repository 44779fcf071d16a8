"""Reading council information systems: page by page, from the place where it was stopped.

What a page brings and the place behind it are written in one transaction: whatever is killed in
between goes on there, and does nothing twice.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction

from netzstadt.core.audit import services as audit
from netzstadt.lib import clock
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models.harvests import CouncilSource, Failure, Harvest, HarvestState
from netzstadt.stakeholders.oparl_client import Client, NotAnswered
from netzstadt.stakeholders.services import finding, taking
from netzstadt.stakeholders.services.merging import Counts
from netzstadt.standards.oparl import reading
from netzstadt.standards.oparl.objects import Kind
from netzstadt.standards.oparl.reading import ListPage, Unreadable

# What is referred to comes before what refers to it.
ORDER = (
    Kind.ORGANIZATION,
    Kind.MEETING,
    Kind.AGENDA_ITEM,
    Kind.PAPER,
    Kind.CONSULTATION,
)
# Asked for from before the last harvest began: clocks differ, and what is known does no harm.
OVERLAP = timedelta(hours=1)
MOST_OF_A_LIST = 2_000_000
MOST_PLACES = 20
# What may be over after a while; after anything else, addresses of pages may not hold any more.
_PAUSES = {Failure.UNREACHABLE}
PER_PAGE = 100


def harvest(
    *, source: CouncilSource, at: datetime, until: datetime | None = None
) -> Harvest | None:
    """Read a council information system to its end, or until a moment; return how far it is, or
    None where another worker reads it at the same time.

    The first time it is read completely, later what changed since; what was stopped goes on. Every
    page is a transaction of its own. What cannot be read ends the harvest as failed, with the
    reason and what to do; the next one goes on from there.
    """
    client = Client(address=source.address, allowed_hosts=settings.CONFIG.council_host_names)
    run = _open(source, at)
    try:
        if not run.kind:
            run = _begin(run, client)
        while run.state == HarvestState.RUNNING and (until is None or clock.now() < until):
            page = _ask(run, client)
            moved = take_page(run=run, page=page, at=clock.now())
            if moved is None:
                return None
            run = moved
    except NotAnswered as error:
        return fail(run=run, failure=Failure(error.failure), detail=error.detail, at=clock.now())
    except Unreadable as error:
        return fail(run=run, failure=Failure.NOT_OPARL, detail=str(error), at=clock.now())
    return run


@transaction.atomic
def _open(source: CouncilSource, at: datetime) -> Harvest:
    """The harvest that is under way, going on if it had failed; else a new one."""
    CouncilSource.objects.select_for_update().get(pk=source.pk)
    run = Harvest.objects.filter(source=source).exclude(state=HarvestState.DONE).first()
    if run is None:
        last = Harvest.objects.filter(source=source).order_by("-started_at").first()
        since = last.started_at - OVERLAP if last else None
        return Harvest.objects.create(
            source=source, state=HarvestState.RUNNING, since=since, started_at=at, touched_at=at
        )
    run.state, run.failure, run.failure_detail = HarvestState.RUNNING, Failure.NONE, ""
    run.save(update_fields=["state", "failure", "failure_detail"])
    return run


def _begin(run: Harvest, client: Client) -> Harvest:
    """Find the body and its lists, and stand before the first page."""
    body = finding.find_body(client)
    with transaction.atomic():
        source = CouncilSource.objects.select_for_update().get(pk=run.source_id)
        run = _locked(run)
        if run.kind:
            return run  # another worker was quicker
        if CouncilSource.objects.filter(body_id=body.id).exclude(pk=source.pk).exists():
            raise NotAnswered(Failure.SAME_BODY, body.id)
        source.title = body.name[:300]
        source.body_id = body.id
        source.lists = {kind.value: client.own(address) for kind, address in body.lists.items()}
        source.save(update_fields=["title", "body_id", "lists"])
        run.source = source
        if not _go_to_list_after(run, None):
            raise NotAnswered(Failure.NOT_OPARL, body.id)
        run.save(update_fields=["kind", "next_address", "list_read", "list_total"])
    return run


def _go_to_list_after(run: Harvest, kind: Kind | None) -> bool:
    """Stand before the first page of the next list that the body offers; False without one."""
    later = ORDER if kind is None else ORDER[ORDER.index(kind) + 1 :]
    for each in later:
        if address := run.source.lists.get(each.value):
            run.kind, run.next_address = each.value, _filtered(address, run.since)
            run.list_read, run.list_total = 0, None
            return True
    return False


def _filtered(address: str, since: datetime | None) -> str:
    """The address of a list's first page, with the filters that a client may ask for (2.5)."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if since is not None:
        query["modified_since"] = since.replace(microsecond=0).isoformat()
    query.setdefault("elementsPerPage", str(PER_PAGE))
    return urlunsplit(parts._replace(query=urlencode(query)))


def _ask(run: Harvest, client: Client) -> ListPage:
    document = reading.read_document(client.get(run.next_address))
    page = reading.read_page(document, kind=Kind(run.kind))
    if page.following and client.own(page.following) == run.next_address:
        raise NotAnswered(Failure.ENDLESS, page.following)
    if run.list_read > MOST_OF_A_LIST:
        raise NotAnswered(Failure.ENDLESS, f"{run.kind}: {run.list_read}")
    return page


@transaction.atomic
def take_page(*, run: Harvest, page: ListPage, at: datetime) -> Harvest | None:
    """Merge what a page brings, and stand behind it; None if another worker has done so.

    The end of the last list ends the harvest, and records what came of it.
    """
    current = _locked(run)
    if (current.pages, current.next_address) != (run.pages, run.next_address):
        return None
    counts = taking.take(Kind(current.kind), page.objects, source=current.source, at=at)
    counts.left_out += len(page.left_out)
    _add(current, counts, page)
    if page.following:
        current.next_address = page.following
    elif not _go_to_list_after(current, Kind(current.kind)):
        _finish(current, at)
    current.touched_at = at
    current.save()
    return current


def _add(run: Harvest, counts: Counts, page: ListPage) -> None:
    for name, number in asdict(counts).items():
        setattr(run, name, getattr(run, name) + number)
    run.read += counts.read
    run.pages += 1
    run.list_read += len(page.objects) + len(page.left_out)
    run.list_total = page.total
    room = MOST_PLACES - len(run.left_out_places)
    run.left_out_places += [f"{run.kind} {place}"[:300] for place in page.left_out[:room]]


def _finish(run: Harvest, at: datetime) -> None:
    taking.tie_up(run.source)
    run.state, run.finished_at, run.next_address = HarvestState.DONE, at, ""
    audit.record(
        events.HarvestFinished(
            object_id=run.source_id,
            harvest_id=run.pk,
            since=run.since,
            pages=run.pages,
            objects_read=run.read,
            objects_new=run.new,
            objects_changed=run.changed,
            objects_unchanged=run.unchanged,
            objects_withdrawn=run.withdrawn,
            objects_returned=run.returned,
            objects_left_out=run.left_out,
            objects_dropped=run.dropped,
        ),
        by=None,
    )


@transaction.atomic
def fail(*, run: Harvest, failure: Failure, detail: str, at: datetime) -> Harvest:
    """Note why a harvest cannot go on. Nothing happens to one that is done.

    Where it may be a pause, the place is kept; else the next try begins with the body's lists.
    """
    current = _locked(run)
    if current.state == HarvestState.DONE:
        return current
    current.state, current.failure, current.touched_at = HarvestState.FAILED, failure, at
    current.failure_detail = detail[:1_000]
    if failure not in _PAUSES:
        current.kind = current.next_address = ""
    current.save()
    audit.record(
        events.HarvestFailed(
            object_id=current.source_id,
            harvest_id=current.pk,
            failure=failure.value,
            detail=current.failure_detail,
        ),
        by=None,
    )
    return current


def _locked(run: Harvest) -> Harvest:
    held = Harvest.objects.select_for_update(of=("self",)).select_related("source")
    return held.get(pk=run.pk)
