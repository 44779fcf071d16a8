"""Handing out: an address for minutes and one person, judged again, streamed, in parts."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.core import signing
from tests.core.files.samples import SVG, TEXT

from netzstadt.core.access.permissions import Role
from netzstadt.core.files import signed_links
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata import services as urbandata
from netzstadt.urbandata.models import Visibility

pytestmark = pytest.mark.django_db


def body(response) -> bytes:
    """The bytes of a streamed answer."""

    async def collect() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    result: list[bytes] = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(collect())))
    thread.start()
    thread.join()
    response.close()
    return result[0]


def follow(client, version, **headers):
    """Open a version as a browser does: to the signed address, and there."""
    asked = client.get(f"/files/versions/{version.pk}/")
    assert asked.status_code == 302
    return client.get(asked["Location"], headers=headers)


def test_a_file_of_a_public_object_is_everybodys(attach, client):
    version = attach(TEXT, "weg.txt")

    response = follow(client, version)

    assert response.status_code == 200
    assert body(response) == TEXT
    assert response["Content-Length"] == str(len(TEXT))


def test_whatever_is_handed_out_is_a_download_without_rights(attach, client):
    response = follow(client, attach(SVG, "Straße & Weg.svg"))

    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Stra%C3%9Fe%20%26%20Weg.svg"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert "no-store" in response["Cache-Control"]
    body(response)


def test_an_address_is_for_one_person_alone(attach, client_of, make_person, client):
    one, other = client_of(make_person(Role.READER)), client_of(make_person(Role.READER))
    address = one.get(f"/files/versions/{attach().pk}/")["Location"]

    assert one.head(address).status_code == 200
    assert other.get(address).status_code == 404
    assert client.get(address).status_code == 404


def test_an_address_runs_out_after_minutes(attach, client):
    version = attach()
    old = clock.now() - signed_links.VALID_FOR - timedelta(seconds=1)

    response = client.get(f"/files/content/{signed_links.sign(version.pk, to=None, at=old)}/")

    assert response.status_code == 409


@pytest.mark.parametrize("token", ["x", "a:b:c", "WyJhIl0:1abc:def"])
def test_an_address_that_nobody_signed_is_refused(token, client):
    assert client.get(f"/files/content/{token}/").status_code == 409


@pytest.mark.parametrize("salt", ["django.core.signing", "netzstadt.another.purpose"])
def test_a_token_that_was_signed_for_something_else_is_refused(salt, attach, client):
    until = clock.now() + signed_links.VALID_FOR
    said = [str(attach().pk), "", int(until.timestamp())]

    refused = client.get(f"/files/content/{signing.dumps(said, salt=salt)}/")
    taken = client.get(f"/files/content/{signing.dumps(said, salt='netzstadt.files.link')}/")

    assert (refused.status_code, taken.status_code) == (409, 200)
    body(taken)


def test_a_changed_address_is_refused(attach, client):
    address = client.get(f"/files/versions/{attach().pk}/")["Location"]

    assert client.get(address.replace("/content/W", "/content/X")).status_code == 409


def test_the_right_is_judged_again_at_the_download(attach, client, thing):
    address = client.get(f"/files/versions/{attach().pk}/")["Location"]

    urbandata.set_thing_visibility(
        thing=thing, visibility=Visibility.RESTRICTED, by=None, at=clock.now()
    )

    assert client.get(address).status_code == 404


def test_who_may_not_see_the_object_does_not_see_its_files(
    attach, make_station, client, client_of, make_person, engineer
):
    hidden = make_station("Hidden", visibility="RESTRICTED").thing
    version = attach(of=hidden)
    reader = client_of(make_person(Role.READER))

    pages = [
        f"/files/versions/{version.pk}/",
        f"/files/{version.attachment_id}/",
        f"/files/of/urbandata.thing/{hidden.pk}/",
    ]

    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert [reader.get(page).status_code for page in pages] == [404, 404, 404]
    assert [client_of(engineer).get(page).status_code for page in pages] == [302, 200, 200]


def test_what_the_browser_has_is_not_sent_again(attach, client):
    version = attach()
    tag = f'"{version.sha256}"'

    response = follow(client, version, if_none_match=f'"other", W/{tag}')

    assert response.status_code == 304
    assert response["ETag"] == tag


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", TEXT[:4]),
        ("bytes=4-", TEXT[4:]),
        ("bytes=-5", TEXT[-5:]),
        ("bytes=2-9999", TEXT[2:]),
    ],
)
def test_a_part_is_sent(attach, client, header, expected):
    response = follow(client, attach(TEXT), range=header)

    assert response.status_code == 206
    assert body(response) == expected
    start = TEXT.index(expected)
    assert response["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(TEXT)}"


@pytest.mark.parametrize("header", ["bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=-"])
def test_what_asks_for_several_parts_or_nonsense_is_sent_the_whole(attach, client, header):
    response = follow(client, attach(TEXT), range=header)

    assert response.status_code == 200
    assert body(response) == TEXT


@pytest.mark.parametrize("header", ["bytes=9999-", "bytes=-0"])
def test_a_part_outside_the_content_is_refused(attach, client, header):
    response = follow(client, attach(TEXT), range=header)

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(TEXT)}"


def test_a_part_of_another_state_is_sent_whole(attach, client):
    response = follow(client, attach(TEXT), range="bytes=0-1", if_range='"an older state"')

    assert response.status_code == 200
    body(response)


def test_a_version_that_is_not_there_is_no_page(client):
    assert client.get(f"/files/versions/{new_id()}/").status_code == 404


def test_a_token_is_read_until_its_last_moment():
    token = signed_links.sign(new_id(), to=None, at=clock.now())

    assert signed_links.read(token, at=clock.now()) is not None
    assert signed_links.read(token, at=clock.now() + signed_links.VALID_FOR) is None
