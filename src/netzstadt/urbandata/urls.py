"""Addresses of the city in data."""

from django.urls import path

from netzstadt.urbandata.views import (
    corrections,
    datastreams,
    imports,
    keys,
    series,
    stations,
    things,
)

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
    path("imports/", imports.import_list, name="imports"),
    path("imports/<uuid:key>/", imports.import_detail, name="import"),
    path("imports/<uuid:key>/rejects.csv", imports.import_rejects, name="import-rejects"),
    path("things/", things.thing_list, name="things"),
    path("things/new/", things.thing_new, name="thing-new"),
    path("things/several/", things.thing_several, name="thing-several"),
    path("things/silent/", datastreams.silent, name="silent"),
    path("things/<uuid:key>/", things.thing, name="thing"),
    path("things/<uuid:key>/edit/", things.thing_edit, name="thing-edit"),
    path("things/<uuid:key>/retire/", things.thing_retire, name="thing-retire"),
    path("things/<uuid:key>/return/", things.thing_return, name="thing-return"),
    path("things/<uuid:key>/delete/", things.thing_delete, name="thing-delete"),
    path("things/<uuid:key>/datastreams/new/", datastreams.datastream_new, name="datastream-new"),
    path("datastreams/<uuid:key>/", datastreams.datastream, name="datastream"),
    path("datastreams/<uuid:key>/edit/", datastreams.datastream_edit, name="datastream-edit"),
    path("datastreams/<uuid:key>/retire/", datastreams.datastream_retire, name="datastream-retire"),
    path("datastreams/<uuid:key>/return/", datastreams.datastream_return, name="datastream-return"),
    path("datastreams/<uuid:key>/delete/", datastreams.datastream_delete, name="datastream-delete"),
    path("datastreams/<uuid:key>/values/", corrections.value_list, name="values"),
    path("datastreams/<uuid:key>/values/correct/", corrections.correct, name="values-correct"),
    path(
        "datastreams/<uuid:key>/corrections/<uuid:correction>/undo/",
        corrections.undo,
        name="correction-undo",
    ),
]
