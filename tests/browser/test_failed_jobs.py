"""An administrator finds a job that failed for good, reads why, and retries it or gives it up."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import PATIENCE_MS, City
from tests.browser.waiting import until

from netzstadt.lib.ids import new_id

SEND_RESET = "netzstadt.core.accounts.jobs.send_reset"


@dataclass
class FailedJob:
    """A job of the running city whose argument no worker can use."""

    database: psycopg.Connection
    id: int

    def state(self) -> str:
        found = self.database.execute(
            "select status::text from procrastinate_jobs where id = %s", (self.id,)
        ).fetchone()
        return found[0] if found else ""

    def mend(self) -> None:
        """Take away why it failed: the argument is now one that the job understands."""
        self.database.execute(
            "update procrastinate_jobs set args = %s where id = %s",
            (json.dumps({"reset_id": str(new_id())}), self.id),
        )


@pytest.fixture
def failed(city: City, city_database: str) -> Iterator[FailedJob]:
    """A job that the worker of the city took up for the last time, and that failed."""
    with psycopg.connect(city_database, autocommit=True) as database:
        found = database.execute(
            "insert into procrastinate_jobs (queue_name, task_name, attempts, args)"
            " values ('default', %s, 8, %s) returning id",
            (SEND_RESET, json.dumps({"reset_id": "no-such-key"})),
        ).fetchone()
        assert found
        job = FailedJob(database, found[0])
        until(city.open("/"), lambda: job.state() == "failed", "The job does not fail.")
        yield job
        database.execute("delete from procrastinate_jobs where id = %s", (job.id,))


def row_of(page: Page, job: FailedJob) -> Locator:
    return page.locator("section[aria-labelledby=failed] tr", has_text=f"({job.id})")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_failed_job_is_found_read_retried_and_gone(city: City, failed: FailedJob, scripts: bool):
    page = city.sign_in("administrator", "/office/", java_script_enabled=scripts)
    expect(page.locator("main").get_by_text(SEND_RESET).first).to_be_visible()
    page.get_by_role("link", name="Operation", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Operation")).to_be_visible()
    expect(row_of(page, failed)).to_contain_text("ValidationError")
    expect(row_of(page, failed)).to_contain_text("no-such-key")

    failed.mend()
    row_of(page, failed).get_by_role("button", name=re.compile("^Try again")).click()

    expect(page.locator(".ns-messages")).to_contain_text("in the queue again")
    until(page, lambda: failed.state() == "succeeded", "The job is not done.")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Operation")).to_be_visible()
    expect(row_of(page, failed)).to_have_count(0)


def test_a_job_that_fails_again_comes_back_and_is_given_up_with_a_reason(
    city: City, failed: FailedJob
):
    page = city.sign_in("administrator", "/office/operation/", java_script_enabled=False)
    row_of(page, failed).get_by_role("button", name=re.compile("^Try again")).click()
    # It has failed already: only after this answer does that mean that it failed again.
    expect(page.locator(".ns-messages")).to_contain_text("in the queue again")
    until(page, lambda: failed.state() == "failed", "The job does not fail again.")
    page.reload()
    row_of(page, failed).get_by_role("link", name=re.compile("^Give up")).click()
    expect(page.locator("main")).to_contain_text("no-such-key")
    page.get_by_role("button", name="Give up").click()
    expect(page.locator("#id_reason-error")).to_be_visible()
    page.locator("textarea[name=reason]").fill("The reset was asked for years ago.")
    page.get_by_role("button", name="Give up").click()

    expect(page.locator(".ns-messages")).to_contain_text("given up")
    expect(row_of(page, failed)).to_have_count(0)
    assert failed.state() == "cancelled"


def test_the_list_of_failed_jobs_can_be_used_by_everybody(city: City, failed: FailedJob):
    page = city.sign_in(
        "administrator", "/office/operation/", viewport={"width": 390, "height": 844}
    )

    expect(row_of(page, failed)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_health_says_ready_and_metrics_count_the_failed_job(city: City, failed: FailedJob):
    page = city.open("/", java_script_enabled=False)
    counted = re.compile(r'netzstadt_jobs\{state="failed"\} [1-9]')

    def said(path: str) -> str:
        return page.request.get(city.address + path, timeout=PATIENCE_MS).text()

    # A worker that has much to do gives its sign late, and numbers are counted now and then.
    until(page, lambda: "not ready" not in said("/health/ready"), "The city is not ready.")
    until(page, lambda: counted.search(said("/metrics")), "The failed job is not counted.")
    page.goto(f"{city.address}/health/ready")
    expect(page.locator("body")).to_contain_text("ready")
    expect(page.locator("body")).not_to_contain_text("not ready")
    page.goto(f"{city.address}/metrics")

    expect(page.locator("body")).to_contain_text(counted)
