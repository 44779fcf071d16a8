"""The answer that carries a content: always a download, never a page of ours."""

from collections.abc import AsyncIterator
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, http_date

from netzstadt.core.files import intake
from netzstadt.core.files.models import FileVersion
from netzstadt.core.files.ranges import NotSatisfiable, Part, part_of
from netzstadt.core.files.store import PIECE


def answer(request: HttpRequest, version: FileVersion) -> HttpResponseBase:
    """Stream the content or the part of it that was asked for (RFC 9110).

    Raises FileNotFoundError if the store has lost it.
    """
    tag = f'"{version.sha256}"'
    if _matches(request.headers.get("If-None-Match", ""), tag):
        return _with_headers(HttpResponse(status=304), version, tag)
    try:
        part = _wanted_part(request, version, tag)
    except NotSatisfiable:
        refused = HttpResponse(status=416)
        refused.headers["Content-Range"] = f"bytes */{version.size}"
        return _with_headers(refused, version, tag)
    whole = Part(0, version.size)
    sent = part or whole
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=206 if part else 200)
    else:
        file = intake.store().open(version.sha256)
        response = StreamingHttpResponse(_pieces(file, sent), status=206 if part else 200)
        response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    if part:
        response.headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{version.size}"
    response.headers["Content-Length"] = str(sent.end - sent.start)
    return _with_headers(response, version, tag)


def _wanted_part(request: HttpRequest, version: FileVersion, tag: str) -> Part | None:
    header = request.headers.get("Range", "")
    if not header or request.headers.get("If-Range", tag) != tag:
        return None
    return part_of(header, version.size)


def _with_headers(response: HttpResponseBase, version: FileVersion, tag: str) -> HttpResponseBase:
    disposition = content_disposition_header(as_attachment=True, filename=version.original_name)
    headers = {
        "Content-Type": version.media_type,
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
        # Whatever opens it in a browser all the same has no scripts, no forms, and no origin.
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Last-Modified": http_date(version.uploaded_at.timestamp()),
    }
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _matches(header: str, tag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in header.split(",")}
    return tag in tags or "*" in tags


async def _pieces(file: BinaryIO, part: Part) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    file.seek(part.start)
    left = part.end - part.start
    while left > 0 and (piece := await read(min(PIECE, left))):
        left -= len(piece)
        yield piece
