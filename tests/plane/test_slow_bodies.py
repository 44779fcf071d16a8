"""Whoever begins a body and does not end it is sent away: places for requests are few."""

import asyncio
from typing import Any

import pytest
from django.core.asgi import get_asgi_application

from netzstadt import server
from netzstadt.plane import http
from netzstadt.plane.errors import Problem

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/account/sign-in/",
    "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"content-length", b"1000")],
}


async def beginning() -> dict[str, Any]:
    """The same small part of a body again and again, ever more slowly."""
    await asyncio.sleep(0.02)
    return {"type": "http.request", "body": b"x", "more_body": True}


async def test_the_plane_answers_408_to_a_body_that_does_not_arrive(monkeypatch):
    monkeypatch.setattr(http, "BODY_WITHIN_S", 0.1)

    with pytest.raises(Problem) as refused:
        await http.Request(SCOPE, beginning).body()

    assert refused.value.status == 408


async def test_pages_answer_408_to_a_body_that_does_not_arrive():
    limit = server.Limit(size=2**20, seconds=0.1)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await server._with_limit(get_asgi_application(), limit, dict(SCOPE), beginning, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 408
