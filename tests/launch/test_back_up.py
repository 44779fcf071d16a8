"""The restore drill: a backup taken under load comes back as it was, elsewhere."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.launch.conftest import City, copy_of
from tests.launch.test_kill import Writers, prepare
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.backup import contents, manifest
from netzstadt.embedded.postgres import Postgres
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.processes


@contextmanager
def events(city: City) -> Iterator[None]:
    """Audit events that go on being recorded and sealed beside what is done inside."""
    stopping = threading.Event()
    written: list[int] = []

    def write() -> None:
        with psycopg.connect(city.database_url, autocommit=True) as connection:
            while not stopping.wait(0.002):
                connection.execute(
                    "select audit_append(%s, 'tests.tree.planted', null, null, 'tests.tree', %s,"
                    " '{}'::jsonb)",
                    (new_id(), new_id()),
                )
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: len(written) > 100, "events are recorded")
        yield
    finally:
        stopping.set()
        writer.join()


def attach(city: City, content: bytes) -> Path:
    """A file with its row; one that no row names would be swept away."""
    digest = hashlib.sha256(content).hexdigest()
    with psycopg.connect(city.database_url, autocommit=True) as connection:
        connection.execute(
            "with a as (insert into files_attachment (id, model, object_id, title, created_at)"
            " values (gen_random_uuid(), 'tests.tree', gen_random_uuid(), 'Plan', now())"
            " returning id) insert into files_fileversion (id, attachment_id, number, sha256, size,"
            " media_type, original_name, uploaded_at, scan_state, scan_note) select"
            " gen_random_uuid(), id, 1, %s, %s, 'text/plain', 'plan.txt', now(), 'NOT_SCANNED', ''"
            " from a",
            (digest, len(content)),
        )
    file = city.data / "files" / digest[:2] / digest[2:4] / digest
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


def test_a_backup_taken_under_load_comes_back_as_it_was(city: City, place: Path) -> None:
    city.up()
    file = attach(city, b"an attachment")
    secret = asyncio.run(prepare(city.database_url))
    with Writers(city, secret) as writers, events(city):
        writers.wait_for_more(300)
        wait_until(lambda: city.rows("select 1 from audit_seal limit 1"), "events are sealed")
        done = city.run("backup", str(place / "backup"))
        assert done.returncode == 0, done.stderr
        acknowledged_before = len(writers.acknowledged)
        writers.wait_for_more(100)
    assert writers.odd_answers == []
    taken = manifest.verify(place / "backup")
    assert 300 <= taken.tables_rows("observation_") < len(writers.acknowledged)
    assert taken.head
    assert city.stop() == 0

    restored = City(place / "elsewhere")
    restored.data = place / "elsewhere"
    done = restored.run("restore", str(place / "backup"))
    assert done.returncode == 0, done.stderr

    postgres = Postgres(restored.data)
    postgres.start()
    try:
        with psycopg.connect(postgres.url()) as connection:
            found = contents.tables(connection)
    finally:
        postgres.stop()
    # The restore itself is written into the trail, nothing else has changed.
    changed = {name for name in taken.tables if found[name] != taken.tables[name]}
    assert changed == {"audit_event", "audit_waiting", "audit_unfollowed"}
    assert found["audit_event"].rows == taken.tables["audit_event"].rows + 1
    kept = restored.data / "files" / file.relative_to(city.data / "files")
    assert kept.read_bytes() == b"an attachment"
    assert (restored.data / "secret-key").read_text() == (city.data / "secret-key").read_text()
    assert acknowledged_before >= 300

    checked = restored.run("check", "all")
    assert checked.returncode == 0, checked.stderr
    try:
        restored.up()
        before = restored.rows("select max(sequence) from audit_event")
        with Writers(restored, secret) as more:
            more.wait_for_more(20)
        assert more.odd_answers == []
        with psycopg.connect(restored.database_url, autocommit=True) as connection:
            connection.execute(
                "select audit_append(%s, 'tests.tree.planted', null, null, 'tests.tree', %s, '{}')",
                (new_id(), new_id()),
            )
        assert restored.rows("select max(sequence) from audit_event") > before
    finally:
        restored.destroy()


@pytest.fixture(scope="module")
def backup(prepared: Path) -> Path:
    """A backup of an empty installation."""
    directory = prepared.parent / "backed-up"
    directory.mkdir()
    target = directory / "backup"
    done = copy_of(prepared, directory).run("backup", str(target))
    assert done.returncode == 0, done.stderr
    return target


def test_nothing_is_overwritten(backup: Path, new_city: City) -> None:
    done = new_city.run("backup", str(backup), NETZSTADT_DATA_DIR=str(backup.parent / "data"))

    assert done.returncode == 1
    assert "is there already" in done.stderr


def test_a_restore_into_a_directory_with_something_in_it_is_refused(
    backup: Path, city: City
) -> None:
    before = sorted(path.name for path in city.data.iterdir())

    done = city.run("restore", str(backup))

    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert sorted(path.name for path in city.data.iterdir()) == before


def test_a_backup_comes_back_into_a_server_of_ones_own(
    backup: Path, new_city: City, make_database
) -> None:
    url = make_database(None)
    new_city.settings |= {"NETZSTADT_DATABASE_URL": url}

    done = new_city.run("restore", str(backup))
    again = new_city.run("restore", str(backup))

    assert done.returncode == 0, done.stderr
    with psycopg.connect(url) as connection:
        found = contents.tables(connection)
    assert found["orgs_person"] == manifest.read(backup).tables["orgs_person"]
    assert again.returncode == 1
    assert "nothing is overwritten" in again.stderr
    (new_city.data / "secret-key").unlink()
    third = new_city.run("restore", str(backup))
    assert third.returncode == 1
    assert "The database is not empty" in third.stderr


def test_an_interrupted_restore_leaves_no_installation_and_can_be_begun_again(
    backup: Path, new_city: City
) -> None:
    half = new_city.data / ".restoring-abcdefgh"
    (half / "pg").mkdir(parents=True)
    (new_city.data / "in-use").touch()

    done = new_city.run("restore", str(backup))

    assert done.returncode == 0, done.stderr
    assert not half.exists()
    assert (new_city.data / "pg" / "PG_VERSION").exists()


# pg_restore comes to its row, and no further.
ENDLESS = """
create function tests_endless() returns boolean language plpgsql as $$
begin
    if current_setting('application_name') = 'pg_restore' then
        perform pg_sleep(3600);
    end if;
    return true;
end
$$;
create table tests_endless (number integer check (tests_endless()));
insert into tests_endless values (1);
"""


@pytest.fixture
def endless_backup(prepared: Path, place: Path) -> Path:
    """A backup that is never restored to its end: whoever stops that hits its middle."""
    directory = place / "endless"
    directory.mkdir()
    city = copy_of(prepared, directory)
    postgres = Postgres(city.data)
    postgres.start()
    try:
        with psycopg.connect(postgres.url()) as connection:
            connection.execute(ENDLESS.encode())
    finally:
        postgres.stop()
    done = city.run("backup", str(directory / "backup"))
    assert done.returncode == 0, done.stderr
    return directory / "backup"


def is_filling(process: "subprocess.Popen[str]") -> bool:
    """Whether a restore has come to filling its database."""
    assert process.poll() is None, process.communicate()
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.NoSuchProcess):
            if Path("".join(child.cmdline()[:1])).name == "pg_restore":
                return True
    return False


def test_a_restore_that_is_stopped_removes_what_it_began(
    backup: Path, endless_backup: Path, new_city: City
) -> None:
    process = new_city.begin("restore", str(endless_backup))
    wait_until(lambda: is_filling(process), "it fills")
    assert list(new_city.data.glob(".restoring-*/pg/postmaster.pid"))

    process.terminate()
    _out, said = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 143
    assert "stopped before it was done" in said
    assert list(new_city.data.glob(".restoring-*")) == []
    done = new_city.run("restore", str(backup))
    assert done.returncode == 0, done.stderr


def damage_a_byte(copy: Path) -> None:
    content = bytearray((copy / manifest.DUMP).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / manifest.DUMP).write_bytes(content)


def leave_a_part_out(copy: Path) -> None:
    (copy / manifest.DUMP).unlink()


def cut_the_manifest(copy: Path) -> None:
    text = (copy / manifest.NAME).read_text()
    (copy / manifest.NAME).write_text(text[: len(text) // 2])


def forge_the_manifest(copy: Path) -> None:
    content = json.loads((copy / manifest.NAME).read_text())
    content["head"] = f"1:{64 * '0'}"
    (copy / manifest.NAME).write_text(json.dumps(content))


def add_a_file(copy: Path) -> None:
    (copy / "stranger").write_text("not of this backup")


def add_a_link(copy: Path) -> None:
    (copy / "files").mkdir(exist_ok=True)
    (copy / "files" / "link").symlink_to("/etc/hostname")


def forget_the_manifest(copy: Path) -> None:
    (copy / manifest.NAME).unlink()


@pytest.mark.parametrize(
    "harm",
    [
        damage_a_byte,
        leave_a_part_out,
        cut_the_manifest,
        forge_the_manifest,
        add_a_file,
        add_a_link,
        forget_the_manifest,
    ],
)
def test_a_broken_backup_is_never_taken_for_a_good_one(harm, backup: Path, new_city: City) -> None:
    copy = new_city.data.parent / "copy"
    shutil.copytree(backup, copy)
    harm(copy)

    verified = new_city.run("backup", str(copy), "--verify")
    restored = new_city.run("restore", str(copy))

    assert (verified.returncode, restored.returncode) == (1, 1)
    assert "Traceback" not in verified.stderr + restored.stderr
    assert not new_city.data.exists()


def test_a_backup_of_a_newer_version_is_refused(backup: Path, new_city: City) -> None:
    copy = new_city.data.parent / "copy"
    shutil.copytree(backup, copy)
    known = manifest.read(copy)
    known.migrations.append("plane 9999_future")
    known.write(copy)

    done = new_city.run("restore", str(copy))

    assert done.returncode == 1
    assert "9999_future" in done.stderr
    assert not new_city.data.exists()


def test_a_backup_that_fails_leaves_nothing_behind(city: City, place: Path) -> None:
    (place / "target").mkdir()
    done = city.run(
        "backup",
        str(place / "target" / "new"),
        NETZSTADT_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list((place / "target").iterdir()) == []


def test_only_the_newest_dated_backups_are_kept(city: City, place: Path) -> None:
    folder = place / "backups"
    (folder / "netzstadt-20200101T000000Z").mkdir(parents=True)
    (folder / "netzstadt-20200101T000000Z" / manifest.NAME).write_text("{}")
    (folder / "before-upgrade").mkdir()

    for _ in range(2):
        done = city.run("backup", str(folder), "--keep", "1")
        assert done.returncode == 0, done.stderr

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert names[0] == "before-upgrade"
    manifest.verify(folder / names[1])


def test_a_database_that_is_newer_than_the_program_is_not_migrated(city: City) -> None:
    city.up()
    with psycopg.connect(city.database_url, autocommit=True) as connection:
        connection.execute(
            "insert into django_migrations (app, name, applied) values ('orgs', '9999_new', now())"
        )

    done = city.run("check", "upgrade")
    migrated = city.run("migrate")

    assert (done.returncode, migrated.returncode) == (1, 1)
    assert "9999_new" in done.stderr
    assert "does not know" in migrated.stderr


def test_a_skipped_step_is_named(city: City) -> None:
    city.up()
    with psycopg.connect(city.database_url, autocommit=True) as connection:
        connection.execute("delete from plane_migration where name like '0005%'")

    done = city.run("migrate")

    assert done.returncode == 1
    assert "plane 0005_sensorthings_read has not run" in done.stderr
