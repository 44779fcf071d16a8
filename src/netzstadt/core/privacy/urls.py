"""Addresses of privacy."""

from django.urls import path

from netzstadt.core.privacy import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.my_data, name="my-data"),
    path("account/data/file/", views.my_data_file, name="my-data-file"),
    path("office/privacy/requests/", views.requests, name="requests"),
    path("office/privacy/requests/<uuid:request_id>/", views.answer, name="answer"),
    path("office/privacy/persons/<uuid:person_id>/erase/", views.erase, name="erase"),
    path("office/privacy/persons/<uuid:person_id>/export/", views.export, name="export"),
    path("office/privacy/record/", views.record, name="record"),
    path("office/privacy/record.csv", views.record_csv, name="record-csv"),
]
