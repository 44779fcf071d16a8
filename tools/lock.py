"""Renews ``requirements/*.lock`` from pyproject.toml: hashes, no address of an index.

Later locks follow earlier ones, so that a package has one version in all of them. For the
front-end packages it is ``npm install --package-lock-only``.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / ".venv" / "bin" / "uv"
FORM = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"),
    *("--no-annotate", "--no-header", "--quiet"),
)
LOCKS = (
    ("requirements/tools.in", "tools", ()),
    ("requirements/node.in", "node", ()),
    ("pyproject.toml", "run", ("-c", "requirements/tools.lock")),
    (
        "pyproject.toml",
        "dev",
        ("--extra", "dev", "-c", "requirements/tools.lock", "-c", "requirements/run.lock"),
    ),
)


def main() -> None:
    """Compile every lock; versions already locked stay unless pyproject.toml says otherwise."""
    for source, name, options in LOCKS:
        target = f"requirements/{name}.lock"
        subprocess.run(
            [UV, "pip", "compile", source, *FORM, *options, "--output-file", target],
            cwd=ROOT,
            check=True,
        )
        print(target)


if __name__ == "__main__":
    main()
