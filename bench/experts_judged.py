"""How well experts are found: the labelled questions, and the measure (nDCG@5) over them."""

import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "tests" / "stakeholders" / "expert_questions"
SHOWN = 5
_AT = datetime(2026, 1, 1, tzinfo=UTC)

Find = Callable[[str], Sequence[str]]


def labelled_people() -> list[dict[str, Any]]:
    """The profiles among which experts are looked for."""
    people: list[dict[str, Any]] = json.loads((FOLDER / "people.json").read_text())
    return people


def labelled_questions(half: str = "") -> list[dict[str, Any]]:
    """The questions of one half (``dev``, ``test``), or all."""
    questions = json.loads((FOLDER / "questions.json").read_text())
    return [one for one in questions if half in ("", one["half"])]


def ndcg(found: Sequence[str], labels: dict[str, int]) -> float:
    """How good a list of found people is against the best one there could be (Järvelin and
    Kekäläinen, ACM TOIS 20, 2002; gain 2^grade - 1), over the first five."""
    gains = [2 ** labels.get(key, 0) - 1 for key in found[:SHOWN]]
    best = sorted((2**grade - 1 for grade in labels.values()), reverse=True)[:SHOWN]
    return _discounted(gains) / _discounted(best)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def judged(find: Find, half: str) -> tuple[float, float]:
    """The mean nDCG@5 of the questions that somebody can answer, and in which share of those that
    nobody can answer nobody is shown."""
    questions = labelled_questions(half)
    answered = [one for one in questions if one["labels"]]
    nobody = [one for one in questions if not one["labels"]]
    mean = sum(ndcg(find(one["text"]), one["labels"]) for one in answered) / len(answered)
    return mean, sum(not find(one["text"]) for one in nobody) / len(nobody)


def write_people(people: Sequence[dict[str, Any]], unit_id: Any) -> dict[Any, str]:
    """Write profiles into the network; by key of the party the id of the profile."""
    from netzstadt.stakeholders.models import Expertise, Party
    from netzstadt.stakeholders.services.expert_words import index_parties

    names = sorted({one["organisation"] for one in people})
    common = {"unit_id": unit_id, "created_at": _AT, "changed_at": _AT}
    organisations = {
        name: Party(kind="ORGANISATION", name=name, sector="ADMINISTRATION", **common)
        for name in names
    }
    Party.objects.bulk_create(organisations.values())
    parties = [
        Party(
            kind="PERSON",
            name=one["label"],
            sector=one["sector"],
            role=one["role"],
            organisation=organisations[one["organisation"]],
            **common,
        )
        for one in people
    ]
    Party.objects.bulk_create(parties, batch_size=2_000)
    Expertise.objects.bulk_create(
        (
            Expertise(
                party=party,
                topic=each["topic"],
                level=each["level"],
                evidence_kind=each["evidence_kind"],
                evidence=each["evidence"],
                last_used_on=date(each["last_used"], 1, 1),
                changed_at=_AT,
            )
            for party, one in zip(parties, people, strict=True)
            for each in one["expertise"]
        ),
        batch_size=2_000,
    )
    index_parties([party.pk for party in parties])
    return {party.pk: one["id"] for party, one in zip(parties, people, strict=True)}
