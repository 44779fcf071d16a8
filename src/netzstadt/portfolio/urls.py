"""Addresses of the portfolio."""

from django.urls import path

from netzstadt.portfolio.views import (
    advice,
    committee,
    gates,
    keeping,
    reading,
    registers,
    reports,
)

app_name = "portfolio"
_project = "office/projects/<uuid:key>/"
_gate = "office/projects/gates/<uuid:key>/"
_advice = "office/advice/<uuid:key>/"
_milestone = "office/projects/milestones/<uuid:key>/"
_entry = "office/projects/register/<uuid:key>/"
_report = "office/projects/reports/<uuid:key>/"
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
    path("projects/<uuid:key>/register/", registers.register, name="register"),
    path(f"{_project}register/new/", registers.new_entry, name="entry-new"),
    path(f"{_project}register/decision/", registers.new_decision, name="decision-new"),
    path(f"{_entry}change/", registers.change_entry, name="entry-change"),
    path(f"{_entry}close/", registers.close_entry, name="entry-close"),
    path(f"{_entry}decide/", registers.decide_change, name="change-decide"),
    path("projects/<uuid:key>/status/", reports.status, name="status"),
    path("projects/reports/<uuid:key>/", reports.report, name="report"),
    path(f"{_project}light/", reports.set_light, name="light-set"),
    path(f"{_project}light/release/", reports.release_light, name="light-release"),
    path(f"{_project}reports/new/", reports.new_report, name="report-new"),
    path(f"{_report}change/", reports.change_report, name="report-change"),
    path(f"{_report}submit/", reports.submit, name="report-submit"),
    path(f"{_report}approve/", reports.approve, name="report-approve"),
    path(f"{_report}return/", reports.send_back, name="report-return"),
    path(f"{_report}publish/", reports.publish, name="report-publish"),
    path("office/projects/committee.pdf", committee.as_pdf, name="committee-pdf"),
    path("office/projects/committee.xlsx", committee.as_xlsx, name="committee-xlsx"),
    path("office/projects/committee.json", committee.as_json, name="committee-json"),
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
