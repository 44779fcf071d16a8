"""How projects are run: methods as code, each with its gates and what is asked at them.

A gate stands between two stages. Its title and criteria are texts of the house, so that they are
read in the reader's language; what a project asks beyond them it writes itself.

``GATES`` follows the phases and approvals of PM² (ready for planning, for executing, for closing);
``DMR`` the phases of the fact sheet with which Nordrhein-Westfalen published the projects of its
"Digitale Modellregionen" (dmr.kdn.de).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    """How far a project has come; the order is the order of its life."""

    REQUEST = "REQUEST", pgettext_lazy("stage of a project", "Request")
    SCREENING = "SCREENING", pgettext_lazy("stage of a project", "Screening")
    INITIATING = "INITIATING", pgettext_lazy("stage of a project", "Initiating")
    PLANNING = "PLANNING", pgettext_lazy("stage of a project", "Planning")
    EXECUTING = "EXECUTING", pgettext_lazy("stage of a project", "Executing")
    CLOSING = "CLOSING", pgettext_lazy("stage of a project", "Closing")
    CLOSED = "CLOSED", pgettext_lazy("stage of a project", "Closed")


@dataclass(frozen=True, slots=True)
class Gate:
    """What is decided between two stages, and what is asked there, by the criterion's key."""

    key: str
    title: str | Promise
    source: Stage
    target: Stage
    criteria: Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True)
class Method:
    """A way of running projects: its gates in their order lead from the request to the end."""

    key: str
    title: str | Promise
    about: str | Promise
    gates: tuple[Gate, ...]


_NEED = {"need": _("The need is described in the words of those who have it.")}
_OWNER = {"owner": _("A unit answers for the project, and somebody leads it.")}
_DATA = {"data_protection": _("Data protection and information security are looked at.")}
_CLOSING = {
    "results": _("The results are accepted by those who asked for them."),
    "operation": _("It is settled who operates the result, and who pays for that."),
    "lessons": _("What others can learn from it is written down."),
}

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "GATES": Method(
            "GATES",
            _("With gates"),
            _("For large projects with a steering committee; phases and approvals as in PM²."),
            (
                Gate("taken_up", _("Taken up"), Stage.REQUEST, Stage.SCREENING, _NEED),
                Gate(
                    "worth_it",
                    _("Worth preparing"),
                    Stage.SCREENING,
                    Stage.INITIATING,
                    {
                        "goal": _("It is clear which goal of the strategy it serves."),
                        "twins": _("Similar projects of the city and of others are known."),
                        **_OWNER,
                    },
                ),
                Gate(
                    "ready_for_planning",
                    _("Ready for planning"),
                    Stage.INITIATING,
                    Stage.PLANNING,
                    {
                        "benefit": _("The benefit is described so that it can be measured."),
                        "options": _("Other ways to the same end were compared."),
                        "money": _("It is known roughly what it costs and who may pay."),
                    },
                ),
                Gate(
                    "ready_for_executing",
                    _("Ready for executing"),
                    Stage.PLANNING,
                    Stage.EXECUTING,
                    {
                        "plan": _("Milestones, people and money are planned."),
                        "risks": _("The greatest risks are known, with an answer to each."),
                        "paid": _("The money is there; resolutions and notices are in hand."),
                        **_DATA,
                    },
                ),
                Gate(
                    "ready_for_closing",
                    _("Ready for closing"),
                    Stage.EXECUTING,
                    Stage.CLOSING,
                    {"results": _CLOSING["results"], "operation": _CLOSING["operation"]},
                ),
                Gate(
                    "closed",
                    pgettext_lazy("a gate", "Closing"),
                    Stage.CLOSING,
                    Stage.CLOSED,
                    {
                        "lessons": _CLOSING["lessons"],
                        "accounts": _("All bills are paid, all proofs of use are sent."),
                    },
                ),
            ),
        ),
        "AGILE": Method(
            "AGILE",
            _("Agile"),
            _("For what is worked out step by step, in increments with those who use it."),
            (
                Gate(
                    "prepared",
                    _("Begin the preparation"),
                    Stage.REQUEST,
                    Stage.INITIATING,
                    _NEED | _OWNER,
                ),
                Gate(
                    "first_increment",
                    _("Begin the first increment"),
                    Stage.INITIATING,
                    Stage.EXECUTING,
                    {
                        "vision": _("It is written down for whom what shall become better."),
                        "team": _("The team is there, with time set aside for it."),
                        **_DATA,
                    },
                ),
                Gate(
                    "accepted",
                    _("Accept the result"),
                    Stage.EXECUTING,
                    Stage.CLOSING,
                    {"results": _CLOSING["results"], "operation": _CLOSING["operation"]},
                ),
                Gate(
                    "closed",
                    pgettext_lazy("a gate", "Closing"),
                    Stage.CLOSING,
                    Stage.CLOSED,
                    {"lessons": _CLOSING["lessons"]},
                ),
            ),
        ),
        "SMALL": Method(
            "SMALL",
            _("Small project"),
            _("For what one unit does in some months: one decision to begin, one to end."),
            (
                Gate(
                    "begun",
                    pgettext_lazy("a gate", "Begin"),
                    Stage.REQUEST,
                    Stage.EXECUTING,
                    _NEED | _OWNER,
                ),
                Gate(
                    "closed",
                    pgettext_lazy("a gate", "Closing"),
                    Stage.EXECUTING,
                    Stage.CLOSED,
                    _CLOSING,
                ),
            ),
        ),
        "DMR": Method(
            "DMR",
            _("Funded project (model region)"),
            _("Phases of the state’s fact sheet: preparation, concept, implementation, closing."),
            (
                Gate(
                    "granted",
                    _("Application granted"),
                    Stage.REQUEST,
                    Stage.PLANNING,
                    {
                        "notice": _("The notice of the grant is in hand."),
                        "share": _("The city’s own share is covered by a resolution."),
                        **_OWNER,
                    },
                ),
                Gate(
                    "commissioned",
                    _("Implementation commissioned"),
                    Stage.PLANNING,
                    Stage.EXECUTING,
                    {
                        "concept": _("The concept is accepted, also with its use by others."),
                        "award": _("What is bought is awarded by the rules of the grant."),
                        **_DATA,
                    },
                ),
                Gate(
                    "in_operation",
                    _("In operation"),
                    Stage.EXECUTING,
                    Stage.CLOSING,
                    {"results": _CLOSING["results"], "operation": _CLOSING["operation"]},
                ),
                Gate(
                    "closed",
                    pgettext_lazy("a gate", "Closing"),
                    Stage.CLOSING,
                    Stage.CLOSED,
                    {
                        "transfer": _("What others may use is published, with its licence."),
                        "lessons": _CLOSING["lessons"],
                    },
                ),
            ),
        ),
    }
)


METHOD_TITLES: Mapping[str, str | Promise] = MappingProxyType(
    {one.key: one.title for one in METHODS.values()}
)
GATE_TITLES: Mapping[str, str | Promise] = MappingProxyType(
    {gate.key: gate.title for method in METHODS.values() for gate in method.gates}
)


def choices() -> list[tuple[str, str | Promise]]:
    """The methods to choose from."""
    return list(METHOD_TITLES.items())


def gate_of(method: str, key: str) -> Gate:
    """A gate of a method. Raises LookupError if there is none."""
    for one in METHODS[method].gates:
        if one.key == key:
            return one
    raise LookupError(f"{method} has no gate {key}")


def stage_before(method: str, stage: Stage) -> Stage | None:
    """The stage from which a gate of a method leads to this one; None for the first."""
    return next((one.source for one in METHODS[method].gates if one.target == stage), None)
