"""What must not be in the repository: machines' paths, package registries, big or secret files."""

import hashlib
import json
import re

from tests.architecture.source import ROOT, files, relative, text_files

# Digests of host names, so that this file does not name them: package registries and the hosts
# that deliver their files. Locks stay usable behind any mirror.
REGISTRIES = {
    "a4aa2ac280bb",
    "9495278a7471",
    "c899567ee906",
    "8b5bb5eb9d75",
    "0dc11026ac75",
    "8743857e3ea0",
    "3ca29e55be4b",
    "5cd04dc6512f",
    "e680c440a2e9",
    "70bb4000cd2f",
    "00a7dc5a0cc3",
    "789e46d79514",
    "3d01f3609be8",
    "eb7e11c7f9ec",
}
HOST = re.compile(r"(?<![\w.-])((?:[a-z0-9-]+\.)+(?:org|com|io))(?![\w-])", re.IGNORECASE)
# The directory of one developer's machine, in pieces for the same reason.
WORKPLACE = re.compile(r"(?<![\w.$}/-])/(?:wo" r"rk/|home/[a-z]+/|Us" r"ers/[A-Za-z]+/)")


def digest(host: str) -> str:
    """The short digest under which a host is listed."""
    return hashlib.sha256(host.lower().encode()).hexdigest()[:12]


def test_no_file_names_a_package_registry():
    found = [
        f"{name}: {host}"
        for name, text in text_files()
        for host in set(HOST.findall(text))
        if digest(host) in REGISTRIES
    ]

    assert found == []


def test_no_file_names_a_path_of_one_machine():
    found = [
        f"{name}: {match.group()}"
        for name, text in text_files()
        for match in WORKPLACE.finditer(text)
    ]

    assert found == []


def test_no_file_is_large():
    large = {
        relative(path): path.stat().st_size
        for path in files()
        if path.stat().st_size > 500_000 and path.suffix not in {".png", ".po"}
    }

    assert large == {}


def test_locks_carry_hashes_and_no_addresses():
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert locks

    for lock in locks:
        text = lock.read_text()
        pinned = re.findall(r"^[A-Za-z0-9._-]+(?:\[.*\])?==", text, re.MULTILINE)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)
        assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links", text), lock.name


def test_the_lock_of_the_front_end_carries_integrity_and_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}

    assert installed
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
    assert [name for name, entry in installed.items() if not entry.get("integrity")] == []
