"""What came of an agenda item, as a code: ``result`` is free text (OParl 1.1, AgendaItem)."""

import re
from enum import StrEnum


class Result(StrEnum):
    """What a body did with an agenda item."""

    ADOPTED_UNANIMOUSLY = "ADOPTED_UNANIMOUSLY"
    ADOPTED_BY_MAJORITY = "ADOPTED_BY_MAJORITY"
    ADOPTED = "ADOPTED"  # nothing is said of how many agreed
    ADOPTED_IN_PART = "ADOPTED_IN_PART"
    REJECTED = "REJECTED"
    NOTED = "NOTED"
    DISCUSSED = "DISCUSSED"
    SETTLED = "SETTLED"  # needed no vote any more: answered, done
    REFERRED = "REFERRED"
    POSTPONED = "POSTPONED"
    WITHDRAWN = "WITHDRAWN"
    NO_DECISION = "NO_DECISION"
    OTHER = "OTHER"  # a text that is not understood
    NONE = "NONE"  # no text


_ADOPTED = (
    r"beschlossen|zugestimmt|zustimmung|angenommen|annahme|genehmigt|einverstanden|gewählt|bestätigt"
    r"|empfohlen|beschluss gefasst"
    r"|^(?:einstimmig|mehrheitlich|mehrstimmig)(?:,? (?:bei|mit) .*)?$"
)
# The first that fits decides: what says no stands before what says yes.
_RULES = tuple(
    (re.compile(pattern), result)
    for pattern, result in (
        (
            r"^keine?$|^keine mitteilungen?$|kein(?:e)? (?:abstimmung|beschluss)|ohne (?:abstimmung"
            r"|beschluss)|nicht zur abstimmung",
            Result.NO_DECISION,
        ),
        (rf"(?:teilweise|zum teil|in teilen) .*(?:{_ADOPTED}|abgelehnt)", Result.ADOPTED_IN_PART),
        (
            r"abgelehnt|ablehnung|keine (?:mehrheit|zustimmung)"
            r"|nicht (?:beschlossen|zugestimmt|angenommen|genehmigt|gewählt|empfohlen)",
            Result.REJECTED,
        ),
        (r"zurückgezogen", Result.WITHDRAWN),
        (
            r"vertagt|vertagung|verschoben|zurückgestellt|abgesetzt|wiedervorlage"
            r"|nicht (?:behandelt|beraten)",
            Result.POSTPONED,
        ),
        (
            r"verwiesen|verweis|überwiesen|überweisung|weitergeleitet|weiterbehandlung"
            r"|weitere beratung|beratung im (?:fachgremium|arbeitskreis)",
            Result.REFERRED,
        ),
        (r"mit (?:der )?(?:stellungnahme|antwort) einverstanden", Result.SETTLED),
        (rf"(?=.*einstimmig).*(?:{_ADOPTED})", Result.ADOPTED_UNANIMOUSLY),
        (rf"(?=.*(?:mehrheit|mehrstimmig)).*(?:{_ADOPTED})", Result.ADOPTED_BY_MAJORITY),
        (_ADOPTED, Result.ADOPTED),
        (r"erledigt", Result.SETTLED),
        (r"kenntnis", Result.NOTED),
        (r"beraten|beratung|diskutiert|erörtert", Result.DISCUSSED),
    )
)


def understood(text: str) -> Result:
    """The code of a result's text; OTHER for a text that says nothing known."""
    plain = " ".join(text.casefold().split()).strip(" .")
    if not plain:
        return Result.NONE
    return next((result for rule, result in _RULES if rule.search(plain)), Result.OTHER)
