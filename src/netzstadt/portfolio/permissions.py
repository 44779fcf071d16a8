"""What not everybody may do with projects."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_PROJECTS = Permission(
    name="portfolio.keep_projects",
    description=_("begin projects, and keep those of one’s unit"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF}),
)
NAME_DECIDERS = Permission(
    name="portfolio.name_deciders",
    description=_("say who decides at the gates of projects"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
SEE_LEDGER = Permission(
    name="portfolio.see_ledger",
    description=_("read what was paid for projects, to whom, and their grants"),
    roles=frozenset(
        {
            Role.ADMINISTRATOR,
            Role.COORDINATOR,
            Role.HEAD_OF_UNIT,
            Role.STAFF,
            Role.AUDITOR,
        }
    ),
)
KEEP_FUNDING_PROGRAMMES = Permission(
    name="portfolio.keep_funding_programmes",
    description=_("keep the list of funding programmes"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
KEEP_PROGRAMMES = Permission(
    name="portfolio.keep_programmes",
    description=_("set up programmes and portfolios, and say which projects belong to them"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
SEE_LOAD = Permission(
    name="portfolio.see_load",
    description=_("see how much of people’s time projects take, in one’s unit"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
ASK_ADVICE = Permission(
    name="portfolio.ask_advice",
    description=_("ask the office for advice, in the name of one’s unit"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF}),
)
ADVISE = Permission(
    name="portfolio.advise",
    description=_("take up requests for advice, say who advises, answer"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
APPROVE_REPORTS = Permission(
    name="portfolio.approve_reports",
    description=_("approve status reports that others wrote, and decide on changes of projects"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
