"""Tests can fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import python_files

# Calls that fail a test by themselves.
CHECKING_WORDS = ("assert", "expect", "check_", "verify_")


def functions_that_test(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every test function."""
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.name.startswith("test_"):
            yield node


def can_fail(function: ast.AST, checkers: frozenset[str] = frozenset()) -> bool:
    """Whether the function asserts, expects an exception or calls something that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return not (isinstance(node.test, ast.Constant) and node.test.value)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"raises", "warns", "fail"} or name in checkers:
                return True
            if name.lower().startswith(CHECKING_WORDS) or "_assert_" in name:
                return True
    return False


def checkers_of(tree: ast.AST) -> frozenset[str]:
    """Functions of the file that assert something for the tests that call them."""
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("test_")
        and can_fail(node)
    )


def test_every_test_can_fail():
    idle = []
    for name, tree in python_files("tests/"):
        if Path(name).name.startswith("test_"):
            checkers = checkers_of(tree)
            tests = functions_that_test(tree)
            idle += [f"{name}:{one.name}" for one in tests if not can_fail(one, checkers)]

    assert idle == []


def test_a_test_without_an_assertion_is_found():
    tree = ast.parse("def test_x():\n    page = client.get('/')\n    assert True\n")

    assert not can_fail(tree)


def test_no_test_measures_time_against_a_limit():
    """Speed is measured by `make bench`; a timed test fails on a busy machine."""
    clocks = {"perf_counter", "perf_counter_ns", "process_time"}

    timed = [
        f"{name}:{node.lineno}"
        for name, tree in python_files("tests/")
        if not name.startswith("tests/architecture/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in clocks
    ]

    assert timed == []
