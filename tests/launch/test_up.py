"""`netzstadt up` with real processes: what it says, what it survives, how it ends."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.commands.up import Up
from netzstadt.config import Config
from netzstadt.embedded.postgres import Postgres

from .conftest import NETZSTADT, City, kill_all

pytestmark = pytest.mark.processes


def test_a_first_start_says_every_step_and_serves_pages_and_interfaces(new_city: City) -> None:
    new_city.up()

    said = new_city.output
    assert re.search(
        r"^Database: +PostgreSQL \d+\.\d+ made and started in .* \(\d+\.\d s\)$", said, re.M
    )
    assert re.search(r"^Tables: +migrated, \d+ steps \(\d+\.\d s\)$", said, re.M)
    assert re.search(r"^Web server: +answers \(\d+\.\d s\)$", said, re.M)
    assert f"Netzstadt runs at {new_city.url}" in said
    assert new_city.get().status_code == 200
    assert new_city.get("/sta/v1.1/Things").json() == {"value": []}

    assert new_city.stop() == 0

    assert "Stopped after" in new_city.output
    assert new_city.left_over() == []


def test_a_later_start_keeps_the_data(city: City) -> None:
    city.up()
    assert city.stop(signal.SIGTERM) == 0

    city.up()

    assert re.search(r"^Database: +PostgreSQL \d+\.\d+ started in ", city.output, re.M)
    assert re.search(r"^Tables: +up to date", city.output, re.M)


def test_a_second_up_in_one_directory_says_who_has_it(city: City) -> None:
    first = city.up()

    second = city.run("up", NETZSTADT_PORT="1")

    assert second.returncode == 1
    assert f"in use by netzstadt up (process {first.pid}, since 20" in second.stderr
    assert f"answers at {city.url}" in second.stderr
    assert city.answers()


def test_a_taken_port_is_a_sentence_and_the_data_stays(city: City) -> None:
    with socket.create_server(("127.0.0.1", city.port)):
        done = city.run("up")

    assert done.returncode == 1
    assert f"Port {city.port} on 127.0.0.1 is taken" in done.stderr
    assert f"NETZSTADT_PORT={city.port + 1}" in done.stderr
    assert "Traceback" not in done.stderr
    city.up()


def test_an_address_of_another_machine_is_a_sentence(city: City) -> None:
    done = city.run("up", NETZSTADT_HOST="192.0.2.1")

    assert done.returncode == 1
    assert "NETZSTADT_HOST is '192.0.2.1', which is no address of this machine" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("NETZSTADT_PORT", "eighty", "NETZSTADT_PORT is 'eighty'; give a whole number."),
        ("NETZSTADT_PORT", "70000", "NETZSTADT_PORT is 70000; give a port from 1 to 65535."),
        ("NETZSTADT_DEMO", "perhaps", "NETZSTADT_DEMO is 'perhaps'; give yes or no."),
        ("NETZSTADT_TIME_ZONE", "Europa", "NETZSTADT_TIME_ZONE is 'Europa'"),
        ("NETZSTADT_DATA_DIR", "/proc/city", "The data directory /proc/city cannot be written"),
    ],
)
def test_a_setting_that_cannot_be_used_is_a_sentence(
    new_city: City, setting: str, value: str, sentence: str
) -> None:
    done = new_city.run("up", **{setting: value})

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_data_of_another_major_version_is_a_sentence(city: City) -> None:
    version_file = city.data / "pg" / "PG_VERSION"
    version = version_file.read_text()
    version_file.write_text("14\n")

    done = city.run("up")

    assert done.returncode == 1
    assert "was made by PostgreSQL 14" in done.stderr
    version_file.write_text(version)
    city.up()


def test_what_dies_is_started_again_and_said(city: City) -> None:
    city.up()

    kill_all(city.children("web"))
    city.wait_for("The web server was ended by signal 9 (SIGKILL); starting it again")
    wait_until(city.answers, "the web server answers again")
    wait_until(lambda: city.children("worker"), "the worker runs")
    kill_all(city.children("worker"))
    city.wait_for("The worker was ended by signal 9")
    wait_until(lambda: city.children("worker"), "the worker runs again")
    kill_all(city.children("postgres"))
    city.wait_for("The database runs again; nothing that was acknowledged is lost.")

    wait_until(lambda: city.answers("/sta/v1.1/Things"), "data is read again")
    assert city.stop() == 0
    assert city.left_over() == []


def test_a_killed_up_leaves_nothing_in_the_way_of_the_next(city: City) -> None:
    up = city.up()
    wait_until(lambda: city.children("worker"), "the worker runs")

    up.kill()
    assert city.ended() == -signal.SIGKILL
    city.up()

    assert city.answers("/sta/v1.1/Things")
    assert city.stop() == 0
    wait_until(lambda: not city.left_over(), f"gone: {city.left_over()}")


def test_a_stop_in_the_middle_of_starting_is_clean(new_city: City) -> None:
    new_city.up(wait=False)
    new_city.wait_for("Database:")
    wait_until(lambda: any(web.children() for web in new_city.children("web")), "it loads")

    assert new_city.stop(signal.SIGTERM) == 0

    assert "Killing" not in new_city.output  # who loads its code ends at once
    assert new_city.left_over() == []
    new_city.up()


def test_commands_work_beside_a_running_up_and_without_one(city: City) -> None:
    without = city.run("migrate")
    city.up()
    beside = city.run("migrate")

    assert (without.returncode, beside.returncode) == (0, 0), without.stderr + beside.stderr
    assert city.answers()


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_server_without_a_database_says_how_to_start_one(city: City, command: str) -> None:
    done = city.run(command)

    assert done.returncode == 1
    assert "does not run. Start it with `netzstadt up`" in done.stderr


def test_a_server_of_ones_own_is_used_where_one_is_named(place: Path, city: City) -> None:
    server = Postgres(place / "server")
    server.start()
    try:
        city.settings["NETZSTADT_DATABASE_URL"] = server.url()
        city.up()

        assert re.search(r"^Database: +PostgreSQL [\d.]+, the server you named", city.output, re.M)
        assert city.answers("/sta/v1.1/Things")
        assert city.children("postgres") == []
        assert city.stop() == 0
        assert server.ended() is None
    finally:
        server.stop()


def test_a_server_that_does_not_answer_is_a_sentence_without_password(city: City) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]

        done = city.run("up", NETZSTADT_DATABASE_URL=f"postgresql://anna:secret@127.0.0.1:{port}/x")

    assert done.returncode == 1
    assert f"127.0.0.1:{port}/x) does not let us in" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_web_server_runs_beside_on_another_port(city: City) -> None:
    city.up()
    beside = City(city.data.parent)
    process = subprocess.Popen(
        [*NETZSTADT, "web"],
        env=city.environment | {"NETZSTADT_PORT": str(beside.port)},
    )
    try:
        wait_until(beside.answers, "the second server answers")
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize(("host", "is_printed"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_demo_accounts_are_printed_on_this_machine_alone(
    place: Path, capsys: pytest.CaptureFixture[str], host: str, is_printed: bool
) -> None:
    up = Up(Config(host=host, data_dir=str(place / "data")))
    up.accounts = [{"email": "a@demo.example", "password": "pass-word", "what_for": "all"}]

    up._welcome(1.0)

    assert ("pass-word" in capsys.readouterr().out) is is_printed


def test_a_closed_terminal_stops_everything(city: City) -> None:
    process = subprocess.Popen(
        [*NETZSTADT, "up"],
        env=city.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert any("Ctrl-C stops it." in line for line in said)

    process.send_signal(signal.SIGHUP)

    assert process.wait(PATIENCE_S) == 0
    assert city.left_over() == []


def test_the_demo_city_ends_with_a_killed_up(city: City) -> None:
    city.settings["NETZSTADT_DEMO"] = "yes"
    up = city.up()
    wait_until(lambda: city.children("demo"), "the demo city sends")

    up.kill()
    assert city.ended() == -signal.SIGKILL

    wait_until(
        lambda: not any("demo send" in words for words in city.left_over()), "the sender ends"
    )
