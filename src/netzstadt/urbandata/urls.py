"""Addresses of the city in data."""

from django.urls import path

from netzstadt.urbandata.views import keys, series, stations

app_name = "urbandata"
urlpatterns = [
    path("stations/", stations.station_list, name="stations"),
    path("stations.geojson", stations.station_map, name="stations-map"),
    path("outline.geojson", stations.outline, name="outline"),
    path("stations/<uuid:key>/", stations.station, name="station"),
    path("stations/<uuid:key>/visibility/", stations.visibility, name="station-visibility"),
    path("observed-properties/", stations.property_list, name="properties"),
    path("observed-properties/<uuid:key>/", stations.observed_property, name="property"),
    path("series/<int:key>/values.json", series.values, name="series-values"),
    path("series/<int:key>/observations.<str:form>", series.download, name="series-download"),
    path("api-keys/", keys.key_list, name="api-keys"),
    path("api-keys/new/", keys.new_key, name="api-key-new"),
    path("api-keys/<uuid:key>/revoke/", keys.revoke, name="api-key-revoke"),
    path("imports/", keys.import_list, name="imports"),
]
