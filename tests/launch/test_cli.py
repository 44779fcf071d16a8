"""The command line: help, versions, exit codes, and that it starts at once."""

import os
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.waiting import PATIENCE_S

from netzstadt.cli import group


def names() -> list[str]:
    return group.list_commands(click.Context(group))


def test_help_lists_every_command_with_examples_and_exit_codes() -> None:
    said = CliRunner().invoke(group, ["--help"])

    assert said.exit_code == 0
    assert {"up", "web", "worker", "migrate", "demo", "import", "check"} <= set(names())
    for name in names():
        assert f"\n  {name} " in said.output
    assert "Examples:" in said.output
    assert "Exit codes:" in said.output


def test_commands_inside_are_not_listed() -> None:
    assert "prepare" not in CliRunner().invoke(group, ["--help"]).output


@pytest.mark.parametrize("name", names())
def test_every_command_has_help_examples_and_exit_codes(name: str) -> None:
    said = CliRunner().invoke(group, [name, "--help"])

    assert said.exit_code == 0, said.output
    assert "Example" in said.output
    assert "Exit codes:" in said.output


def test_the_version_is_that_of_the_package() -> None:
    said = CliRunner().invoke(group, ["--version"])

    assert said.output.strip() == f"netzstadt, version {version('netzstadt')}"


def test_wrong_usage_is_exit_code_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netzstadt", "dance"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "No such command 'dance'" in done.stderr


def test_nothing_heavy_is_loaded_for_the_help() -> None:
    code = (
        "import sys, click.testing, netzstadt.cli as cli;"
        "click.testing.CliRunner().invoke(cli.group, ['--help']);"
        "print([name for name in ('django', 'asyncpg', 'psycopg', 'numpy') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_command_is_installed_beside_python() -> None:
    program = Path(sys.executable).with_name("netzstadt")

    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("netzstadt, version")


def _run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "NETZSTADT_DATABASE_URL": "", **settings}
    return subprocess.run(
        [sys.executable, "-m", "netzstadt", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.mark.parametrize(
    "arguments", [["backup", "TARGET"], ["check", "all"], ["check", "upgrade"], ["worker"]]
)
def test_a_mistyped_directory_is_no_empty_city(tmp_path: Path, arguments: list[str]) -> None:
    wrong, target = tmp_path / "typo", tmp_path / "backup"

    done = _run(
        *(str(target) if one == "TARGET" else one for one in arguments),
        NETZSTADT_DATA_DIR=str(wrong),
    )

    assert done.returncode == 1
    assert str(wrong) in done.stderr
    assert "Traceback" not in done.stderr
    assert not wrong.exists()
    assert not target.exists()


@pytest.mark.parametrize(
    "arguments", [["web"], ["worker"], ["check", "all"], ["key", "list"], ["backup", "TARGET"]]
)
def test_a_server_that_is_not_there_is_said_at_once(tmp_path: Path, arguments: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"postgresql://nobody@127.0.0.1:{taken.getsockname()[1]}/none"

        done = _run(
            *(str(tmp_path / "backup") if one == "TARGET" else one for one in arguments),
            NETZSTADT_DATA_DIR=str(tmp_path),
            NETZSTADT_DATABASE_URL=url,
        )

    assert done.returncode == 1
    assert "NETZSTADT_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_directory_that_is_a_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    done = _run("check", "all", NETZSTADT_DATA_DIR=str(file))

    assert done.returncode == 1
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr
