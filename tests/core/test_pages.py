"""The frame of every page, the gallery and the error pages."""

import pytest
from django.test import Client

from netzstadt.core.access.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/kit/", "/imprint/", "/accessibility/", "/privacy/", "/account/sign-in/"]
)
def test_public_pages_open_without_an_account(client: Client, path: str):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/account/", "/office/persons/", "/office/persons/new/", "/office/audit/"]
)
def test_office_pages_send_the_unknown_to_sign_in_and_back(client: Client, path: str):
    response = client.get(path)

    assert response.status_code == 302
    assert response.url == f"/account/sign-in/?next={path}"


@pytest.mark.parametrize(
    "path", ["/account/", "/office/persons/", "/office/persons/new/", "/office/audit/"]
)
def test_an_administrator_opens_the_office_pages(make_person, client_of, path: str):
    client = client_of(make_person(Role.ADMINISTRATOR))

    assert client.get(path).status_code == 200
