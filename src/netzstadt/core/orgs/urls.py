"""Addresses of persons and their roles."""

from django.urls import path

from netzstadt.core.orgs.views import contacts, own, persons, units

app_name = "orgs"
urlpatterns = [
    path("office/persons/", persons.persons, name="persons"),
    path("office/persons/new/", persons.new_person, name="person-new"),
    path("office/persons/<uuid:person_id>/", persons.person, name="person"),
    path("office/persons/<uuid:person_id>/active/", persons.set_active, name="set-active"),
    path("office/grants/<uuid:grant_id>/revoke/", persons.revoke_role, name="revoke-role"),
    path("account/absence/", own.absence, name="absence"),
    path("account/absence/<uuid:absence_id>/end/", own.end_absence, name="absence-end"),
    path("account/deputies/<uuid:deputy_id>/end/", own.end_deputy, name="deputy-end"),
    path("contact-points/", contacts.contact_points, name="contact-points"),
    path("office/contacts/", contacts.contacts, name="contacts"),
    path("office/contacts/new/", contacts.edit_contact, name="contact-new"),
    path("office/contacts/<uuid:contact_id>/", contacts.edit_contact, name="contact"),
    path(
        "office/contacts/<uuid:contact_id>/remove/", contacts.remove_contact, name="contact-remove"
    ),
    path("office/topics/new/", contacts.edit_topic, name="topic-new"),
    path("office/topics/<uuid:topic_id>/", contacts.edit_topic, name="topic"),
    path("office/topics/<uuid:topic_id>/remove/", contacts.remove_topic, name="topic-remove"),
    path("office/units/", units.units, name="units"),
    path("office/units.csv", units.units_csv, name="units-csv"),
    path("office/units/new/", units.new_unit, name="unit-new"),
    path("office/units/import/", units.import_units, name="units-import"),
    path("office/units/<uuid:unit_id>/", units.unit, name="unit"),
    path("office/units/<uuid:unit_id>/reorganise/", units.reorganise, name="unit-reorganise"),
    path("office/units/<uuid:unit_id>/dissolve/", units.dissolve, name="unit-dissolve"),
    path("office/units/<uuid:unit_id>/contact/", units.change_contact, name="unit-contact"),
    path("office/units/<uuid:unit_id>/members/new/", units.new_member, name="member-new"),
    path(
        "office/memberships/<uuid:membership_id>/end/",
        units.end_membership,
        name="membership-end",
    ),
    path(
        "office/unit-changes/<uuid:version_id>/withdraw/",
        units.withdraw_change,
        name="change-withdraw",
    ),
]
