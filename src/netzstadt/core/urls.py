"""All addresses of the core; ``web`` mounts them at the root."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"netzstadt.core.{room}.urls"))
    for room in (
        "ui",
        "city",
        "accounts",
        "orgs",
        "access",
        "audit",
        "mail",
        "files",
        "tags",
        "links",
        "geo",
        "search",
        "notices",
        "work",
        "privacy",
        "operation",
    )
]
