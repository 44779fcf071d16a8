"""All addresses of the core; ``web`` mounts them at the root."""

from django.urls import include, path

urlpatterns = [
    path("", include("netzstadt.core.ui.urls")),
    path("", include("netzstadt.core.orgs.urls")),
    path("", include("netzstadt.core.audit.urls")),
]
