"""The addresses of the whole house: each room's below its own prefix."""

from django.http import HttpResponse
from django.urls import path

app_name = "web"
urlpatterns = [path("", lambda request: HttpResponse("Netzstadt"), name="home")]
