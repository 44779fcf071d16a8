"""A large strategy: `python -m bench.strategy_fill SERIES` fills the database it is told.

500 goals in 50 fields, 1,000 measures that serve them, 2,000 indicators that read Datastreams 1 to
SERIES. Prints as JSON how long working everything out anew takes, and how a document does.
"""

import json
import sys
import time
from datetime import date

THEMES, FIELDS, GOALS, MEASURES, INDICATORS = 10, 50, 500, 1000, 2000
STRATEGIC = 100  # of the goals; the others serve one of these
KEY = "bench"


def main() -> None:
    """Fill, put in force, work out."""
    import django

    django.setup()
    from django.db import connection

    from netzstadt.lib import clock
    from netzstadt.strategy.models import Edition
    from netzstadt.strategy.services import editions, standings
    from netzstadt.strategy.services.editions import StrategyFacts

    at = clock.now()
    draft = editions.create_strategy(
        key=KEY, facts=StrategyFacts(title="A large strategy"), by=None, at=at
    )
    goals = _elements(draft, at)
    _indicators(goals, int(sys.argv[1]), at)
    editions.adopt_edition(
        edition=draft, adopted_on=at.date(), adopted_by="Council", by=None, at=at
    )
    edition = Edition.objects.get(pk=draft.pk)
    editions.put_in_force(edition=edition, on=at.date(), by=None, at=at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        worked_out = standings.reckon_strategy(strategy=edition.strategy, at=clock.now())
        taken.append(time.perf_counter() - began)
    json.dump(
        {"worked_out": worked_out, "seconds": sorted(taken), "pdf": _pdf(edition)}, sys.stdout
    )


def _pdf(edition) -> dict[str, float]:
    from netzstadt.lib import typesetting
    from netzstadt.strategy import exports, queries

    began = time.perf_counter()
    tree = queries.tree(edition)
    at = exports.as_of(tree)
    content = typesetting.typeset(
        "strategy/typst/strategy.typ", exports.document(tree, to=None, at=at), at=at
    )
    return {"seconds": time.perf_counter() - began, "bytes": len(content)}


def _elements(draft, at):
    """Everything that stands in the edition; return the goals."""
    from netzstadt.strategy.models import Contribution, Element, ElementVersion

    made, versions = {}, []

    def add(kind, number, parent):
        one = Element(
            strategy=draft.strategy,
            kind=kind,
            code=f"{kind[0]}{number}",
            state="PROPOSED" if kind == "MEASURE" else "",
            created_at=at,
        )
        made[kind, number] = one
        versions.append(
            ElementVersion(
                edition=draft, element=one, parent=parent, position=number, title=f"{kind} {number}"
            )
        )
        return one

    themes = [add("THEME", n, None) for n in range(THEMES)]
    fields = [add("FIELD", n, themes[n % THEMES]) for n in range(FIELDS)]
    strategic = [add("STRATEGIC_GOAL", n, fields[n % FIELDS]) for n in range(STRATEGIC)]
    operational = [
        add("OPERATIONAL_GOAL", n, strategic[n % STRATEGIC]) for n in range(GOALS - STRATEGIC)
    ]
    measures = [add("MEASURE", n, operational[n % len(operational)]) for n in range(MEASURES)]
    Element.objects.bulk_create(made.values(), batch_size=500)
    ElementVersion.objects.bulk_create(versions, batch_size=500)
    serves = [(one, strategic[n % STRATEGIC]) for n, one in enumerate(operational)]
    serves += [(one, operational[n % len(operational)]) for n, one in enumerate(measures)]
    Contribution.objects.bulk_create(
        [Contribution(edition=draft, source=source, target=target) for source, target in serves],
        batch_size=500,
    )
    return strategic + operational


def _indicators(goals, series: int, at) -> None:
    """Each reads one Datastream, a mean of the hour: 100 is well, anything below 80 is not."""
    from netzstadt.strategy import models

    indicators = [models.Indicator(code=f"I{n}", created_at=at) for n in range(INDICATORS)]
    definitions = [
        models.IndicatorDefinition(
            indicator=one,
            number=1,
            valid_from=date(2020, 1, 1),
            title=f"Indicator {one.code}",
            level="OUTCOME",
            created_at=at,
        )
        for one in indicators
    ]
    bindings = [
        models.Binding(
            indicator=one, kind="SERIES", window="HOUR", minimum_coverage=0, created_at=at
        )
        for one in indicators
    ]
    reads = [
        models.BindingSeries(binding=one, series_id=1 + n % series)
        for n, one in enumerate(bindings)
    ]
    paths = [
        models.TargetPath(
            indicator=one, goal=goals[n % len(goals)], amber_at=10, red_at=20, created_at=at
        )
        for n, one in enumerate(indicators)
    ]
    points = [
        models.TargetPoint(path=one, day=day, value=value)
        for one in paths
        for day, value in ((date(2020, 1, 1), 99.0), (date(2099, 1, 1), 100.0))
    ]
    for rows in (indicators, definitions, bindings, reads, paths, points):
        type(rows[0]).objects.bulk_create(rows, batch_size=500)


if __name__ == "__main__":
    main()
