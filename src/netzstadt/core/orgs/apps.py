"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import (
    KEEP_CONTACTS,
    MANAGE_MEMBERS,
    MANAGE_PERSONS,
    MANAGE_UNITS,
    SEE_DIRECTORY,
)
from netzstadt.core.rooms import (
    FirstStep,
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PersonalData,
    Retention,
    RoomConfig,
)


class OrgsConfig(RoomConfig):
    name = "netzstadt.core.orgs"
    label = "orgs"
    verbose_name = _("Organisation")
    purpose = _("Who works here: units, persons, memberships, deputies, contact points.")
    permissions = (MANAGE_PERSONS, MANAGE_UNITS, MANAGE_MEMBERS, KEEP_CONTACTS, SEE_DIRECTORY)
    event_titles = MappingProxyType(
        {
            "orgs.password.changed": _("Password changed"),
            "orgs.person.created": _("Account made"),
            "orgs.person.deactivated": _("Account deactivated"),
            "orgs.person.reactivated": _("Account activated again"),
            "orgs.person.signed_in": _("Signed in"),
            "orgs.unit.created": _("Unit founded"),
            "orgs.unit.reorganised": _("Unit reorganised"),
            "orgs.unit.change_withdrawn": _("Reorganisation withdrawn"),
            "orgs.unit.dissolved": _("Unit dissolved"),
            "orgs.unit.contact_changed": _("How a unit is reached changed"),
            "orgs.units.imported": _("Units imported"),
            "orgs.membership.begun": _("Joined a unit"),
            "orgs.membership.ended": _("Left a unit"),
            "orgs.deputy.named": _("Deputy named"),
            "orgs.deputy.ended": _("Deputy ended"),
            "orgs.absence.noted": _("Absence noted"),
            "orgs.absence.ended": _("Absence ended"),
            "orgs.contact.saved": _("Contact point saved"),
            "orgs.contact.removed": _("Contact point removed"),
            "orgs.topic.saved": _("Topic saved"),
            "orgs.topic.removed": _("Topic removed"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "person_name": _("Name"),
            "email": _("E-mail address"),
            "is_demo": _("Demo account"),
            "key": _("Unit key"),
            "unit_name": _("Name"),
            "kind": _("Kind"),
            "parent_id": _("Lies in"),
            "valid_from": _("From"),
            "valid_to": _("Until before"),
            "changed": _("Changed"),
            "file_name": _("File"),
            "created": _("New"),
            "reorganised": _("Reorganised"),
            "unchanged": _("Unchanged"),
            "function": _("Function"),
            "title": _("Title"),
            "deputy_id": _("Deputy"),
            "only_when_absent": _("Only while she is away"),
            "first_day": _("First day away"),
            "back_on": _("Back on"),
            "topic": _("Topic"),
            "is_public": _("On the public page"),
        }
    )
    fact_values = MappingProxyType(
        {
            "kind": "netzstadt.core.orgs.models.units.UnitKind",
            "function": "netzstadt.core.orgs.models.roles.Function",
        }
    )
    fact_objects = MappingProxyType(
        {"parent_id": "orgs.unit", "unit_id": "orgs.unit", "deputy_id": "orgs.person"}
    )
    personal_data = PersonalData(
        export="netzstadt.core.orgs.services.own_data.export_person",
        erase="netzstadt.core.orgs.services.own_data.erase_person",
        titles=MappingProxyType(
            {
                "account": _("Account"),
                "memberships": _("Memberships"),
                "deputies": _("Deputies"),
                "stands_in_for": _("Stands in for"),
                "absences": _("Absences"),
                "contact_points": _("Contact points"),
                "wrong_passwords": _("Wrong passwords"),
                "is_active": _("May sign in"),
                "last_login": _("Last signed in"),
                "unit": _("Unit"),
                "deputy": _("Deputy"),
                "person": _("Person"),
                "note": _("Good to know"),
                "phone": _("Telephone"),
                "browser": _("Browser"),
                "ip_address": _("Network address"),
            }
        ),
    )
    retention = (
        Retention(
            key="orgs.absences",
            title=_("Absences"),
            keep=timedelta(days=365),
            basis=_("a year after the return nobody needs to know"),
            remove="netzstadt.core.orgs.services.members.remove_absences",
        ),
    )
    objects = (
        ObjectKind(
            model="orgs.unit",
            title=_("Unit"),
            cards="netzstadt.core.orgs.queries.cards.unit_cards",
            documents="netzstadt.core.orgs.queries.cards.unit_documents",
            every_id="netzstadt.core.orgs.queries.cards.every_unit",
            find="netzstadt.core.orgs.queries.cards.find_units",
            follows={"orgs.import": "netzstadt.core.orgs.queries.cards.units_after_imports"},
            order=700,
        ),
        ObjectKind(
            model="orgs.person",
            title=_("Person"),
            cards="netzstadt.core.orgs.queries.cards.person_cards",
            find="netzstadt.core.orgs.queries.cards.find_persons",
            documents="netzstadt.core.orgs.queries.cards.person_documents",
            every_id="netzstadt.core.orgs.queries.cards.every_person",
            permission=MANAGE_PERSONS,
            order=710,
        ),
    )
    navigation = (
        NavigationItem(title=_("Contact points"), url_name="orgs:contact-points", order=80),
        NavigationItem(
            title=_("Organisation"),
            url_name="orgs:units",
            group=NavigationGroup.PEOPLE,
            permission=SEE_DIRECTORY,
            order=800,
        ),
        NavigationItem(
            title=_("Keep contact points"),
            url_name="orgs:contacts",
            group=NavigationGroup.PEOPLE,
            permission=KEEP_CONTACTS,
            order=810,
        ),
        NavigationItem(
            title=_("Persons and roles"),
            url_name="orgs:persons",
            group=NavigationGroup.PEOPLE,
            permission=MANAGE_PERSONS,
            order=900,
        ),
    )
    notice_topics = MappingProxyType({"orgs.account": _("Safety of my account")})
    notice_rules = (
        NoticeRule(
            event="orgs.password.changed",
            topic="orgs.account",
            persons="netzstadt.core.orgs.queries.persons.whose_account",
            is_security=True,
            is_mailed_by_room=True,
        ),
    )
    first_steps = (
        FirstStep(
            title=_("Give your colleagues accounts and roles"),
            url_name="orgs:persons",
            permission=MANAGE_PERSONS,
            order=20,
        ),
        FirstStep(
            title=_("Found the units of the house, or import them"),
            url_name="orgs:units",
            permission=MANAGE_UNITS,
            is_done="netzstadt.core.orgs.queries.units.are_founded",
            order=30,
        ),
        FirstStep(
            title=_("Say whom to ask about what"),
            url_name="orgs:contacts",
            permission=KEEP_CONTACTS,
            is_done="netzstadt.core.orgs.queries.contacts.are_kept",
            order=40,
        ),
        FirstStep(
            title=_("Name a deputy for when you are away"),
            url_name="orgs:absence",
            is_done="netzstadt.core.orgs.queries.members.has_deputy",
            order=500,
        ),
    )
