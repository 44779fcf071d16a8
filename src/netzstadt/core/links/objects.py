"""Objects at the ends of links: what names one."""

import uuid
from typing import NamedTuple


class Ref(NamedTuple):
    """An object of any room, by its kind (``room.model``) and its id."""

    model: str
    id: uuid.UUID
