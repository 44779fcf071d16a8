"""Addresses of the portfolio."""

from django.urls import path

from netzstadt.portfolio.views import (
    advice,
    calendar,
    gates,
    keeping,
    load,
    plan,
    programmes,
    reading,
)

app_name = "portfolio"
_project = "office/projects/<uuid:key>/"
_gate = "office/projects/gates/<uuid:key>/"
_advice = "office/advice/<uuid:key>/"
_milestone = "office/projects/milestones/<uuid:key>/"
_task = "office/projects/tasks/<uuid:key>/"
_deliverable = "office/projects/deliverables/<uuid:key>/"
_programme = "office/programmes/<uuid:key>/"
urlpatterns = [
    path("projects/", reading.project_list, name="projects"),
    path("projects.csv", reading.as_csv, name="projects-csv"),
    path("projects.xlsx", reading.as_xlsx, name="projects-xlsx"),
    path("projects/timeline/", reading.timeline, name="timeline"),
    path("projects/<uuid:key>/", reading.project, name="project"),
    path("projects/<uuid:key>/plan/", plan.plan, name="plan"),
    path("projects/<uuid:key>/plan.ics", calendar.as_ics, name="plan-ics"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<uuid:key>/", programmes.programme, name="programme"),
    path("office/programmes/new/", programmes.new_programme, name="programme-new"),
    path(f"{_programme}change/", programmes.change_programme, name="programme-change"),
    path(f"{_programme}join/", programmes.join, name="programme-join"),
    path("office/programmes/members/<uuid:key>/leave/", programmes.leave, name="programme-leave"),
    path("office/load/", load.load, name="load"),
    path("office/projects/new/", keeping.new_project, name="project-new"),
    path(f"{_project}change/", keeping.change_project, name="project-change"),
    path(f"{_project}assign/", keeping.assign_project, name="project-assign"),
    path(f"{_project}milestones/new/", keeping.new_milestone, name="milestone-new"),
    path(f"{_milestone}change/", keeping.change_milestone, name="milestone-change"),
    path(f"{_milestone}remove/", keeping.remove_milestone, name="milestone-remove"),
    path(f"{_project}tasks/new/", plan.new_task, name="task-new"),
    path(f"{_project}deliverables/new/", plan.new_deliverable, name="deliverable-new"),
    path(f"{_project}dependencies/new/", plan.new_dependency, name="dependency-new"),
    path(f"{_project}progress/", plan.note_progress, name="progress"),
    path(f"{_project}people/", load.plan_person, name="person-plan"),
    path(f"{_project}move/<uuid:item>/", plan.move, name="plan-move"),
    path(f"{_task}change/", plan.change_task, name="task-change"),
    path(f"{_task}remove/", plan.remove_task, name="task-remove"),
    path(f"{_deliverable}change/", plan.change_deliverable, name="deliverable-change"),
    path(f"{_deliverable}remove/", plan.remove_deliverable, name="deliverable-remove"),
    path(
        "office/projects/dependencies/<uuid:key>/remove/",
        plan.remove_dependency,
        name="dependency-remove",
    ),
    path(_gate, gates.gate, name="gate"),
    path(f"{_gate}prepare/", gates.prepare, name="gate-prepare"),
    path(f"{_gate}criteria/", gates.criteria, name="gate-criteria"),
    path(f"{_gate}criteria/new/", gates.new_criterion, name="criterion-new"),
    path(f"{_gate}ask/", gates.ask, name="gate-ask"),
    path(f"{_gate}decide/", gates.decide, name="gate-decide"),
    path("office/projects/conditions/<uuid:key>/", gates.meet_condition, name="condition-meet"),
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
