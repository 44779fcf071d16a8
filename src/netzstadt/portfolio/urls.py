"""Addresses of the portfolio."""

from django.urls import path

from netzstadt.portfolio.views import (
    advice,
    funding,
    gates,
    keeping,
    money,
    obligations,
    posting_imports,
    proofs,
    reading,
)

app_name = "portfolio"
_project = "office/projects/<uuid:key>/"
_gate = "office/projects/gates/<uuid:key>/"
_advice = "office/advice/<uuid:key>/"
_milestone = "office/projects/milestones/<uuid:key>/"
_line = "office/projects/budget/<uuid:key>/"
_funding = "office/funding/<uuid:key>/"
_financing = "office/funding/plan/<uuid:key>/"
_obligation = "office/funding/obligations/<uuid:key>/"
_proof = "office/funding/proofs/<uuid:key>/"
urlpatterns = [
    path("projects/", reading.project_list, name="projects"),
    path("projects.csv", reading.as_csv, name="projects-csv"),
    path("projects.xlsx", reading.as_xlsx, name="projects-xlsx"),
    path("projects/<uuid:key>/", reading.project, name="project"),
    path("office/projects/new/", keeping.new_project, name="project-new"),
    path(f"{_project}change/", keeping.change_project, name="project-change"),
    path(f"{_project}assign/", keeping.assign_project, name="project-assign"),
    path(f"{_project}milestones/new/", keeping.new_milestone, name="milestone-new"),
    path(f"{_milestone}change/", keeping.change_milestone, name="milestone-change"),
    path(f"{_milestone}remove/", keeping.remove_milestone, name="milestone-remove"),
    path(_gate, gates.gate, name="gate"),
    path(f"{_gate}prepare/", gates.prepare, name="gate-prepare"),
    path(f"{_gate}criteria/", gates.criteria, name="gate-criteria"),
    path(f"{_gate}criteria/new/", gates.new_criterion, name="criterion-new"),
    path(f"{_gate}ask/", gates.ask, name="gate-ask"),
    path(f"{_gate}decide/", gates.decide, name="gate-decide"),
    path("office/projects/conditions/<uuid:key>/", gates.meet_condition, name="condition-meet"),
    path(f"{_project}money/", money.overview, name="money"),
    path(f"{_project}budget/new/", money.new_line, name="line-new"),
    path(f"{_line}change/", money.change_line, name="line-change"),
    path(f"{_line}remove/", money.remove_line, name="line-remove"),
    path(f"{_project}commitments/new/", money.new_commitment, name="commitment-new"),
    path(
        "office/projects/commitments/<uuid:key>/change/",
        money.change_commitment,
        name="commitment-change",
    ),
    path(f"{_project}ledger/", money.ledger, name="ledger"),
    path(f"{_project}ledger.csv", money.ledger_csv, name="ledger-csv"),
    path(f"{_project}ledger/new/", money.new_posting, name="posting-new"),
    path(f"{_project}ledger/import/", posting_imports.import_postings, name="postings-import"),
    path(
        "office/projects/postings/<uuid:key>/reverse/",
        money.reverse_posting,
        name="posting-reverse",
    ),
    path("office/funding/", funding.funding_list, name="funding-list"),
    path("office/funding/programmes/new/", funding.new_programme, name="programme-new"),
    path(
        "office/funding/programmes/<uuid:key>/change/",
        funding.change_programme,
        name="programme-change",
    ),
    path(f"{_project}funding/new/", funding.new_funding, name="funding-new"),
    path(_funding, funding.funding, name="funding"),
    path(f"{_funding}change/", funding.change_funding, name="funding-change"),
    path(f"{_funding}notices/new/", funding.new_notice, name="notice-new"),
    path(f"{_funding}plan/new/", funding.new_financing_line, name="financing-new"),
    path(f"{_financing}change/", funding.change_financing_line, name="financing-change"),
    path(f"{_financing}remove/", funding.remove_financing_line, name="financing-remove"),
    path(f"{_funding}receipts/new/", funding.new_receipt, name="receipt-new"),
    path(
        "office/funding/receipts/<uuid:key>/reverse/",
        funding.reverse_receipt,
        name="receipt-reverse",
    ),
    path(f"{_funding}vouchers.csv", funding.vouchers_csv, name="vouchers-csv"),
    path(f"{_funding}obligations/new/", obligations.new_obligation, name="obligation-new"),
    path(f"{_obligation}change/", obligations.change_obligation, name="obligation-change"),
    path(f"{_obligation}meet/", obligations.meet_obligation, name="obligation-meet"),
    path(f"{_funding}proofs/new/", proofs.new_proof, name="proof-new"),
    path(_proof, proofs.proof, name="proof"),
    path(f"{_proof}write/", proofs.write_proof, name="proof-write"),
    path(f"{_proof}seal/", proofs.seal_proof, name="proof-seal"),
    path(f"{_proof}remove/", proofs.remove_proof, name="proof-remove"),
    path(f"{_proof}vouchers.csv", proofs.vouchers_csv, name="proof-vouchers"),
    path(f"{_proof}proof.pdf", proofs.as_pdf, name="proof-pdf"),
    path("office/advice/", advice.advice_list, name="advice-list"),
    path("office/advice/new/", advice.ask, name="advice-new"),
    path(_advice, advice.advice, name="advice"),
    path(f"{_advice}accept/", advice.accept, name="advice-accept"),
    path(f"{_advice}answer/", advice.answer, name="advice-answer"),
    path(f"{_advice}message/", advice.write, name="advice-message"),
    path(f"{_advice}effort/", advice.note_effort, name="advice-effort"),
    path(f"{_advice}decline/", advice.decline, name="advice-decline"),
    path(f"{_advice}withdraw/", advice.withdraw, name="advice-withdraw"),
    path(f"{_advice}close/", advice.close, name="advice-close"),
    path(f"{_advice}project/", advice.hand_over, name="advice-project"),
    path(f"{_advice}rate/", advice.rate, name="advice-rate"),
]
