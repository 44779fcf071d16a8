"""The plane's statements that stand in files of their own: ``sql/<name>.sql``."""

from importlib import resources


def statement(name: str) -> str:
    """The text of a statement by the name of its file."""
    return (resources.files("netzstadt.plane") / "sql" / f"{name}.sql").read_text("utf-8")
