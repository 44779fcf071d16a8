"""Set-up: what the locks promise, and a fresh clone that becomes a running city."""

import hashlib
import json
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from tests.launch.conftest import City
from tests.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "src" / "netzstadt" / "static" / "vendor"


@pytest.mark.parametrize("name", ["tools", "run", "dev", "node"])
def test_a_lock_has_a_hash_for_every_package_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()

    packages = re.findall(r"^\S.*(?:\n    .*)*", text, re.MULTILINE)
    assert packages
    for package in packages:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", package), package
        assert "--hash=sha256:" in package, package
    assert "://" not in text
    assert "index" not in text.lower().replace("indexed", "")


def test_every_dependency_is_locked() -> None:
    locked = (ROOT / "requirements" / "run.lock").read_text().lower()
    project = (ROOT / "pyproject.toml").read_text()
    section = project.partition("dependencies = [")[2].partition("\n]")[0]

    names = re.findall(r'^    "([\w.-]+)', section, re.MULTILINE)
    assert len(names) > 10
    missing = [name for name in names if f"\n{name.lower()}==" not in f"\n{locked}"]
    assert missing == [], "renew the locks: make lock"


def test_the_front_end_lock_has_hashes_and_no_download_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    own = packages.pop("")
    wanted = json.loads((ROOT / "package.json").read_text())
    assert own["dependencies"] == wanted["dependencies"]
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_vendor_files_are_those_of_the_manifest_with_their_licences() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())

    assert {one["package"] for one in manifest} == {
        "@kern-ux/native",
        "htmx.org",
        "maplibre-gl",
        "uplot",
    }
    for one in manifest:
        assert any(name.startswith("LICENSE") for name in one["files"]), one["package"]
        for name, digest in one["files"].items():
            content = (VENDOR / one["package"] / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest, name


@pytest.mark.soak
@pytest.mark.processes
def test_a_fresh_clone_becomes_a_running_city_with_one_command(place: Path) -> None:
    """Needs the package registries; everything else here does without."""
    clone = place / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    city = City(place)
    city.settings["NETZSTADT_DEMO"] = "yes"
    output: list[str] = []
    make = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=city.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert make.stdout is not None
    reader = threading.Thread(target=lambda: output.extend(iter(make.stdout.readline, "")))
    reader.start()
    try:
        wait_until(
            lambda: "Ctrl-C stops it." in "".join(output) or make.poll() is not None, "it runs"
        )
        said = "".join(output)
        assert "Ctrl-C stops it." in said
        for step in ("Environment", "Packages", "Front end", "Database", "Tables", "Demo city"):
            assert re.search(rf"^{step}: .*\(\d+\.\d s\)$", said, re.MULTILINE), step
        assert "@demo.example" in said
        assert city.get().status_code == 200
        assert city.get("/sta/v1.1/Things").json()["value"]
    finally:
        os.killpg(make.pid, signal.SIGINT)
        make.wait(PATIENCE_S)
        reader.join()
        make.stdout.close()
    assert city.left_over() == []
