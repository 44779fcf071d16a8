"""All measurements by name."""

import gc
from collections.abc import Callable, Iterator

from bench import council, experts, links, office, pages, portfolio, reading, strategy, writing
from bench.city import Row
from bench.house import House

Measure = Callable[[], Iterator[Row]]


def all_measures(house: House, *, seconds: int) -> dict[str, Measure]:
    """By name, in the order in which they are done."""
    gc.collect()
    return {
        "import": lambda: writing.import_part(house, batches=12 * seconds),
        "batch": lambda: writing.batch_ingest(house, requests=20 * seconds),
        "single": lambda: writing.single_posts(house, seconds=seconds),
        "grouping": lambda: writing.grouping(house, seconds=seconds),
        "last": lambda: reading.last_hundred(house, seconds=seconds),
        "hours": lambda: reading.hourly_means(house),
        "count": lambda: reading.counts(house),
        "size": lambda: reading.size(house),
        "expand": lambda: reading.expansion(house),
        "links": lambda: links.traces(house),
        "pages": lambda: pages.pages(house, seconds=seconds),
        "strategy": lambda: strategy.lights(house, seconds=seconds),
        "portfolio": lambda: portfolio.lists(house, seconds=seconds),
        "experts": lambda: experts.questions(house, seconds=seconds),
        "office": lambda: office.pages(house, seconds=seconds),
        # The last: the search has all that it brought to read before it follows anything else.
        "council": lambda: council.harvests(house),
    }
