"""What not everybody may do with the city's own pages."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

MANAGE_CITY = Permission(
    name="city.manage",
    description=_("Set the city’s name, look and legal pages"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
ANSWER_FEEDBACK = Permission(
    name="city.answer_feedback",
    description=_("Read and answer what people write to the city"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
