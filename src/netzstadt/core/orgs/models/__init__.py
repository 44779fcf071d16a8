"""The tables of the organisation. Django looks here for them; others import the submodules."""

from netzstadt.core.orgs.models.contacts import Contact, ContactTopic
from netzstadt.core.orgs.models.persons import Person, account_of
from netzstadt.core.orgs.models.roles import Absence, Deputy, Membership
from netzstadt.core.orgs.models.units import Unit, UnitAncestor, UnitVersion

__all__ = [
    "Absence",
    "Contact",
    "ContactTopic",
    "Deputy",
    "Membership",
    "Person",
    "Unit",
    "UnitAncestor",
    "UnitVersion",
    "account_of",
]
