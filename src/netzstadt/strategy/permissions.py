"""What not everybody may do with strategies."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_STRATEGY = Permission(
    name="strategy.keep_strategy",
    description=_("write strategies: editions, goals, measures, indicators"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
ENTER_VALUES = Permission(
    name="strategy.enter_values",
    description=_("enter values of indicators and the progress of measures"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF}),
)
