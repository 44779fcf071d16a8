"""Addresses of files."""

from django.urls import path

from netzstadt.core.files import views

app_name = "files"
urlpatterns = [
    path("files/of/<str:model>/<uuid:object_id>/", views.of_object, name="of-object"),
    path("files/of/<str:model>/<uuid:object_id>/attach/", views.attach, name="attach"),
    path("files/versions/<uuid:version_id>/", views.download, name="download"),
    path("files/content/<str:token>/", views.content, name="content"),
    path("files/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("files/<uuid:attachment_id>/versions/", views.add_version, name="add-version"),
    path("files/<uuid:attachment_id>/rename/", views.rename, name="rename"),
    path("files/<uuid:attachment_id>/remove/", views.remove, name="remove"),
    path("files/<uuid:attachment_id>/restore/", views.restore, name="restore"),
]
