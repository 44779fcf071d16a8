"""The account of imports: a list, a page for each, and what was rejected as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import ImportReject, ImportRun

BEGUN = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture
def pages(make_person, client_of):
    return client_of(make_person(Role.DATA_ENGINEER))


def make_run(**changes) -> ImportRun:
    facts = {
        "profile": "rain",
        "source": "rain.csv",
        "person_id": None,
        "started_at": BEGUN,
        "finished_at": BEGUN + timedelta(seconds=20),
        "state": "DONE",
        "rows_read": 1000,
        "rows_loaded": 998,
        "rows_unchanged": 0,
        "rows_rejected": 2,
        "message": "",
    }
    return ImportRun.objects.create(id=new_id(), **{**facts, **changes})


def reject(run: ImportRun, number: int, value: str = "n/a") -> None:
    ImportReject.objects.create(
        run=run,
        number=number,
        file="rain.csv",
        line=number + 10,
        field="mm",
        value=value,
        reason="this is no number",
    )


def test_an_import_says_what_became_of_its_rows_and_how_fast(pages):
    run = make_run()
    context = pages.get(f"/imports/{run.pk}/").context

    assert (context["seconds"], context["rate"]) == (20.0, 50.0)
    assert context["is_cut"], "both rejects are in the file only"


def test_rejected_rows_are_shown_with_place_and_reason_page_by_page(pages):
    run = make_run(rows_loaded=940, rows_rejected=60)
    for number in range(1, 61):
        reject(run, number)

    first = pages.get(f"/imports/{run.pk}/")
    second = pages.get(f"/imports/{run.pk}/?page=2").context["page"]
    assert "this is no number" in first.content.decode()
    assert [row.line for row in second] == list(range(61, 71))
    assert not first.context["is_cut"]


def test_rejected_rows_are_downloaded_as_csv_that_no_spreadsheet_runs(pages):
    run = make_run()
    reject(run, 1, "=1+1")
    reject(run, 2, "-3,5")
    reject(run, 3, "-3+A1")
    answer = pages.get(f"/imports/{run.pk}/rejects.csv")

    rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert rows == [
        ["file", "line", "column", "value", "reason"],
        ["rain.csv", "11", "mm", "'=1+1", "this is no number"],
        ["rain.csv", "12", "mm", "-3,5", "this is no number"],
        ["rain.csv", "13", "mm", "'-3+A1", "this is no number"],
    ]


def test_a_failed_import_stands_out_with_its_message(pages):
    run = make_run(state="FAILED", message="The file ended in the middle of a row.")
    page = pages.get(f"/imports/{run.pk}/").content.decode()

    assert "The file ended in the middle of a row." in page
    assert "kern-alert--danger" in page


def test_the_list_leads_to_each_import(pages):
    run = make_run()

    assert f"/imports/{run.pk}/" in pages.get("/imports/").content.decode()


def test_an_import_that_is_not_there_is_not_found(pages):
    assert pages.get(f"/imports/{new_id()}/").status_code == 404
    assert pages.get(f"/imports/{new_id()}/rejects.csv").status_code == 404


def test_readers_see_no_imports(make_person, client_of):
    run, reader = make_run(), client_of(make_person(Role.READER))

    assert reader.get(f"/imports/{run.pk}/").status_code == 403
    assert reader.get(f"/imports/{run.pk}/rejects.csv").status_code == 403


def test_a_reject_has_a_number(db):
    run = make_run()
    with pytest.raises(IntegrityError), transaction.atomic():
        reject(run, 0)


def test_rejects_go_with_their_import(db):
    run = make_run()
    reject(run, 1)
    with connection.cursor() as cursor:
        cursor.execute("delete from import_run where id = %s", [run.pk])

    assert not ImportReject.objects.exists()
