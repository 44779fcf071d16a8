"""Names say what is inside."""

from pathlib import Path

from tests.architecture.source import files, python_files, relative

FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "base", "stuff", "tools"}
EMPTY_VERBS = ("handle_", "process_", "manage_", "do_", "perform_")


def test_no_file_is_a_drawer_for_everything():
    drawers = [
        relative(path)
        for path in files()
        if path.suffix in {".py", ".js", ".css", ".sql"} and path.stem in FORBIDDEN
    ]

    assert drawers == [], "name the file after the concept that it holds"


def test_services_are_named_in_the_words_of_the_user():
    found = [
        f"{name}:{node.name}"
        for name, tree in python_files("src/netzstadt/")
        if Path(name).name == "services.py" or "services" in Path(name).parts
        for node in tree.body
        if getattr(node, "name", "").startswith(EMPTY_VERBS)
    ]

    assert found == [], "say what is done: decide_gate, revoke_key"


def test_every_module_says_what_belongs_in_it():
    import ast

    silent = [
        name
        for name, tree in python_files("src/netzstadt/", "tools/", "bench/")
        if tree.body and not ast.get_docstring(tree) and "/migrations/" not in name
    ]

    assert silent == []
