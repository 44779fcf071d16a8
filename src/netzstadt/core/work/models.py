"""How a person arranged her start pages."""

import uuid

from django.db import models
from django.db.models import Q

from netzstadt.lib.ids import new_id


class TilePlace(models.Model):
    """Where a person put a tile, or that she hid it; without rows it is as the rooms declare."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    tile = models.TextField()
    position = models.PositiveSmallIntegerField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        db_table = "work_tile_place"
        constraints = [
            models.UniqueConstraint(fields=["person", "tile"], name="work_tile_place_once"),
            models.CheckConstraint(condition=~Q(tile=""), name="work_tile_place_names_a_tile"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.tile} at {self.position}"
