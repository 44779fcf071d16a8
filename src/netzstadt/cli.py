"""The command ``netzstadt``: finds the commands in ``commands/`` and loads the one that is asked.

Nothing heavy is imported here, so that ``netzstadt --help`` answers at once.
"""

import ast
import importlib
import os
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import click

from netzstadt.config import ConfigError
from netzstadt.embedded.errors import DatabaseError

COMMANDS = Path(__file__).parent / "commands"


class Commands(click.Group):
    """The files of ``commands/`` that define a click command ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands that are shown."""
        return sorted(name for name, help_ in _summaries().items() if help_)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load a command by its name."""
        if name not in _summaries():
            return None
        module = name.replace("-", "_")
        if not (COMMANDS / f"{module}.py").exists():
            module += "_"  # import_.py: the bare name is a keyword
        command: click.Command = importlib.import_module(f"netzstadt.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, from the files' docstrings: no command is loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted((n, text) for n, text in _summaries().items() if text))


def _summaries() -> dict[str, str]:
    """Every command with the first line of its file's docstring; empty for hidden ones."""
    found = {}
    for file in COMMANDS.glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        if any(isinstance(part, ast.FunctionDef) and part.name == "command" for part in tree.body):
            text = (ast.get_docstring(tree) or "").partition("\n")[0]
            name = file.stem.rstrip("_").replace("_", "-")
            found[name] = "" if text.startswith("Hidden") else text
    return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\
\b
Examples:
  netzstadt up                        start everything and print the address
  netzstadt import counts.csv         bring observations in, beside a running up
  NETZSTADT_PORT=8080 netzstadt up    listen on another port
\b
Exit codes:
  0    done
  1    refused or failed; a sentence on standard error says why and what to do
  2    wrong usage of the command
  130  stopped by Ctrl-C before it was done
\b
Settings are NETZSTADT_* variables: docs/reference/settings.md.
""",
)
@click.version_option(version("netzstadt"), prog_name="netzstadt")
def group() -> None:
    """The working platform of a city's Connected City office."""


def main() -> None:
    """Run the command line; what cannot be done ends in a sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    signal.signal(signal.SIGTERM, _terminate)  # servers put their own in its place
    try:
        status = group.main(prog_name="netzstadt", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        refuse(error.message)
    except (click.Abort, KeyboardInterrupt) as stop:
        click.echo("netzstadt: stopped before it was done.", err=True)
        by = stop if isinstance(stop, Terminated) else stop.__cause__
        sys.exit(128 + (signal.SIGTERM if isinstance(by, Terminated) else signal.SIGINT))
    except (ConfigError, DatabaseError) as error:
        refuse(str(error))
    except Exception as error:
        # Loaded only where something has gone wrong already.
        from netzstadt.plane.migrate import MigrationError

        if not isinstance(error, MigrationError):
            raise
        refuse(str(error))
    sys.exit(status if isinstance(status, int) else 0)


class Terminated(KeyboardInterrupt):
    """SIGTERM: like Ctrl-C, so that databases are stopped and half-made things removed."""


def _terminate(*_: object) -> None:
    raise Terminated


def refuse(sentence: str) -> NoReturn:
    """End with exit code 1 and a sentence."""
    click.echo(f"netzstadt: {sentence}", err=True)
    sys.exit(1)
