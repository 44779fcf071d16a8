"""Addresses of places."""

from django.urls import path

from netzstadt.core.geo.views import areas, office

app_name = "geo"
urlpatterns = [
    path("areas/", areas.area_list, name="areas"),
    path("areas.geojson", areas.area_map, name="areas-map"),
    path("areas/find/", areas.find, name="find"),
    path("areas/<uuid:area_id>/", areas.area, name="area"),
    path("places/locate.json", areas.locate, name="locate"),
    path("places/at.json", areas.at, name="at"),
    path("office/places/import/", office.import_places, name="import"),
    path("office/places/<str:model>/<uuid:object_id>/", office.place, name="place"),
    path(
        "office/places/<str:model>/<uuid:object_id>/remove/",
        office.remove_place,
        name="place-remove",
    ),
]
