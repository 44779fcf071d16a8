"""Addresses of the audit trail."""

from django.urls import path

from netzstadt.core.audit import views

app_name = "audit"
urlpatterns = [
    path("office/audit/", views.trail, name="trail"),
    path("office/audit/export/", views.export, name="export"),
    path("office/audit/chain/", views.chain, name="chain"),
    path("office/audit/history/<str:model>/<uuid:object_id>/", views.history, name="history"),
]
