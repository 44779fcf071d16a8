"""Addresses of operation."""

from django.urls import path

from netzstadt.core.operation import views

app_name = "operation"
urlpatterns = [
    path("office/operation/", views.overview, name="overview"),
    path("office/operation/jobs/<int:job_id>/retry/", views.retry, name="retry"),
    path("office/operation/jobs/<int:job_id>/discard/", views.discard, name="discard"),
    path("office/operation/duties/<str:name>/run/", views.run_duty, name="run-duty"),
]
