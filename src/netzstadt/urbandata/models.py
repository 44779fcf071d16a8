"""Tables of the data plane as the rooms read them; their SQL: ``plane/sql/migrations``."""

import re
import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id
from netzstadt.urbandata.expressions import SortKey


class Visibility(models.TextChoices):
    """Who may see a Thing or a series (``may_see`` in the database is the one rule)."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")
    UNIT = "UNIT", _("Owning unit")
    RESTRICTED = "RESTRICTED", _("Restricted")


class DataSource(models.Model):
    """Where data comes from; shown with every value, as its licence asks."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.TextField(unique=True)
    title = models.TextField()
    publisher = models.TextField(default="")
    licence = models.TextField(default="")
    url = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        managed = False
        db_table = "data_source"

    def __str__(self) -> str:
        return self.title


class Thing(models.Model):
    """A station: something in the city that measures (SensorThings: Thing)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    iot_id = models.JSONField()
    name = models.TextField()
    sort_key = models.GeneratedField(
        expression=SortKey(models.F("name")), output_field=models.TextField(), db_persist=True
    )
    description = models.TextField()
    properties = models.JSONField(null=True)
    visibility = models.TextField(choices=Visibility.choices)
    unit_id = models.UUIDField(null=True)
    is_simulated = models.BooleanField(default=False)
    data_source = models.ForeignKey(
        DataSource, null=True, on_delete=models.PROTECT, related_name="things"
    )
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "thing"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class Location(models.Model):
    """Where a Thing is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    description = models.TextField()
    location = models.JSONField()
    bounds = models.TextField(null=True)  # noqa: DJ001 - PostgreSQL's box; read through its functions only

    class Meta:
        managed = False
        db_table = "location"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class ThingLocation(models.Model):
    """The present places of a Thing."""

    pk = models.CompositePrimaryKey("thing_id", "location_id")
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="things")

    class Meta:
        managed = False
        db_table = "thing_location"

    def __str__(self) -> str:
        return f"{self.thing_id} at {self.location_id}"


class Sensor(models.Model):
    """The instrument or method behind a series."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    description = models.TextField()

    class Meta:
        managed = False
        db_table = "sensor"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class ObservedProperty(models.Model):
    """What is observed, e.g. the air temperature."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    definition = models.TextField()
    description = models.TextField()

    class Meta:
        managed = False
        db_table = "observed_property"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class Series(models.Model):
    """What is measured: one property, by one sensor, at one station (Datastream)."""

    COUNT_TYPE: ClassVar[str] = "OM_CountObservation"

    id = models.BigAutoField(primary_key=True)
    uuid: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(unique=True, default=new_id)
    iot_id = models.JSONField()
    name = models.TextField()
    description = models.TextField()
    observation_type = models.TextField()
    unit_of_measurement = models.JSONField()
    properties = models.JSONField(null=True)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="series")
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="series")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="series"
    )
    visibility = models.TextField(choices=Visibility.choices)
    ucum = models.TextField(null=True)  # noqa: DJ001 - empty and unknown are not the same
    # {"minimum": number, "maximum": number}: outside of it a value is marked as implausible.
    quality_rules = models.JSONField(default=dict)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "series"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def unit(self) -> str:
        """The unit's symbol as people write it; empty for plain counts."""
        symbol = str(self.unit_of_measurement.get("symbol") or "")
        return "" if symbol in {"1", "{count}"} else symbol

    @property
    def unit_of_sum(self) -> str:
        """The unit of a sum: of "bicycles/15 min" come bicycles, however long was counted."""
        return re.sub(r"\s*/\s*\d*\s*(s|min|h|d)$", "", self.unit) if self.is_summed else self.unit

    @property
    def is_summed(self) -> bool:
        """Whether an hour is the sum of its values (things counted) and not their mean.

        Counts are summed; a Datastream's ``properties.aggregation`` ("sum" or "mean") decides
        where the observation type is not enough.
        """
        aggregation = (self.properties or {}).get("aggregation")
        if aggregation in {"sum", "mean"}:
            return bool(aggregation == "sum")
        return self.observation_type.endswith(self.COUNT_TYPE)


class SeriesState(models.Model):
    """Count, extent and latest value of a series, kept up to date with every commit."""

    series = models.OneToOneField(
        Series, primary_key=True, on_delete=models.CASCADE, related_name="state"
    )
    count = models.BigIntegerField()
    first_time = models.DateTimeField(null=True)
    last_time = models.DateTimeField(null=True)
    last_time_end = models.DateTimeField(null=True)
    last_number = models.FloatField(null=True)
    last_result = models.JSONField(null=True)
    last_quality: "ArrayField[list[str] | None, list[str] | None]" = ArrayField(
        models.TextField(), null=True
    )
    changed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "series_state"

    def __str__(self) -> str:
        return f"{self.series_id}: {self.count}"


class SeriesExpectation(models.Model):
    """How far apart the values of a series usually come, reckoned from the newest ones."""

    series = models.OneToOneField(
        Series, primary_key=True, on_delete=models.CASCADE, related_name="expectation"
    )
    gap = models.DurationField(null=True)
    is_sending = models.BooleanField()
    reckoned_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "series_expectation"

    def __str__(self) -> str:
        return f"{self.series_id}: {self.gap}"


class Observation(models.Model):
    """One observation of a series."""

    pk = models.CompositePrimaryKey("series_id", "time", "sequence")
    series_id = models.BigIntegerField()
    time: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    sequence = models.SmallIntegerField()
    number = models.FloatField(null=True)
    time_end = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    quality: "ArrayField[list[str] | None, list[str] | None]" = ArrayField(
        models.TextField(), null=True
    )

    class Meta:
        managed = False
        db_table = "observation"

    def __str__(self) -> str:
        return f"{self.series_id} at {self.time}"


class Rollup(models.Model):
    """Count, sum, least and greatest number of a stretch of time."""

    pk = models.CompositePrimaryKey("series_id", "time")
    series_id = models.BigIntegerField()
    time: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    count = models.IntegerField()
    flagged = models.IntegerField()
    sum = models.FloatField()
    minimum = models.FloatField()
    maximum = models.FloatField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.series_id} from {self.time}"


class RollupHour(Rollup):
    """The numbers of an hour (UTC)."""

    class Meta:
        managed = False
        db_table = "rollup_hour"


class RollupDay(Rollup):
    """The numbers of a day of the city's calendar."""

    class Meta:
        managed = False
        db_table = "rollup_day"


class ApiKey(models.Model):
    """What a machine shows instead of a password; only a digest of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    prefix = models.TextField(unique=True)
    secret_digest = models.BinaryField()
    person_id = models.UUIDField()
    may_read = models.BooleanField(default=False)
    may_write = models.BooleanField(default=False)
    thing_ids: "ArrayField[list[uuid.UUID] | None, list[uuid.UUID] | None]" = ArrayField(
        models.UUIDField(), null=True
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "api_key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, at: datetime) -> bool:
        """Whether the key opens anything at this moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class ImportRun(models.Model):
    """The account of one import: every row read is loaded, unchanged or rejected."""

    class State(models.TextChoices):
        """How far an import has come."""

        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        INTERRUPTED = "INTERRUPTED", _("Interrupted")
        FAILED = "FAILED", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id)
    profile = models.TextField()
    source = models.TextField()
    person_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.TextField(choices=State.choices)
    rows_read = models.BigIntegerField()
    rows_loaded = models.BigIntegerField()
    rows_unchanged = models.BigIntegerField()
    rows_rejected = models.BigIntegerField()
    message = models.TextField()

    class Meta:
        managed = False
        db_table = "import_run"

    def __str__(self) -> str:
        return f"{self.source} ({self.id})"


class ImportReject(models.Model):
    """A row that an import did not take over: where it stood, and why."""

    pk = models.CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    number = models.IntegerField()
    file = models.TextField()
    line = models.BigIntegerField(null=True)
    field = models.TextField()
    value = models.TextField()
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "import_reject"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Outline(models.Model):
    """The boundary of the city or a part of it, drawn on every map."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.SlugField(_("Key"), unique=True)
    name = models.CharField(_("Name"), max_length=200)
    # GeoJSON geometry, EPSG:4326, longitude first (RFC 7946).
    boundary = models.JSONField(_("Boundary"))
    attribution = models.CharField(_("Attribution"), max_length=300, blank=True)
    attribution_url = models.URLField(_("Address of the source"), blank=True)

    class Meta:
        verbose_name = _("Outline")
        verbose_name_plural = _("Outlines")

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"
