"""Reading (OGC 18-088, section 9): a request becomes one statement, its bytes are passed on."""

import msgspec

from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Response
from netzstadt.plane.sensorthings.context import Context
from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.path import ResourcePath


async def read(context: Context, path: ResourcePath) -> Response:
    """Answer GET and HEAD."""
    if path.is_root:
        return Response(body=root_document(context.base))
    raise Problem(501, "Reading entities is not there yet.")


def root_document(base: str) -> bytes:
    """The service root (9.2.1): entity sets and what the service conforms to."""
    sets = [{"name": one.set_name, "url": f"{base}/{one.set_name}"} for one in model.TYPES]
    return msgspec.json.encode({"value": sets, "serverSettings": {"conformance": []}})
