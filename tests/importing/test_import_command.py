"""``netzstadt import`` as people run it: its words, its exit codes, and what a kill leaves."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tests.importing.halfway import IS_HALFWAY, held_halfway
from tests.waiting import PATIENCE_S, wait_until

COMMAND = [sys.executable, "-m", "netzstadt", "import"]
ROWS = 200_000  # with two channels: enough to be interrupted in the middle


@pytest.fixture
def start(city, tmp_path):
    """Start the command against the city's database; what still runs is ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "NETZSTADT_DATABASE_URL": city.database,
                "NETZSTADT_DATA_DIR": str(tmp_path / "data"),
                **environment,
            },
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start):
    def run(*arguments: object, **environment: str) -> tuple[int, str, str]:
        process = start(*arguments, **environment)
        out, errors = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, errors

    return run


def account(out: str) -> dict[str, int]:
    """The table at the end."""
    found = re.findall(r"^  (read|loaded|unchanged|rejected) +([\d,]+)$", out, re.M)
    return {name: int(number.replace(",", "")) for name, number in found}


@pytest.fixture
def big(city) -> Path:
    """A file that takes a while: two channels, a value a minute."""
    start = 1_700_000_000 // 60
    moments = (time.gmtime((start + n) * 60) for n in range(ROWS))
    lines = (
        f"{time.strftime('%d.%m.%Y %H:%M', each)};{each.tm_min};{each.tm_hour}" for each in moments
    )
    text = city.profile_file.read_text().replace("Europe/Berlin", "UTC")
    city.describe(text)
    return city.write("big.csv", "Zeit;A1;B2", *lines)


def wait_until_it_is_halfway(city, process: subprocess.Popen[str]) -> None:
    def is_halfway() -> bool:
        assert process.poll() is None, process.communicate()
        return bool(city.ask(IS_HALFWAY))

    wait_until(is_halfway, "rows are stored")


def whole(city) -> tuple[int, int, int, float]:
    """Rows stored, and what states and roll-ups say about them."""
    ((rows, total),) = city.ask("select count(*), sum(number)::bigint from observation")
    ((states,),) = city.ask("select sum(count)::bigint from series_state")
    ((hours,),) = city.ask("select sum(count)::bigint from rollup_hour")
    ((days, day_total),) = city.ask("select sum(count)::bigint, sum(sum) from rollup_day")
    assert rows == states == hours == days
    assert total == day_total
    return rows, states, hours, days


def test_it_says_what_became_of_every_observation(city, run):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 13:00;x")

    code, out, errors = run(city.folder, "--profile", city.profile_file)

    assert (code, errors) == (0, "")
    assert account(out) == {"read": 2, "loaded": 1, "unchanged": 0, "rejected": 1}
    listed = re.search(r"The rejects are listed in (.+)\.\n", out)
    assert listed
    assert "a.csv,3,A1,x," in Path(listed[1]).read_text()


def test_rejects_go_where_they_are_wanted(city, run, tmp_path):
    city.write("a.csv", "Zeit;A1", "x;1")

    run(city.folder, "--profile", city.profile_file, "--rejects", tmp_path / "r.csv")

    assert (tmp_path / "r.csv").read_text().startswith("file,line,column,value,reason\n")


def test_profiles_in_the_data_directory_are_found_by_content(city, run, tmp_path):
    folder = tmp_path / "data" / "import-profiles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_bytes(city.profile_file.read_bytes())
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")

    code, out, _ = run(city.folder)

    assert code == 0
    assert "profile teststadt" in out
    assert "teststadt " in run("--list-profiles")[1]


def test_visibility_can_be_chosen_and_a_unit_belongs_to_unit(city, run):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    options = (city.folder, "--profile", city.profile_file, "--visibility")

    assert run(*options, "unit")[0] == 2
    assert run(*options, "secret")[0] == 2
    unit = "0190a0a0-0000-7000-8000-000000000001"
    assert run(*options, "unit", "--unit", unit)[0] == 0

    assert city.ask("select visibility, unit_id::text from thing") == [("UNIT", unit)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), 2, "Name what to import"),
        (("/nowhere",), 1, "/nowhere cannot be read: No such file or directory."),
        (("/dev/null",), 1, "/dev/null is neither a file nor a directory."),
        (("/tmp", "--profile", "atlantis"), 1, "There is no profile atlantis; there are bern-"),
        (("/tmp", "--profile", "/nowhere.toml"), 1, "The profile /nowhere.toml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_an_exit_code(run, arguments, code, sentence):
    status, _, errors = run(*arguments)

    assert status == code
    assert sentence in errors
    assert "Traceback" not in errors


def test_a_database_that_does_not_answer_is_a_sentence(city, run):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")

    status, _, errors = run(
        *(city.folder, "--profile", city.profile_file),
        NETZSTADT_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none",
    )

    assert status == 1
    assert "NETZSTADT_DATABASE_URL (127.0.0.1:9/none) does not let us in" in errors
    assert "Traceback" not in errors


def test_help_has_examples_and_exit_codes(run):
    _, out, _ = run("--help")

    assert "netzstadt import radverkehr-zaehlstellen.tar.gz" in out
    assert "130" in out


@pytest.mark.processes
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_keeps_its_account_and_goes_on_later(city, start, run, big, sent, code):
    with held_halfway(city.database):
        process = start(big, "--profile", city.profile_file)
        wait_until_it_is_halfway(city, process)

        process.send_signal(sent)
    out, errors = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == code, (out, errors)
    assert "Run the same command again to go on" in out
    first = account(out)
    assert 0 < first["loaded"] < 2 * ROWS
    assert first["read"] == first["loaded"]
    assert city.ask("select state, rows_read, rows_loaded from import_run") == [
        ("INTERRUPTED", first["read"], first["loaded"])
    ]

    again = account(run(big, "--profile", city.profile_file)[1])

    assert again == {
        "read": 2 * ROWS,
        "loaded": 2 * ROWS - first["loaded"],
        "unchanged": first["loaded"],
        "rejected": 0,
    }
    assert whole(city)[0] == 2 * ROWS


@pytest.mark.processes
def test_killed_it_leaves_whole_batches_and_the_next_run_says_so(city, start, run, big):
    with held_halfway(city.database):
        process = start(big, "--profile", city.profile_file)
        wait_until_it_is_halfway(city, process)

        process.kill()
        process.communicate()

    ((loaded,),) = city.ask("select rows_loaded from import_run where state = 'RUNNING'")
    wait_until(lambda: not city.sessions(), "the sessions of the killed one end")
    ((kept,),) = city.ask("select rows_loaded from import_run where state = 'RUNNING'")
    assert kept >= loaded
    assert whole(city)[0] == kept

    again = account(run(big, "--profile", city.profile_file)[1])

    assert (again["loaded"], again["unchanged"]) == (2 * ROWS - kept, kept)
    assert whole(city)[0] == 2 * ROWS
    assert city.ask("select state, message <> '' from import_run order by started_at") == [
        ("INTERRUPTED", True),
        ("DONE", False),
    ]


@pytest.mark.processes
def test_two_imports_of_one_source_at_once_are_refused(city, start, run, big):
    with held_halfway(city.database):
        process = start(big, "--profile", city.profile_file)
        wait_until_it_is_halfway(city, process)

        process.send_signal(signal.SIGSTOP)
        status, _, errors = run(big, "--profile", city.profile_file)
        process.send_signal(signal.SIGCONT)

    assert status == 1
    assert "Another import of teststadt is running" in errors
    process.communicate(timeout=PATIENCE_S)
    assert whole(city)[0] == 2 * ROWS


@pytest.mark.processes
def test_without_a_running_database_it_starts_its_own_for_a_while(city, run):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    options = (city.folder, "--profile", city.profile_file)
    # Outside pytest's folder: started by root, PostgreSQL runs unprivileged and must reach it.
    with tempfile.TemporaryDirectory(prefix="netzstadt-test-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        own = {"NETZSTADT_DATABASE_URL": "", "NETZSTADT_DATA_DIR": f"{directory}/data"}

        first, second = run(*options, **own), run(*options, **own)

        assert first[0] == 0, first
        assert account(first[1])["loaded"] == 1
        assert account(second[1])["unchanged"] == 1
        assert not list(Path(directory).glob("data/run/.s.PGSQL*"))
