"""The repository as the architecture tests read it: files, syntax trees, addresses."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "netzstadt"
# What a machine wrote; its size and words are not ours.
GENERATED = ("requirements/", "package-lock.json", "docs/reference/generated/", "LICENSE")


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, committed or about to be, that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def relative(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def text_files() -> Iterator[tuple[str, str]]:
    """Name and text of every file that is text."""
    for path in files():
        try:
            yield relative(path), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def python_files(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax tree of every Python file below the folders."""
    for path in files():
        name = relative(path)
        if path.suffix == ".py" and name.startswith(folders):
            yield name, _tree(path)


@functools.cache
def _tree(path: Path) -> ast.Module:
    """Read once: a dozen tests look at the same files."""
    return ast.parse(path.read_text("utf-8"), relative(path))
