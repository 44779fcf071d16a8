"""Questions to a network of 20,000 people, and how well the labelled ones are answered."""

import uuid
from collections.abc import Iterator
from urllib.parse import quote

from bench.city import Row, within
from bench.driver import Plan
from bench.experts_fill import PEOPLE
from bench.experts_judged import labelled_questions
from bench.house import House, beside, serving

DATABASE, JUDGED = "experts", "experts_judged"
WITHIN_MS = 150
GOOD_NDCG = 0.8


def questions(house: House, *, seconds: int) -> Iterator[Row]:
    """How well questions are answered, and how soon among many people."""
    found = beside(house, JUDGED, secret_key=uuid.uuid4().hex * 2)
    for half, (mean, nobody) in found.told_by("bench.experts_fill", "judged").items():
        yield Row(
            f"experts for labelled German questions ({half} half), nDCG@5",
            f"{mean:.2f}",
            "the goal",
            f"{GOOD_NDCG:.2f}",
            mean / GOOD_NDCG,
            1 if half == "test" else None,
            note=f"nobody shown where nobody fits: {nobody:.0%}",
        )
    large = beside(house, DATABASE, secret_key=uuid.uuid4().hex * 2)
    cookie = large.told_by("bench.experts_fill")["cookie"]
    paths = [f"/experts/?q={quote(one['text'])}" for one in labelled_questions()]
    with serving(large):
        plan = Plan(port=large.port, kind="get", clients=1, paths=paths, cookie=cookie)
        plan.seconds = 1
        large.drive(plan)  # the first requests pay for what is read only once
        plan.seconds = max(5.0, float(seconds))
        counted = large.drive(plan)
        yield within(
            f"a question to {PEOPLE:,} people, 95th percentile",
            counted.p95_s * 1000,
            WITHIN_MS,
            f"half within {counted.p50_s * 1000:.0f} ms, {counted.done} requests",
        )
