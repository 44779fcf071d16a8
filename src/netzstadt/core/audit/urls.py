"""Addresses of the audit trail."""

from django.urls import path

from netzstadt.core.audit import views

app_name = "audit"
urlpatterns = [path("office/audit/", views.trail, name="trail")]
