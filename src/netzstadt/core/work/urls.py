"""Addresses of the start pages."""

from django.urls import path

from netzstadt.core.work import views

app_name = "work"
urlpatterns = [
    path("office/", views.my_work, name="my-work"),
    path("office/cockpit/", views.cockpit, name="cockpit"),
    path("office/arrange/", views.arrange, name="arrange"),
]
