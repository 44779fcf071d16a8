"""The council of a real city, served by the fake: every meeting, item and paper accounted for.

Each test reads the files of the data set itself and counts what must be here afterwards.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from netzstadt.lib import clock
from netzstadt.stakeholders.fake_oparl import FakeOParl
from netzstadt.stakeholders.models import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    CouncilSource,
    Harvest,
    Meeting,
    Paper,
)
from netzstadt.stakeholders.services import harvest as harvesting
from netzstadt.standards.oparl.objects import Kind
from netzstadt.standards.oparl.results import Result, understood

pytestmark = pytest.mark.django_db
# Of the meetings and papers of the normal test every so many-th.
PART = 30


@dataclass
class Expected:
    """What the files say, counted without the code that is tested."""

    organisations: set[str] = field(default_factory=set)
    meetings: set[str] = field(default_factory=set)
    items: dict[str, str] = field(default_factory=dict)
    papers: set[str] = field(default_factory=set)
    tombstones: set[str] = field(default_factory=set)
    consultations: dict[tuple[str, str], str] = field(default_factory=dict)


def expected(fake: FakeOParl) -> Expected:
    """Count the JSON as it is served."""
    found = Expected(
        organisations=set(fake.objects[Kind.ORGANIZATION]), meetings=set(fake.objects[Kind.MEETING])
    )
    for meeting in fake.objects[Kind.MEETING].values():
        for item in meeting.get("agendaItem", []):
            found.items[item["id"]] = item.get("result", "")
    inner = [
        one for paper in fake.objects[Kind.PAPER].values() for one in paper.get("consultation", [])
    ]
    for one in [*inner, *fake.objects[Kind.CONSULTATION].values()]:
        found.consultations[one["id"], one.get("agendaItem", "")] = one["paper"]
    for key, paper in fake.objects[Kind.PAPER].items():
        (found.tombstones if paper.get("deleted") else found.papers).add(key)
    return found


def assert_here(wanted: Expected) -> None:
    """What is here is what the files say, each once, and joined as they say."""
    alive = {"deleted_at__isnull": True}

    def ids(model) -> list[str]:
        return sorted(model.objects.filter(**alive).values_list("oparl_id", flat=True))

    assert ids(CouncilOrganisation) == sorted(wanted.organisations)
    assert ids(Meeting) == sorted(wanted.meetings)
    assert ids(AgendaItem) == sorted(wanted.items)
    assert ids(Paper) == sorted(wanted.papers)
    gone = Paper.objects.filter(deleted_at__isnull=False).values_list("oparl_id", flat=True)
    assert set(gone) == wanted.tombstones
    pairs = Consultation.objects.filter(**alive).values_list("oparl_id", "item_oparl_id")
    assert sorted(pairs) == sorted(wanted.consultations)
    tied = Consultation.objects.filter(agenda_item__isnull=False, paper__isnull=False, **alive)
    known = wanted.papers | wanted.tombstones
    expected_ties = [
        (item, paper)
        for (_key, item), paper in wanted.consultations.items()
        if item in wanted.items and paper in known
    ]
    ties = tied.values_list("agenda_item__oparl_id", "paper__oparl_id")
    assert sorted(ties) == sorted(expected_ties)
    texts = dict(AgendaItem.objects.filter(**alive).values_list("oparl_id", "result_text"))
    assert texts == wanted.items


@pytest.fixture(scope="module")
def archive(test_data: Path) -> Path:
    """The data set as it was published."""
    path = test_data / "karlsruhe-oparl" / "oparl.tar.gz"
    if not path.exists():
        pytest.skip(f"no council data at {path}")
    return path


@pytest.fixture(scope="module")
def read_once(archive: Path) -> FakeOParl:
    """A fixed part of it."""
    return FakeOParl().load(archive, every=PART)


@pytest.fixture
def part(read_once: FakeOParl) -> Iterator[FakeOParl]:
    """The part, served."""
    with FakeOParl(name="Karlsruhe") as fake:
        for objects in read_once.objects.values():
            fake.add(*objects.values())
        yield fake


def read(fake: FakeOParl, *, days: int = 0) -> Harvest:
    """Read it to its end."""
    source, _made = CouncilSource.objects.get_or_create(
        address=fake.address, defaults={"created_at": clock.now()}
    )
    run = harvesting.harvest(source=source, at=clock.now() + timedelta(days=days))
    assert run is not None
    assert (run.state, run.failure_detail) == ("DONE", "")
    return run


def disturb(fake: FakeOParl, at: datetime) -> dict[str, list[str]]:
    """Let a system live on: names change, papers are new, others are deleted, one comes back."""
    papers = sorted(key for key, one in fake.objects[Kind.PAPER].items() if not one.get("deleted"))
    gone = sorted(key for key, one in fake.objects[Kind.PAPER].items() if one.get("deleted"))
    renamed, deleted, copied = papers[:20], papers[20:35], papers[40:47]
    for key in renamed:
        fake.change(Kind.PAPER, key, at=at, name="Anders genannt")
    for key in deleted:
        fake.delete(Kind.PAPER, key, at=at)
    for key in copied:
        new = {**fake.objects[Kind.PAPER][key], "id": f"{key}-new", "modified": at.isoformat()}
        new.pop("consultation", None)
        fake.add(new)
    back = {**fake.objects[Kind.PAPER][copied[0]], "id": gone[0], "modified": at.isoformat()}
    back.pop("consultation", None)
    fake.add(back)
    meeting = next(
        key
        for key in sorted(fake.objects[Kind.MEETING])
        if len(fake.objects[Kind.MEETING][key].get("agendaItem", [])) > 3
    )
    items = fake.objects[Kind.MEETING][meeting]["agendaItem"]
    fake.change(Kind.MEETING, meeting, at=at, agendaItem=items[:-2])
    return {"renamed": renamed, "deleted": deleted, "back": gone[:1]}


def test_a_part_of_a_real_council_is_harvested_and_followed(part):
    first = read(part)
    assert_here(expected(part))
    assert first.new == first.read
    keys = dict(Paper.objects.values_list("oparl_id", "pk"))

    done = disturb(part, clock.now() + timedelta(days=1))
    second = read(part, days=1)

    assert_here(expected(part))
    assert (second.withdrawn, second.returned, second.dropped >= 2) == (15, 1, True)
    assert second.new == 7
    assert Paper.objects.filter(name="Anders genannt").count() == 20
    for key in (*done["renamed"], *done["deleted"], *done["back"]):
        assert Paper.objects.get(oparl_id=key).pk == keys[key]


def test_a_killed_harvest_of_a_real_council_ends_as_one_that_was_not(part, monkeypatch):
    pages = iter(range(1_000))
    taken = harvesting.take_page

    def killed(**given):
        if next(pages) == 4:
            raise SystemExit
        return taken(**given)

    monkeypatch.setattr(harvesting, "take_page", killed)
    with pytest.raises(SystemExit):
        read(part)
    monkeypatch.setattr(harvesting, "take_page", taken)

    run = read(part)

    assert_here(expected(part))
    assert run.unchanged == 0, "no page was read twice"


@pytest.mark.soak
def test_all_of_a_real_council_is_harvested_and_followed(archive):
    with FakeOParl(name="Karlsruhe").load(archive) as fake:
        begun = time.monotonic()
        first = read(fake)
        seconds = time.monotonic() - begun
        wanted = expected(fake)
        assert (len(wanted.meetings), len(wanted.items)) == (2_609, 18_677)
        assert (len(wanted.papers), len(wanted.tombstones)) == (13_736, 268)
        assert_here(wanted)
        print(f"{first.read} objects in {seconds:.1f} s: {first.read / seconds:.0f} a second")  # noqa: T201 - shown by make soak with -s

        disturb(fake, clock.now() + timedelta(days=1))
        second = read(fake, days=1)

        assert_here(expected(fake))
        assert second.read < 200, "only what changed was read"
        assert (second.withdrawn, second.returned, second.new) == (15, 1, 7)

        fake.heeds_since = False
        third = read(fake, days=2)

        assert (third.new, third.changed, third.withdrawn, third.returned) == (0, 0, 0, 0)
        assert third.unchanged == third.read
        assert_here(expected(fake))


@pytest.mark.soak
def test_results_of_a_real_council_are_understood(archive):
    texts = [text for text in expected(FakeOParl().load(archive)).items.values() if text]

    unknown = [text for text in texts if understood(text) == Result.OTHER]

    assert len(texts) == 9_953
    assert len(unknown) == 44
