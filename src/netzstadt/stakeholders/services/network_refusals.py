"""What cannot be done in the network, and what the database refuses, in the words of who asked."""

from contextlib import AbstractContextManager

from django.utils.translation import gettext_lazy as _

from netzstadt.core.refusal import Refusal, refused_by_database

_WORDS = {
    "stakeholders_party_name": _("Say what it is called."),
    "stakeholders_party_organisation": _("People belong to organisations of the network."),
    "stakeholders_party_person_id": _("This account has an entry in the network already."),
    "stakeholders_party_person": _("Only people have an account and belong to an organisation."),
    "stakeholders_relation_once": _("This relation is noted already."),
    "stakeholders_relation_other": _("A party stands in no relation to itself."),
    "stakeholders_relation_period": _("It would end before it begins."),
    "stakeholders_consent_period": _("It would end before it was given."),
    "stakeholders_consent_person": _("Only people consent."),
    "stakeholders_expertise_once": _("This topic is noted already."),
    "stakeholders_expertise_others": _("Nobody confirms her own expertise."),
    "stakeholders_expertise_evidence": _("Say what was done: expertise needs evidence."),
    "stakeholders_request_kept": _("This request is answered or over already."),
}


class NetworkRefused(Refusal):
    """The network cannot be changed this way."""


def refused() -> AbstractContextManager[None]:
    """Turn what the database refuses into a refusal; what it says nothing of stays an error."""
    return refused_by_database(_WORDS, NetworkRefused)
