"""Addresses of signing in and of one's own account."""

from django.urls import path

from netzstadt.core.orgs import views

app_name = "orgs"
urlpatterns = [
    path("account/sign-in/", views.sign_in, name="login"),
    path("account/sign-out/", views.sign_out, name="logout"),
    path("account/", views.account, name="account"),
    path("office/persons/", views.persons, name="persons"),
    path("office/persons/new/", views.new_person, name="person-new"),
    path("office/persons/<uuid:person_id>/", views.person, name="person"),
    path("office/persons/<uuid:person_id>/grant/", views.grant_role, name="grant-role"),
    path("office/persons/<uuid:person_id>/password/", views.set_password, name="set-password"),
    path("office/persons/<uuid:person_id>/active/", views.set_active, name="set-active"),
    path("office/grants/<uuid:grant_id>/revoke/", views.revoke_role, name="revoke-role"),
]
