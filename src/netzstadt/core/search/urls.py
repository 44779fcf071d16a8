"""Addresses of search."""

from django.urls import path

from netzstadt.core.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggestions.json", views.suggest, name="suggestions"),
]
