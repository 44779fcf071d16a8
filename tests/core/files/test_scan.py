"""Virus scanning with a real clamd: clean, infected, away, too large, tried again."""

import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.files.conftest import BAD
from tests.core.files.samples import TEXT

from netzstadt.config import Config, ConfigError
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.files import clamd, queries, scanning, services
from netzstadt.core.files.models import Attachment, FileVersion, ScanState
from netzstadt.core.files.refusals import FileRefused
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A scanner that takes a connection and says nothing."""
    address = str(tmp_path / "silent")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        yield address


def test_what_nothing_is_found_in_is_clean(scanner, attach):
    version = attach(TEXT)

    assert version.scan_state == ScanState.CLEAN
    assert version.scanned_at is not None


def test_an_infected_file_goes_into_quarantine_with_an_event(scanner, attach, store):
    version = attach(b"before " + BAD, "list.txt")

    assert version.scan_state == ScanState.INFECTED
    assert version.scan_note == "Netzstadt.Test.UNOFFICIAL"
    with pytest.raises(FileNotFoundError):
        store.open(version.sha256)
    entry = AuditEvent.objects.get(name="files.version.infected")
    assert entry.object_id == version.attachment_id
    assert entry.data["signature"] == "Netzstadt.Test.UNOFFICIAL"


def test_an_infected_file_is_never_handed_out(scanner, attach, client):
    version = attach(BAD, "list.txt")

    assert client.get(f"/files/versions/{version.pk}/").status_code == 409


def test_what_is_infected_once_is_infected_wherever_it_lies(attach, clamd_socket, settings):
    before = attach(BAD, "list.txt")
    assert before.scan_state == ScanState.NOT_SCANNED

    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{clamd_socket}")
    attach(BAD, "again.txt")

    states = FileVersion.objects.values_list("scan_state", flat=True)
    assert set(states) == {ScanState.INFECTED}
    assert AuditEvent.objects.filter(name="files.version.infected").count() == 2


def test_what_lies_in_quarantine_stays_there_without_a_scanner(scanner, attach, settings, store):
    attach(BAD, "list.txt")
    settings.CONFIG = replace(settings.CONFIG, clamd="")

    again = attach(BAD, "again.txt")

    assert again.scan_state == ScanState.INFECTED
    with pytest.raises(FileNotFoundError):
        store.open(again.sha256)


def test_uploader_and_administrators_are_told(scanner, attach, make_person, engineer):
    from netzstadt.core.access.permissions import Role

    admin = make_person(Role.ADMINISTRATOR)
    attach(BAD, "list.txt")

    entry = AuditEvent.objects.get(name="files.version.infected")

    assert set(queries.persons_to_warn(entry)) == {engineer.pk, admin.pk}


def test_a_scanner_that_is_away_is_an_error_that_a_duty_tries_again(
    attach, settings, clamd_socket, tmp_path
):
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{tmp_path / 'nobody'}")
    version = attach(TEXT)
    assert version.scan_state == ScanState.ERROR

    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{clamd_socket}")
    judged = scanning.scan_waiting(at=clock.now())

    version.refresh_from_db()
    assert judged == 1
    assert version.scan_state == ScanState.CLEAN


def test_what_came_in_before_there_was_a_scanner_is_scanned_later(
    attach, settings, clamd_socket, store
):
    version = attach(BAD, "list.txt")
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{clamd_socket}")

    scanning.scan_waiting(at=clock.now())

    version.refresh_from_db()
    assert version.is_infected
    with pytest.raises(FileNotFoundError):
        store.open(version.sha256)


def test_without_a_scanner_nothing_is_tried(attach):
    attach()

    assert scanning.scan_waiting(at=clock.now()) == 0


def test_a_file_over_the_scanners_own_limit_is_an_error(scanner, attach):
    version = attach(b"a line\n" * 200_000, "long.txt")

    assert version.scan_state == ScanState.ERROR
    assert "size limit" in version.scan_note


def test_a_lost_content_is_an_error_and_holds_up_no_other(scanner, attach, store, settings):
    settings.CONFIG = replace(settings.CONFIG, clamd="")
    lost, other = attach(TEXT, "a.txt"), attach(b"other", "b.txt")
    store.remove(lost.sha256)
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{scanner}")

    scanning.scan_waiting(at=clock.now())

    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.scan_state, other.scan_state) == (ScanState.ERROR, ScanState.CLEAN)
    assert lost.scan_note == "The content is missing."


def test_where_scanning_is_required_nothing_comes_in_without_it(attach, settings, folder):
    settings.CONFIG = replace(settings.CONFIG, scan_required=True)

    with pytest.raises(FileRefused, match="scanned"):
        attach()

    assert not Attachment.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_where_scanning_is_required_nothing_goes_out_before_it(attach, settings):
    version = attach()
    settings.CONFIG = replace(settings.CONFIG, scan_required=True)

    with pytest.raises(FileRefused, match="waits"):
        queries.version_to_hand_out(version.pk, to=None)


def test_a_clean_file_comes_in_and_goes_out_where_scanning_is_required(scanner, attach, settings):
    settings.CONFIG = replace(settings.CONFIG, scan_required=True)

    version = attach()

    assert queries.version_to_hand_out(version.pk, to=None) == version


def test_a_scanner_that_says_nothing_is_waited_for_only_so_long(silent):
    verdict = clamd.scan([b"a"], address=silent, within_s=0.2)

    assert verdict.state == ScanState.ERROR
    assert "in time" in verdict.note


def test_a_scanner_that_takes_nothing_is_waited_for_only_so_long(silent):
    verdict = clamd.scan([b"a" * 2**20] * 8, address=silent, within_s=0.3)

    assert verdict.state == ScanState.ERROR


def test_a_scanner_that_breaks_off_is_an_error(tmp_path):
    address = str(tmp_path / "rude")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()

        def hang_up() -> None:
            listening.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        verdict = clamd.scan([b"a" * 2**16] * 4, address=address)
        thread.join()

    assert verdict.state == ScanState.ERROR


def test_the_facts_say_whether_the_scanner_answers(attach, settings, clamd_socket, tmp_path):
    attach()
    without = queries.scanner_facts()
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{tmp_path / 'nobody'}")
    away = queries.scanner_facts()
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{clamd_socket}")
    there = queries.scanner_facts()

    assert (without.is_configured, without.is_answering, without.waiting_count) == (False, False, 1)
    assert (away.is_configured, away.is_answering) == (True, False)
    assert (there.is_configured, there.is_answering) == (True, True)


def test_every_page_with_files_says_that_nothing_is_scanned(attach, client, thing, scanner):
    from django.conf import settings as django

    attach()
    pages = [f"/stations/{thing.pk}/", f"/files/of/urbandata.thing/{thing.pk}/"]
    with_scanner = [client.get(page, headers={"accept-language": "en"}) for page in pages]
    django.CONFIG = replace(django.CONFIG, clamd="")
    without = [client.get(page, headers={"accept-language": "en"}) for page in pages]

    assert all("not scanned for viruses here" not in page.content.decode() for page in with_scanner)
    assert all("not scanned for viruses here" in page.content.decode() for page in without)


def test_a_scanner_that_is_away_is_said(attach, client, thing, settings, tmp_path):
    attach()
    page = f"/files/of/urbandata.thing/{thing.pk}/"
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{tmp_path / 'nobody'}")
    away = client.get(page, headers={"accept-language": "en"}).content.decode()
    settings.CONFIG = replace(settings.CONFIG, scan_required=True)
    required = client.get(page, headers={"accept-language": "en"}).content.decode()

    assert "The virus scanner does not answer" in away
    assert "No file can be added now" in required


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("tcp://127.0.0.1:3311", ("127.0.0.1", 3311)),
        ("tcp://localhost", ("localhost", 3310)),
    ],
)
def test_the_scanners_address_is_a_socket_of_this_machine(text, address):
    assert Config.from_environment({"NETZSTADT_CLAMD": text}).clamd_address == address


@pytest.mark.parametrize(
    "text", ["tcp://192.0.2.1:3310", "/run/clamd", "http://127.0.0.1", "unix:"]
)
def test_another_address_is_refused_by_name(text):
    with pytest.raises(ConfigError, match="NETZSTADT_CLAMD"):
        Config.from_environment({"NETZSTADT_CLAMD": text})


def test_a_version_is_scanned_as_the_service_got_it(scanner, attach, engineer):
    attachment = attach(TEXT).attachment

    version = services.add_version(
        attachment=attachment, file=io.BytesIO(BAD), name="b.txt", by=engineer, at=clock.now()
    )

    assert version.is_infected
