"""Only services write: pages, jobs, reactions and queries call them and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from tests.architecture.source import python_files

READERS = {"views", "api", "forms", "admin", "jobs", "reactions", "queries"}
WRITES = {
    *("save", "create", "delete", "update", "get_or_create", "update_or_create"),
    *("bulk_create", "bulk_update", "acreate", "asave", "adelete", "aupdate", "set_password"),
}
SQL_WRITE = re.compile(r"\s*(?:insert into|update \w+ set|delete from)\s", re.IGNORECASE)
# Objects that have methods of these names but write nothing to the database.
HARMLESS = {"session", "headers", "params", "context", "digest", "data", "attrs", "hasher"}


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of every call that changes the database, and of every SQL write."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in WRITES and not _is_harmless(node.func.value):
                yield node.lineno, f".{node.func.attr}()"
        elif isinstance(node, ast.Constant) and SQL_WRITE.match(str(node.value)):
            yield node.lineno, str(node.value).split()[0]


def _is_harmless(value: ast.expr) -> bool:
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    is_service = name == "services" or name.endswith("_services")
    return name in HARMLESS or is_service or isinstance(value, ast.Dict | ast.Set)


def is_reader(name: str) -> bool:
    """Whether the file is one that must not write, as a module or inside a package of the name."""
    path = PurePath(name)
    return path.stem in READERS or (
        path.parent.name in READERS and path.parent.parent.name != "core"
    )


def test_only_services_write():
    found = [
        f"{name}:{line} {call} – move it into a function of services.py and call that"
        for name, tree in python_files("src/netzstadt/")
        if is_reader(name) and not name.startswith(("src/netzstadt/plane/", "src/netzstadt/st"))
        for line, call in writes(tree)
    ]

    assert found == []


def test_a_write_in_a_page_is_found():
    page = ast.parse("def p(request):\n    Thing.objects.filter(pk=1).update(name='x')\n")

    assert list(writes(page)) == [(2, ".update()")]


def test_a_call_of_a_service_is_no_write():
    page = ast.parse(
        "def p(request):\n    services.create(by=request.user)\n    d = {}.update(a=1)\n"
    )

    assert list(writes(page)) == []
