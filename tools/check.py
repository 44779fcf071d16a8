"""`make check`: every check of the house, one line each, what failed at the end.

python tools/check.py            all steps
python tools/check.py types lint some of them
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NODE = ROOT / "node_modules" / ".bin"
TEMPLATES = "src/netzstadt"


@dataclass(frozen=True, slots=True)
class Step:
    """A named list of commands; they run one after the other, all of them."""

    name: str
    commands: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step said."""

    step: Step
    passed: bool
    seconds: float
    output: str


def python(*arguments: str) -> tuple[str, ...]:
    """A command run by the Python of the virtual environment."""
    return (sys.executable, *arguments)


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """A command of a package in the virtual environment."""
    return (str(BIN / name), *arguments)


def templates() -> list[str]:
    """Every template, relative to the repository."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / TEMPLATES).rglob("*.html"))


def english() -> list[str]:
    """What is written in English: the documents and the code, but not texts of the demo city."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    code = [*(ROOT / "src" / "netzstadt").rglob("*.py"), *(ROOT / "tools").glob("*.py")]
    return sorted(
        str(path.relative_to(ROOT))
        for path in (*documents, *code)
        if "demo" not in path.parts and path.name != "glossary.md"
    )


def steps() -> list[Step]:
    """All steps, the longest first, so that two of them side by side end early."""
    django = ("-m", "django")
    return [
        Step("types", (tool("mypy", "--no-error-summary"),)),
        Step(
            "walls",
            (
                tool("lint-imports", "--no-logo"),
                python(
                    "-m", "pytest", "tests/architecture", "-q", "--no-header", "-p", "no:randomly"
                ),
            ),
        ),
        Step("format", (tool("ruff", "format", "--check", "--quiet", "."),)),
        Step(
            "lint",
            (
                tool("ruff", "check", "--quiet", "."),
                tool("codespell", *english()),
            ),
        ),
        Step(
            "templates",
            (
                tool("djade", "--check", "--target-version", "5.2", *templates()),
                tool("djlint", "--lint", "--profile=django", "--quiet", TEMPLATES),
            ),
        ),
        Step("scripts", ((str(NODE / "biome"), "ci", "--error-on-warnings", "--colors=off"),)),
        Step(
            "migrations",
            (
                python(*django, "check", "--fail-level", "WARNING"),
                python("tools/migrations.py"),
            ),
        ),
        Step("translations", (python("tools/translations.py", "--check"),)),
        Step(
            "docs",
            (
                python("tools/reference.py", "--check"),
                tool("mkdocs", "build", "--strict", "--quiet", "--site-dir", "build/site"),
            ),
        ),
    ]


def run(step: Step) -> Outcome:
    """Run a step to its end and collect what it printed."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "netzstadt.settings",
        "PYTHONPATH": str(ROOT),
        "NO_MKDOCS_2_WARNING": "1",
    }
    began = time.monotonic()
    passed, output = True, []
    for command in step.commands:
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            passed = False
            output.append(f"{command[0]} is not installed; run `make setup-test`.")
            continue
        if done.returncode:
            passed = False
            output.append(f"$ {' '.join(_shortened(command))}\n{done.stdout.strip()}")
    return Outcome(step, passed, time.monotonic() - began, "\n\n".join(output))


def _shortened(command: tuple[str, ...]) -> list[str]:
    words = [Path(command[0]).name, *command[1:]]
    return words if len(words) <= 12 else [*words[:8], "…"]


def main(names: list[str]) -> int:
    """Run the steps, two at a time, and return the exit code."""
    chosen = [step for step in steps() if not names or step.name in names]
    if unknown := set(names) - {step.name for step in chosen}:
        known = ", ".join(step.name for step in steps())
        print(f"Unknown step {', '.join(sorted(unknown))}. There are: {known}.")
        return 2
    began = time.monotonic()
    failed = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for outcome in pool.map(run, chosen):
            mark = "ok    " if outcome.passed else "FAILED"
            print(f"{mark} {outcome.step.name:<13}{outcome.seconds:6.1f} s", flush=True)
            if not outcome.passed:
                failed.append(outcome)
    for outcome in failed:
        print(f"\n── {outcome.step.name} ──\n{outcome.output}")
    passed, seconds = len(chosen) - len(failed), time.monotonic() - began
    print(f"\n{passed} passed, {len(failed)} failed in {seconds:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
