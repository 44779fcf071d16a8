"""Says which route answered a request, for the log and the metrics of the server in front."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def note_route(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Leave the pattern of the address in the ASGI scope: it names no object and no word."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        scope = getattr(request, "scope", None)
        if scope is not None and request.resolver_match is not None:
            scope["netzstadt.route"] = f"/{request.resolver_match.route}"
        return response

    return respond
