"""Addresses of the page's frame."""

from django.urls import path

from netzstadt.core.ui import views

app_name = "ui"
urlpatterns = [
    path("settings/language/", views.set_language, name="set-language"),
    path("settings/theme/", views.set_theme, name="set-theme"),
    path("kit/", views.kit, name="kit"),
]
