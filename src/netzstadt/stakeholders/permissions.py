"""What not everybody may do with the council and with the network."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_COUNCIL = Permission(
    name="stakeholders.keep_council",
    description=_("connect council information systems, enter meetings and papers by hand"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
KEEP_NETWORK = Permission(
    name="stakeholders.keep_network",
    description=_("keep people and organisations of the network, their consent and expertise"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
ASK_EXPERTS = Permission(
    name="stakeholders.ask_experts",
    description=_("ask experts of the network for a statement"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF}),
)
ASSESS_STAKEHOLDERS = Permission(
    name="stakeholders.assess",
    description=_("assess how people and organisations stand to a project or a goal"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF}),
)
