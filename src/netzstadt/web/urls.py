"""The addresses of the whole house: each room's below its own prefix."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from netzstadt.core.access.rules import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "base.html")


urlpatterns = [
    path("", include(([path("", home, name="home")], "web"))),
    path("", include("netzstadt.core.urls")),
]
handler400 = "netzstadt.core.ui.errors.bad_request"
handler403 = "netzstadt.core.ui.errors.forbidden"
handler404 = "netzstadt.core.ui.errors.not_found"
handler500 = "netzstadt.core.ui.errors.server_error"
