"""Addresses of rights."""

from django.urls import path

from netzstadt.core.access import opened, views

app_name = "access"
urlpatterns = [
    path("office/rights/", views.rights, name="rights"),
    path("office/rights/persons/<uuid:person_id>/", views.person_rights, name="person-rights"),
    path("office/persons/<uuid:person_id>/roles/new/", views.give_role, name="give-role"),
    path("office/objects/<str:model>/<uuid:key>/access/", opened.opened_to, name="opened-to"),
    path("office/access/<uuid:grant_id>/end/", opened.close, name="close"),
]
