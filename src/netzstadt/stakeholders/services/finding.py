"""Finding the body behind an address: a body, a system with one, or a list of one."""

from netzstadt.stakeholders.models.harvests import Failure
from netzstadt.stakeholders.oparl_client import Client, NotAnswered
from netzstadt.standards.oparl import reading
from netzstadt.standards.oparl.objects import Body, Kind, System
from netzstadt.standards.oparl.values import Json


def find_body(client: Client) -> Body:
    """The one body that the client's address leads to (OParl 1.1: System, Body).

    Raises NotAnswered if there are several or none, Unreadable if what answers is not OParl.
    """
    document = reading.read_document(client.get(client.address))
    if reading.is_page(document):
        return _only(_bodies(document), client.address)
    found = reading.read_object(document)
    if isinstance(found, Body):
        return found
    if isinstance(found, System):
        return _of_system(found, client)
    raise NotAnswered(Failure.NOT_OPARL, f"{type(found).__name__}: {client.address}")


def _of_system(system: System, client: Client) -> Body:
    if system.bodies or not system.body_list:
        return _only(list(system.bodies), client.address)
    document = reading.read_document(client.get(system.body_list))
    if reading.is_page(document):
        return _only(_bodies(document), client.address)
    return _only([reading.read_object(document, kind=Kind.BODY)], client.address)


def _bodies(document: Json) -> list[object]:
    return list(reading.read_page(document, kind=Kind.BODY).objects)


def _only(found: list[object], address: str) -> Body:
    bodies = [one for one in found if isinstance(one, Body) and not one.is_deleted]
    if len(bodies) > 1:
        named = "; ".join(f"{one.name}: {one.id}" for one in bodies[:20])
        raise NotAnswered(Failure.SEVERAL_BODIES, named)
    if not bodies:
        raise NotAnswered(Failure.NOT_OPARL, address)
    return bodies[0]
