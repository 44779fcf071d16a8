"""Vocabularies that come with the house, to be taken in like any other file."""

from collections.abc import Mapping
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# File below this folder, without its ending -> what it is called.
SHIPPED: Mapping[str, str | Promise] = {
    "sdg": _("Sustainable Development Goals (SDG)"),
    "smart-city-charta": _("Smart City Charter"),
    "u4ssc": _("U4SSC: areas of the indicators"),
}


def content_of(key: str) -> bytes:
    """The file in Turtle. Raises KeyError if none is called so."""
    if key not in SHIPPED:
        raise KeyError(key)
    return (Path(__file__).parent / f"{key}.ttl").read_bytes()
