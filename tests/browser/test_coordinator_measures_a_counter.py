"""A real strategy, a real bicycle counter: what it counted measures a goal, and turns its light."""

import csv
import json
import math
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import (
    answer_for_it,
    describe_indicator,
    import_strategy,
    key_of_a_data_engineer,
    look_for_datastreams,
    measure_by,
    submit,
)
from tests.browser.test_data_engineer import send
from tests.browser.waiting import reload_until
from tests.waiting import PATIENCE_S

COUNTER = "Promenade (nördl. Salzstraße)"


def counted(path: Path) -> list[float]:
    """What all channels of the counter came to in each quarter of an hour, read for the test."""
    with path.open(encoding="utf-8", newline="") as file:
        return [float(row[1]) for row in list(csv.reader(file))[1:] if row[1]]


def bring_in(path: Path, database: str, folder: Path) -> None:
    """Import a file as an operator does, beside the running city."""
    done = subprocess.run(
        [sys.executable, "-m", "netzstadt", "import", str(path)],
        env=os.environ | {"NETZSTADT_DATABASE_URL": database, "NETZSTADT_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_counter_measures_a_goal_and_turns_its_light(
    city: City, city_database: str, test_data: Path, tmp_path: Path
):
    month = test_data / "muenster-radverkehr" / "sample-100031297-2026-07.csv"
    bring_in(month, city_database, tmp_path)
    mean = math.fsum(counted(month)) / len(counted(month))

    page = city.sign_in("coordinator", "/office/strategy/new/")
    page.locator("input[name=title]").fill("Strategie mit Zähler")
    page.locator("input[name=key]").fill("mit-zaehler")
    submit(page)
    edition = page.url
    table = test_data / "ulm-strategie" / "massnahmen.tsv"
    import_strategy(page, table, shows="Digitale und vernetzte Gefahrenkarten")
    expect(page.locator("main")).to_contain_text("Digitale und vernetzte Gefahrenkarten")
    page.get_by_role("link", name="Add: Strategic goal").click()
    page.locator("input[name=title]").fill("Mehr Räder auf der Promenade")
    field = page.locator("select[name=parent] option", has_text="Zusammenleben")
    page.locator("select[name=parent]").select_option(field.get_attribute("value"))
    submit(page)

    title = "Räder je Viertelstunde auf der Promenade"
    describe_indicator(page, city, code="RAD-1", title=title, unit="1")
    look_for_datastreams(page, "Salzstraße")
    page.get_by_label(re.compile(re.escape(COUNTER))).first.check()
    page.locator("select[name=window]").select_option("MONTH")
    page.locator("input[name=minimum_coverage]").fill("0")
    page.locator("input[name=first_day]").fill("2026-07-01")
    submit(page)
    indicator = page.url
    with urllib.request.urlopen(f"{indicator.rstrip('/')}.json", timeout=PATIENCE_S) as answer:
        values = json.load(answer)["values"]
    assert [one["from"][:10] for one in values] == ["2026-06-30"], "July, by the clocks of the city"
    assert math.isclose(values[0]["value"], mean, rel_tol=1e-9)
    assert values[0]["coverage"] == 1.0

    page.goto(edition)
    page.get_by_role("link", name=re.compile("Mehr Räder auf der Promenade$")).first.click()
    answer_for_it(page)
    measure_by(
        page,
        "Räder je Viertelstunde",
        baseline_on="2026-01-01",
        baseline=f"{mean - 5:.1f}",
        target_on="2036-01-01",
        target=f"{mean - 5:.1f}",
        amber_at="5",
        red_at="20",
        fresh_days="3660",
    )
    reload_until(page, page.locator(".ns-standing", has_text="on course"), "July is on course")
    goal = page.url

    key = key_of_a_data_engineer(city)
    asked = urllib.request.Request(
        f"{city.address}/sta/v1.1/Datastreams?$filter=Thing/name%20eq%20%27"
        f"{urllib.request.quote(COUNTER)}%27&$orderby=name&$select=id,name",
        headers={"Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        streams = json.load(answer)["value"]
    stream = next(one["@iot.id"] for one in streams if one["name"].startswith(COUNTER))
    address = f"{city.address}/sta/v1.1/Datastreams('{stream}')/Observations"
    status, made = send(address, {"result": 0}, key)
    assert status == 201, made

    reload_until(page, page.locator(".ns-standing", has_text="off course"), "nobody rides now")
    expect(page.locator("#because")).to_contain_text("Räder je Viertelstunde")
    page.goto(f"{city.address}/notices/")
    told = page.locator("main .ns-told__item", has_text="Mehr Räder auf der Promenade")
    reload_until(page, told, "who answers for it is told")
    turned = told.filter(has_text="Light turned")
    expect(turned).to_have_count(1)
    expect(turned).not_to_contain_text("times")
    page.goto(goal)
    page.get_by_role("link", name="From where to where: the trace").click()
    expect(page.locator("main")).to_contain_text(COUNTER)
