"""Copies the ready files of the front-end packages to ``static/vendor``, with licence and hashes.

Nothing is bundled or changed. ``manifest.json`` says of every package its version, its licence,
and the SHA-256 of every file. Only what pages use is copied. Documents are set in the same fonts,
for which these are unpacked beside.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
TARGET = ROOT / "src" / "netzstadt" / "static" / "vendor"
FONTS = ROOT / "src" / "netzstadt" / "fonts"

# Package: patterns of files below it. The path below dist/ is kept.
PACKAGES = {
    "@kern-ux/native": (
        "dist/kern.min.css",
        # The weights of ui/fonts.css.
        "dist/fonts/fira-sans/FiraSans-Regular.woff2",
        "dist/fonts/fira-sans/FiraSans-Italic.woff2",
        "dist/fonts/fira-sans/FiraSans-Medium.woff2",
        "dist/fonts/fira-sans/FiraSans-SemiBold.woff2",
        "dist/fonts/fira-sans/FiraSans-Bold.woff2",
    ),
    "htmx.org": ("dist/htmx.esm.min.js", "dist/htmx.min.js"),
    "maplibre-gl": (
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-shared.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
    ),
    "uplot": ("dist/uPlot.esm.js", "dist/uPlot.min.css"),
}


def main() -> None:
    """Copy into a new folder and put it in place when it is whole."""
    if not MODULES.is_dir():
        sys.exit("vendor: node_modules is missing; run `make setup` first.")
    fresh = TARGET.with_name("vendor-new")
    shutil.rmtree(fresh, ignore_errors=True)
    manifest = [copy(name, patterns, fresh) for name, patterns in sorted(PACKAGES.items())]
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (fresh / "manifest.json").write_text(text, "utf-8")
    shutil.rmtree(TARGET, ignore_errors=True)
    unpack_fonts(fresh)
    fresh.rename(TARGET)


def unpack_fonts(vendor: Path) -> None:
    """Write every WOFF2 as TrueType: what typesets documents reads no other form."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir()
    for path in sorted(vendor.rglob("*.woff2")):
        font = TTFont(path, recalcTimestamp=False)
        font.flavor = None
        font.save(FONTS / path.with_suffix(".ttf").name)


def copy(name: str, patterns: tuple[str, ...], target: Path) -> dict[str, object]:
    """Copy one package and describe what was copied."""
    source = MODULES / name
    about = json.loads((source / "package.json").read_text("utf-8"))
    files = {}
    for pattern in patterns:
        found = [path for path in sorted(source.glob(pattern)) if path.is_file()]
        if not found and "*" not in pattern:
            sys.exit(f"vendor: {name} has no {pattern} any more; adapt tools/vendor.py.")
        for path in found:
            files[str(path.relative_to(source / "dist"))] = path
    licences = sorted(source.glob("LICENSE*"))
    if not licences:
        sys.exit(f"vendor: {name} ships no licence text.")
    files[licences[0].name] = licences[0]
    hashes = {}
    for relative, path in sorted(files.items()):
        goal = target / name / relative
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, goal)
        hashes[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "package": name,
        "version": about["version"],
        "licence": about["license"],
        "files": hashes,
    }


if __name__ == "__main__":
    main()
