"""The settings of Django, as the configuration of an installation makes them."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from netzstadt import server
from netzstadt.config import Config, ConfigError

SHOWN = [
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "CSRF_TRUSTED_ORIGINS",
    "ALLOWED_HOSTS",
    "DEBUG",
    "PASSWORD_HASHERS",
]


@pytest.fixture
def settings_of(tmp_path):
    """The settings of a process with this environment."""

    def read(**environment: str) -> dict[str, object]:
        code = (
            "import json; from django.conf import settings as s;"
            f"print(json.dumps({{n: getattr(s, n) for n in {SHOWN!r}}}))"
        )
        process = subprocess.run(
            [sys.executable, "-c", code],
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "netzstadt.settings",
                "NETZSTADT_DATA_DIR": str(tmp_path),
                **environment,
            },
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        return json.loads(process.stdout)

    return read


def test_cookies_are_bound_to_https_where_the_address_is(settings_of):
    shown = settings_of(NETZSTADT_BASE_URL="https://stadt.example/")

    assert shown["SESSION_COOKIE_SECURE"] is True
    assert shown["CSRF_COOKIE_SECURE"] is True
    assert shown["LANGUAGE_COOKIE_SECURE"] is True
    assert shown["SESSION_COOKIE_HTTPONLY"] is True
    assert shown["SECURE_HSTS_SECONDS"] == 365 * 86400
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://stadt.example"]
    assert "stadt.example" in shown["ALLOWED_HOSTS"]


def test_without_https_no_proxy_is_believed_and_pages_still_work(settings_of):
    shown = settings_of()

    assert shown["SESSION_COOKIE_SECURE"] is False
    assert shown["SECURE_HSTS_SECONDS"] == 0
    assert shown["SECURE_PROXY_SSL_HEADER"] is None
    assert shown["DEBUG"] is False
    assert "*" not in shown["ALLOWED_HOSTS"]


def test_only_argon2_makes_and_reads_passwords(settings_of):
    assert settings_of()["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_pages_and_plane_sign_with_one_key_even_without_a_data_directory(monkeypatch, tmp_path):
    keys = []

    class Noted(server.Plane):
        def __init__(self, *arguments, secret_key, **options):
            keys.append(secret_key)
            super().__init__(*arguments, secret_key=secret_key, **options)

    monkeypatch.setattr(server, "Plane", Noted)
    monkeypatch.setenv("NETZSTADT_DATA_DIR", str(tmp_path / "not-there"))

    server.make_application()

    assert keys == [settings.SECRET_KEY]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NETZSTADT_SECRET_KEY", "short"),
        ("NETZSTADT_BASE_URL", "daten.stadt.example"),
        ("NETZSTADT_BASE_URL", "ftp://daten.stadt.example"),
        ("NETZSTADT_PORT", "70000"),
        ("NETZSTADT_TIME_ZONE", "Europe/Atlantis"),
        ("NETZSTADT_DEMO", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        Config.from_environment({name: value})


def test_an_address_with_a_path_is_taken():
    config = Config.from_environment({"NETZSTADT_BASE_URL": "https://stadt.example/daten/"})

    assert config.public_url == "https://stadt.example/daten"
