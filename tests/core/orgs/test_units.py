"""The tree of units: versions by day, re-organisations ahead, no circle."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Unit, UnitAncestor, UnitVersion
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.queries import units as queries
from netzstadt.core.orgs.services import members
from netzstadt.core.orgs.services import units as services
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def facts(name, parent=None, kind="DEPARTMENT"):
    return services.UnitFacts(name=name, kind=kind, parent=parent)


def reorganise(unit, wanted, *, days):
    return services.reorganise_unit(
        unit=unit,
        facts=wanted,
        valid_from=today() + timedelta(days=days),
        by=None,
        at=clock.now(),
    )


def names(lines):
    return [(depth, version.name) for depth, version in lines]


def test_the_tree_is_read_from_the_root_down(make_unit):
    root = make_unit("Root")
    make_unit("A", root)
    below = make_unit("B", root)
    make_unit("C", below)

    assert names(queries.tree()) == [(0, "Root"), (1, "A"), (1, "B"), (2, "C")]
    assert [version.name for version in queries.path_of(below.pk)] == ["Root", "B"]
    assert len(queries.subtree_ids(root.pk)) == 4


def test_a_reorganisation_ahead_takes_effect_on_its_day_and_not_before(make_unit):
    root, other = make_unit("Root"), make_unit("Other")
    team = make_unit("Team", root)

    reorganise(team, facts("Team Digital", other, "TEAM"), days=30)

    day = today() + timedelta(days=30)
    assert queries.unit(team.pk).name == "Team"
    assert queries.unit(team.pk, on=day).name == "Team Digital"
    assert team.pk in queries.subtree_ids(root.pk, on=day - timedelta(days=1))
    assert team.pk not in queries.subtree_ids(root.pk, on=day)
    assert team.pk in queries.subtree_ids(other.pk, on=day)
    assert [version.name for version in queries.coming_changes()] == ["Team Digital"]


def test_a_reorganisation_ahead_can_be_taken_back(make_unit):
    root = make_unit("Root")
    team = make_unit("Team", root)
    version = reorganise(team, facts("Otherwise", root), days=10)

    services.withdraw_change(version=version, by=None, at=clock.now())

    assert queries.unit(team.pk, on=today() + timedelta(days=400)).name == "Team"
    with pytest.raises(services.UnitRefused):
        services.withdraw_change(version=queries.unit(team.pk), by=None, at=clock.now())


def test_what_is_decided_for_later_stays_when_something_earlier_changes(make_unit):
    root = make_unit("Root")
    team = make_unit("First", root)
    reorganise(team, facts("Third", root), days=60)

    reorganise(team, facts("Second", root), days=30)

    seen = [
        queries.unit(team.pk, on=today() + timedelta(days=days)).name
        for days in (0, 29, 30, 59, 60, 900)
    ]
    assert seen == ["First", "First", "Second", "Second", "Third", "Third"]


def test_the_event_says_what_was_and_what_will_be(make_unit):
    root = make_unit("Root")
    team = make_unit("Team", root)

    reorganise(team, facts("Team Digital", root), days=1)

    entry = AuditEvent.objects.get(name="orgs.unit.reorganised")
    assert entry.object_id == team.pk
    assert entry.data["changed"] == {"name": ["Team", "Team Digital"]}


def test_a_unit_never_lies_below_itself_on_any_day(make_unit):
    root = make_unit("Root")
    middle = make_unit("Middle", root)
    leaf = make_unit("Leaf", middle)

    with pytest.raises(services.UnitRefused):
        reorganise(root, facts("Root", leaf), days=0)
    with pytest.raises(services.UnitRefused):
        reorganise(middle, facts("Middle", leaf), days=50)
    reorganise(leaf, facts("Leaf", None), days=50)
    reorganise(middle, facts("Middle", leaf), days=60)

    later = today() + timedelta(days=60)
    assert middle.pk in queries.subtree_ids(leaf.pk, on=later)
    assert leaf.pk not in queries.subtree_ids(middle.pk, on=later)


def test_a_unit_with_people_or_units_below_is_not_dissolved(make_unit, make_person):
    root = make_unit("Root")
    team = make_unit("Team", root)
    tomorrow = today() + timedelta(days=1)
    membership = members.begin_membership(
        person=make_person(),
        unit=team,
        function=Function.MEMBER,
        valid_from=today(),
        by=None,
        at=clock.now(),
    )

    for unit in (root, team):
        with pytest.raises(services.UnitRefused):
            services.dissolve_unit(unit=unit, valid_to=tomorrow, by=None, at=clock.now())
    members.end_membership(membership=membership, valid_to=tomorrow, by=None, at=clock.now())
    services.dissolve_unit(unit=team, valid_to=tomorrow, by=None, at=clock.now())

    assert queries.units().filter(unit=team).exists()
    assert not queries.units(on=tomorrow).filter(unit=team).exists()
    assert queries.last_version(team.pk).name == "Team"


def test_a_key_is_used_once_and_is_plain(make_unit):
    make_unit(key="R 1")

    for key in ("R 1", "", "<b>", "x" * 61):
        with pytest.raises(services.UnitRefused):
            services.create_unit(
                key=key, facts=facts("X"), valid_from=today(), by=None, at=clock.now()
            )
    assert Unit.objects.count() == 1


def test_a_unit_cannot_lie_in_one_that_does_not_exist_then(make_unit):
    young = make_unit("Young", since=today())

    with pytest.raises(services.UnitRefused):
        services.create_unit(
            key="R 2",
            facts=facts("X", young),
            valid_from=today() - timedelta(days=5),
            by=None,
            at=clock.now(),
        )


def test_the_database_says_no_first(make_unit):
    unit = make_unit(since=today())
    version = {"unit": unit, "kind": "TEAM", "name": "X", "valid_from": today()}
    later = today() + timedelta(days=3)

    for wrong in (
        version,  # overlaps
        version | {"valid_from": later},
        version | {"kind": "CLUB", "valid_to": later},
        version | {"parent": unit},
        version | {"name": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnitVersion.objects.create(**wrong)


def test_the_closure_is_true_after_every_statement(make_unit):
    root = make_unit("Root")
    team = make_unit("Team", root)

    UnitVersion.objects.filter(unit=team).update(parent=None)

    rows = UnitAncestor.objects.values_list("unit_id", "ancestor_id", "depth")
    assert set(rows) == {(root.pk, root.pk, 0), (team.pk, team.pk, 0)}
