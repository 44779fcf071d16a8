"""The addresses of the whole house: each room's own, and what is composed of several."""

from django.urls import include, path

from netzstadt.web import views

urlpatterns = [
    path("", include(([path("", views.home, name="home")], "web"))),
    path("", include("netzstadt.core.urls")),
    path("", include("netzstadt.urbandata.urls")),
    path("", include("netzstadt.stakeholders.urls")),
    path("", include("netzstadt.strategy.urls")),
    path("", include("netzstadt.portfolio.urls")),
]
handler400 = "netzstadt.core.ui.errors.bad_request"
handler403 = "netzstadt.core.ui.errors.forbidden"
handler404 = "netzstadt.core.ui.errors.not_found"
handler500 = "netzstadt.core.ui.errors.server_error"
