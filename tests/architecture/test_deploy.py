"""What an operator copies fits the program: commands exist, units parse, nothing runs as root."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.architecture.source import ROOT

from netzstadt.cli import group
from netzstadt.config import Config

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
KNOWN = {f"NETZSTADT_{name.upper()}" for name in Config.__dataclass_fields__}


def test_there_are_units_to_look_at():
    assert {unit.name for unit in UNITS} == {
        "netzstadt-backup.service",
        "netzstadt-backup.timer",
        "netzstadt.service",
    }


@pytest.mark.parametrize("path", [*UNITS, DEPLOY / "Containerfile"], ids=lambda path: path.name)
def test_every_setting_is_one_that_the_program_reads(path: Path):
    named = set(re.findall(r"\bNETZSTADT_[A-Z_]+(?==)", path.read_text()))

    assert named <= KNOWN


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(path: Path):
    for line in re.findall(r"^ExecStart=(.+)$", path.read_text(), re.MULTILINE):
        program, command, *arguments = shlex.split(line)
        options = [word for word in arguments if word.startswith("--")]
        found = group.get_command(None, command)  # type: ignore[arg-type]

        assert program.endswith("/netzstadt")
        assert found is not None, line
        known = {option for each in found.params for option in each.opts}
        assert set(options) <= known


@pytest.mark.parametrize(
    "path", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda path: path.name
)
def test_a_service_runs_as_a_user_without_rights(path: Path):
    text = path.read_text()

    for line in ("User=netzstadt", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert line in text.splitlines()
    assert "CapabilityBoundingSet=" in text.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path):
    for unit in UNITS:
        # Its paths are those of an installation; here only the words are judged.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
        (tmp_path / unit.name).write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert said == []


def test_the_container_file_is_read_only_unprivileged_and_starts_what_exists():
    text = (DEPLOY / "Containerfile").read_text()
    instructions = dict(re.findall(r"^(USER|ENTRYPOINT|CMD|VOLUME) (.+)$", text, re.MULTILINE))

    assert instructions["USER"] == "10001"
    assert instructions["ENTRYPOINT"] == '["netzstadt"]'
    command = re.findall(r'^CMD \["([a-z]+)"\]', text, re.MULTILINE)
    assert command == ["up"]
    assert "HEALTHCHECK" in text
    assert "/health/ready" in text
    # Plain names of images: which registry they come from is for the operator to say.
    assert all("/" not in image for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    for target in re.findall(r"(?:RUN|&&) make ([a-z-]+)", text):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text()
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists()
