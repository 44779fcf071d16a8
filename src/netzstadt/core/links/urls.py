"""Addresses of links."""

from django.urls import path

from netzstadt.core.links import views

app_name = "links"
urlpatterns = [
    path("trace/<str:model>/<uuid:object_id>/", views.trace, name="trace"),
    path("office/links/<str:model>/<uuid:object_id>/new/", views.new_link, name="link-new"),
    path("office/links/<uuid:link_id>/end/", views.end_link, name="link-end"),
]
