"""The command line: help, versions, exit codes, and that it starts at once."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

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
