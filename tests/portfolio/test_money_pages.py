"""Pages of money: read inside the administration, kept by who keeps the project."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, Office
from tests.portfolio.test_funding import GRANTED, grant, plan
from tests.portfolio.test_ledger import line, pay

from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.models import Person
from netzstadt.lib.tables import Table
from netzstadt.portfolio import posting_files
from netzstadt.portfolio.models import (
    BudgetLine,
    Commitment,
    Funding,
    FundingProgramme,
    Obligation,
    Posting,
    Project,
    Proof,
)

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


@pytest.fixture
def lead(office: Office, client_of: Callable[[Person], Client]) -> Client:
    return client_of(office.lead)


def text(answer: object) -> str:
    return answer.content.decode().replace(NBSP, " ")  # type: ignore[attr-defined]


def test_who_leads_a_project_plans_pays_orders_and_takes_back(begin: Begin, lead: Client):
    project = begin()
    at = f"/office/projects/{project.pk}/"
    assert "Noch kein Budget" in text(lead.get(f"{at}money/"))

    made = lead.post(
        f"{at}budget/new/",
        {"year": "2026", "cost_type": "SERVICES", "title": "Messung", "planned_cents": "1.000,50"},
    )
    assert made["Location"] == f"{at}money/"
    budget = BudgetLine.objects.get()
    assert budget.planned_cents == 100_050
    lead.post(
        f"{at}commitments/new/",
        {"line": budget.pk, "title": "Sensoren", "amount_cents": "200", "ordered_on": "2026-02-01"},
    )
    order = Commitment.objects.get()
    answer = lead.post(
        f"{at}ledger/new/",
        {
            "line": budget.pk,
            "amount_cents": "150,25",
            "paid_on": "2026-03-12",
            "payee": "Messdienst",
            "reference": "K-1",
            "commitment": order.pk,
        },
    )
    assert answer["Location"] == f"{at}ledger/"

    page = text(lead.get(f"{at}money/"))
    for amount in ("1.000,50 €", "150,25 €", "49,75 €"):
        assert amount in page
    assert "Messdienst" in text(lead.get(f"{at}ledger/"))
    assert "150,25 €" in text(lead.get(f"/projects/{project.pk}/"))
    assert "150,25 €" in text(lead.get("/projects/"))
    posting = Posting.objects.get()
    assert "Stornieren?" in text(lead.get(f"/office/projects/postings/{posting.pk}/reverse/"))
    lead.post(f"/office/projects/postings/{posting.pk}/reverse/")
    ledger = text(lead.get(f"{at}ledger/"))
    assert "2 Buchungen, zusammen 0,00 €" in ledger
    assert "-150,25 €" in ledger


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"amount_cents": "1,234"}, "Betrag in Euro"),
        ({"amount_cents": "0"}, "keine Zahlung"),
        ({"paid_on": "2025-03-12"}, "Bezahlt wurde 2025"),
        ({"paid_on": "2999-03-12"}, "noch nicht"),
        ({"line": ""}, "erforderlich"),
        ({"eligible_cents": "5"}, "Position des Finanzierungsplans"),
    ],
)
def test_a_payment_that_cannot_be_says_why(
    begin: Begin, lead: Client, typed: dict[str, str], says: str
):
    project = begin()
    sent = {"line": line(project).pk, "amount_cents": "5", "paid_on": "2026-03-12"} | typed

    answer = lead.post(f"/office/projects/{project.pk}/ledger/new/", sent)

    assert answer.status_code == 422
    assert says in text(answer)
    assert Posting.objects.count() == 0


def test_a_ledger_is_filtered_and_taken_along(begin: Begin, lead: Client):
    project = begin()
    by = line(project)
    pay(project, by, 100_00, payee="Messdienst", reference="K-1")
    pay(project, by, -20_50, payee="=Rücklauf", reference="K-2")
    at = f"/office/projects/{project.pk}/"

    assert "1 Buchung, zusammen 100,00 €" in text(lead.get(f"{at}ledger/?q=messdienst"))
    assert "Keine Buchung passt" in text(lead.get(f"{at}ledger/?year=2020"))
    assert lead.get(f"{at}ledger/?year=zwei").status_code == 422

    table = lead.get(f"{at}ledger.csv?q=").getvalue().decode("utf-8-sig").splitlines()
    assert table[0].startswith("paid_on;amount;year;cost_type")
    assert sorted(row.split(";")[1] for row in table[1:]) == ["-20,50", "100,00"]
    assert any(";'=Rücklauf;" in row for row in table)  # no spreadsheet program runs it


def test_payments_come_in_from_a_table_after_a_look_and_only_once(begin: Begin, lead: Client):
    project = begin()
    line(project)
    line(project, year=2025, cost_type="PERSONNEL", title="Stelle")
    line(project, year=2025, cost_type="MATERIAL")
    at = f"/office/projects/{project.pk}/ledger/import/"
    plan(grant(project), "Sensoren")
    table = (
        "Datum;Zahldatum;Betrag;Beleg;Kostenart;Empfänger;Finanzierungsplan\n"
        "01.01.2020;12.03.2026;1.250,00 €;K-1;;Messdienst;Sensoren\n"
        ";2025-11-30;80,5;K-2;Personalkosten;;\n"
        ";01.04.2026;-20;K-3;Fremdleistungen;Messdienst;\n"
    )
    look = lead.post(at, {"file": SimpleUploadedFile("buchungen.csv", table.encode())})
    assert Posting.objects.count() == 0
    assert "1.310,50 €" in text(look)
    sent = {"content": look.context["content"], "file_name": "buchungen.csv", "do": "import"}

    lead.post(at, sent)
    lead.post(at, sent)

    found = {one.reference: one for one in Posting.objects.all()}
    assert {name: one.amount_cents for name, one in found.items()} == {
        "K-1": 125_000,
        "K-2": 8_050,
        "K-3": -2_000,
    }
    assert found["K-2"].line.title == "Stelle"
    assert [found[name].eligible_cents for name in ("K-1", "K-2")] == [125_000, 0]
    assert "schon da" in text(lead.post(at, {"file": io.BytesIO(table.encode())}))
    other = io.BytesIO(table.replace("80,5", "81,5").encode())
    assert "80,50 € im Journal, 81,50 € in der Tabelle" in text(lead.post(at, {"file": other}))


def test_what_a_spreadsheet_worked_out_is_rounded_to_the_cent(begin: Begin):
    budget = line(begin())
    table = Table(
        ["Zahldatum", "Betrag", "Beleg"], [(2, ["2026-03-12", "141.60999999999999", "K-1"])]
    )

    file = posting_files.read(table, [budget], today=TODAY)

    assert [one.amount_cents for one in file.rows] == [141_61]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("12.03.2026;1.250;K-1;", "zwei Arten"),
        ("31.02.2026;5,00;K-1;", "kein Tag"),
        ("12.03.2026;5,00;;", "Belegnummer fehlt"),
        ("12.03.2024;5,00;K-1;", "keine passende Position"),
        ("12.03.2025;5,00;K-1;", "Mehrere Budgetpositionen"),
        ("12.03.2026;5,00;K-1;Bewirtung", "keine Kostenart"),
        ("12.03.2026;0;K-1;", "kein Betrag"),
        ("31.12.2026;5,00;K-1;", "noch nicht"),
    ],
)
def test_a_table_that_cannot_be_read_names_the_place(
    begin: Begin, lead: Client, row: str, says: str
):
    project = begin()
    line(project)
    line(project, year=2025, cost_type="PERSONNEL")
    line(project, year=2025, cost_type="MATERIAL")
    table = f"Zahldatum;Betrag;Beleg;Kostenart\n{row}\n"

    answer = lead.post(
        f"/office/projects/{project.pk}/ledger/import/",
        {"file": SimpleUploadedFile("b.csv", table.encode()), "do": "import"},
    )

    assert answer.status_code == 422
    assert says in text(answer)
    assert Posting.objects.count() == 0


def test_a_grant_is_entered_planned_spent_and_proven_by_its_pages(
    begin: Begin,
    lead: Client,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
):
    project = begin(summary="Feuchte messen.")
    keeper = client_of(make_person(Role.COORDINATOR))
    assert lead.get("/office/funding/programmes/new/").status_code == 403
    keeper.post(
        "/office/funding/programmes/new/",
        {"title": "Modellprojekte", "level": "FEDERAL", "proof_months": "6", "terms": "ANBest-G"},
    )
    programme = FundingProgramme.objects.get()
    said = {
        "programme": programme.pk,
        "state": "GRANTED",
        "financing": "SHARE",
        "rate": "65",
        "eligible_cents": "1000",
        "own_cents": "350",
        "granted_from": "2026-01-01",
        "granted_to": "2026-10-31",
    }
    new = f"/office/projects/{project.pk}/funding/new/"
    assert "welcher Anteil" in text(lead.post(new, said | {"rate": ""}))
    assert "in welchem Zeitraum" in text(lead.post(new, said | {"granted_to": ""}))
    lead.post(new, said)
    funding = Funding.objects.get()
    assert funding.rate == 6_500
    at = f"/office/funding/{funding.pk}/"
    notice = {
        "kind": "AWARD",
        "issued_on": "2026-01-05",
        "reference": "Az. 1",
        "amount_cents": "650",
    }
    lead.post(f"{at}notices/new/", notice)
    planned = {
        "title": "Messung",
        "cost_type": "SERVICES",
        "planned_cents": "1000",
        "tolerance": "20",
    }
    lead.post(f"{at}plan/new/", planned)
    first = lead.get(f"{at}obligations/new/").context["form"].initial
    assert (first["kind"], first["due_on"].isoformat()) == ("FINAL_PROOF", "2027-04-30")
    lead.post(f"{at}obligations/new/", {"kind": "FINAL_PROOF", "text": "Nachweis", "due_on": TODAY})

    # Empty "eligible" takes all of it where the grant pays for it, in its period.
    by = line(project)
    paying = {
        "line": by.pk,
        "amount_cents": "400",
        "paid_on": "2026-03-12",
        "financing_line": funding.lines.get().pk,
    }
    lead.post(f"/office/projects/{project.pk}/ledger/new/", paying)
    assert Posting.objects.get().eligible_cents == 40_000
    lead.post(f"/office/projects/{project.pk}/ledger/new/", paying | {"paid_on": "2026-11-12"})
    assert Posting.objects.latest("recorded_at").eligible_cents == 0
    income = {"source": "GRANT", "amount_cents": "300", "paid_on": "2026-04-01"}
    lead.post(f"{at}receipts/new/", income)
    page = text(lead.get(at))
    for amount in ("650,00 €", "300,00 €", "260,00 €", "800,00 €"):
        assert amount in page
    assert "40,00 € der Zuwendung sind eingegangen" in page  # of 300 are 260 due

    lead.post(f"{at}proofs/new/", {"kind": "FINAL", "until": "2026-10-31"})
    proof = Proof.objects.get()
    its = f"/office/funding/proofs/{proof.pk}/"
    lead.post(f"{its}write/", {"measure": "Gemessen.", "success": "Es wirkt."})
    shown = text(lead.get(its))
    assert "Zuwendungsfähig" not in shown or "400,00 €" in shown
    assert lead.get(f"{its}proof.pdf").content.startswith(b"%PDF")
    assert "400,00 € zuwendungsfähig" in text(lead.get(f"{its}seal/"))
    assert "Inzwischen" in text(lead.post(f"{its}seal/", follow=True))  # nobody looked
    Proof.objects.get(sealed_at=None)
    lead.post(f"{its}seal/{lead.get(f'{its}seal/').context['action']}")
    assert "versiegelt" in text(lead.get(its))
    assert f"{its}write/" not in text(lead.get(its))
    assert text(keeper.get("/office/funding/")).count("Modellprojekte") >= 1
    obligation = Obligation.objects.get()
    meet = f"/office/funding/obligations/{obligation.pk}/meet/"
    assert "erforderlich" in text(lead.post(meet, {"met_on": "2026-11-01", "evidence": ""}))
    lead.post(meet, {"met_on": "2026-11-01", "evidence": "Brief vom 1. November"})
    assert "erfüllt am 01.11.2026" in text(lead.get(at))


def money_addresses(project: Project, funding: Funding, proof: Proof) -> list[str]:
    at = f"/office/projects/{project.pk}/"
    return [
        f"{at}ledger/",
        f"{at}ledger.csv",
        f"/office/funding/{funding.pk}/",
        f"/office/funding/{funding.pk}/vouchers.csv",
        f"/office/funding/proofs/{proof.pk}/",
        f"/office/funding/proofs/{proof.pk}/proof.pdf",
    ]


def test_payees_are_for_those_who_read_ledgers(
    begin: Begin,
    client: Client,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
):
    project = begin(visibility="PUBLIC", summary="Feuchte messen.")
    funding = grant(project)
    pay(project, line(project), 100_00, payee="Messdienst", financing_line=plan(funding))
    proof = Proof.objects.create(
        funding=funding, kind="FINAL", until=TODAY, created_at=NOW, changed_at=NOW
    )
    reader = client_of(make_person(Role.READER))
    auditor = client_of(make_person(Role.AUDITOR))

    for where in money_addresses(project, funding, proof):
        assert client.get(where).status_code == 302, where
        assert reader.get(where).status_code == 403, where
        assert auditor.get(where).status_code == 200, where
    overview = f"/office/projects/{project.pk}/money/"
    assert "650,00 €" not in text(reader.get(overview))  # what is granted
    assert "100,00 €" in text(reader.get(overview))
    assert "Messdienst" not in text(reader.get(overview))
    assert "100,00 €" not in text(client.get(f"/projects/{project.pk}/"))
    assert "100,00 €" not in text(client.get("/projects/"))


def test_who_only_reads_keeps_nothing(
    begin: Begin, client_of: Callable[[Person], Client], make_person: Callable[..., Person]
):
    project = begin()
    funding, by = grant(project), line(project)
    paid = pay(project, by, 100_00)
    auditor = client_of(make_person(Role.AUDITOR))

    refused = [
        auditor.post(where, {}).status_code
        for where in (
            f"/office/projects/{project.pk}/budget/new/",
            f"/office/projects/budget/{by.pk}/change/",
            f"/office/projects/budget/{by.pk}/remove/",
            f"/office/projects/{project.pk}/commitments/new/",
            f"/office/projects/{project.pk}/ledger/new/",
            f"/office/projects/{project.pk}/ledger/import/",
            f"/office/projects/postings/{paid.pk}/reverse/",
            f"/office/projects/{project.pk}/funding/new/",
            f"/office/funding/{funding.pk}/change/",
            f"/office/funding/{funding.pk}/notices/new/",
            f"/office/funding/{funding.pk}/plan/new/",
            f"/office/funding/{funding.pk}/receipts/new/",
            f"/office/funding/{funding.pk}/obligations/new/",
            f"/office/funding/{funding.pk}/proofs/new/",
        )
    ]

    assert refused == [403] * 14
    assert Posting.objects.count() == 1


def test_pages_of_money_ask_the_database_a_bounded_number_of_times(
    begin: Begin,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
    django_assert_max_num_queries,
):
    keeper = client_of(make_person(Role.COORDINATOR))
    project = begin()
    funding = grant(project)
    lines = [plan(funding, f"Position {n}") for n in range(5)]
    budget = [line(project, title=f"Zeile {n}") for n in range(5)]
    for n in range(30):
        pay(project, budget[n % 5], 100 + n, financing_line=lines[n % 5], eligible_cents=n)

    for where in (
        f"/office/projects/{project.pk}/money/",
        f"/office/projects/{project.pk}/ledger/",
        f"/office/funding/{funding.pk}/",
        "/office/funding/",
    ):
        keeper.get(where)
        with django_assert_max_num_queries(16):
            assert keeper.get(where).status_code == 200


def test_the_facts_of_a_grant_that_is_not_a_share_have_no_rate(begin: Begin, lead: Client):
    funding = grant(begin())
    said = {
        "state": "GRANTED",
        "financing": "FIXED",
        "rate": "65",
        "eligible_cents": "1000",
        "granted_from": GRANTED.granted_from,
        "granted_to": GRANTED.granted_to,
        "seen": funding.changed_at.isoformat(),
    }

    answer = lead.post(f"/office/funding/{funding.pk}/change/", said)

    assert answer.status_code == 302
    funding.refresh_from_db()
    assert (funding.financing, funding.rate) == ("FIXED", None)
