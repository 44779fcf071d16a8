"""Files and functions stay small. The lists of exceptions may only shrink."""

import ast
import json
from pathlib import Path

from tests.architecture.source import GENERATED, files, python_files, relative

# A style sheet is formatted with one declaration a line.
LIMITS = {".py": 400, ".html": 150, ".js": 400, ".css": 600, ".sql": 400}
TEST_FILE = 500
FUNCTION = 50
BASELINE = Path(__file__).with_name("size_exceptions.json")


def limit_of(name: str) -> int | None:
    """How many lines a file may have; None where it is no source of ours."""
    if name.startswith(GENERATED) or "/migrations/" in name:
        return None
    if name.startswith("tests/") and name.endswith(".py"):
        return TEST_FILE
    return LIMITS.get(Path(name).suffix)


def long_files() -> dict[str, int]:
    """Lines of every file over its limit."""
    found = {}
    for path in files():
        limit = limit_of(relative(path))
        if limit and (lines := path.read_text("utf-8").count("\n")) > limit:
            found[relative(path)] = lines
    return found


def long_functions(name: str, tree: ast.AST) -> dict[str, int]:
    """Lines of every function over the limit, docstring not counted, by ``file:function``."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node
            lines = (node.end_lineno or 0) - first.lineno + 1
            if lines > FUNCTION:
                found[f"{name}:{node.name}"] = lines
    return found


def too_long() -> dict[str, int]:
    """Everything over its limit."""
    found = long_files()
    for name, tree in python_files("src/", "tools/", "bench/"):
        found |= long_functions(name, tree)
    return found


def test_files_and_functions_stay_small():
    allowed = json.loads(BASELINE.read_text())

    grown = {name: lines for name, lines in too_long().items() if lines > allowed.get(name, 0)}

    assert grown == {}, "split by noun or by step; the list of exceptions does not grow"


def test_the_list_of_exceptions_only_shrinks():
    allowed = json.loads(BASELINE.read_text())
    present = too_long()

    shrunk = {name: lines for name, lines in allowed.items() if present.get(name, 0) < lines}

    assert shrunk == {}, f"well done: write the smaller numbers into {BASELINE.name}"


def test_a_long_function_is_found():
    tree = ast.parse("def f():\n" + "    x = 1\n" * FUNCTION)

    assert long_functions("a.py", tree) == {"a.py:f": FUNCTION + 1}
