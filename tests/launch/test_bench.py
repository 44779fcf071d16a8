"""The bench measures what it names: who changes rooms or rights sees that it still runs."""

import subprocess

import pytest
from tests.launch.conftest import NETZSTADT


def measured(name: str) -> str:
    """What the bench prints, whether or not this machine reaches the goals just now."""
    done = subprocess.run(
        [*NETZSTADT, "bench", "--only", name, "--seconds", "1"],
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.stderr == ""
    assert done.returncode in {0, 1}
    return done.stdout


def test_the_bench_posts_observations_and_finds_them_in_the_database() -> None:
    assert "observations/s  (raw COPY" in measured("batch")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("links", "trace over"),
        ("pages", "chart of a year"),
        ("office", "history of an object with 10,000 events"),
    ],
)
def test_the_bench_opens_the_pages_of_large_cities(name: str, what: str) -> None:
    assert what in measured(name)
