"""`python -m bench.council_harvest ADDRESS` harvests a council twice into the database it is told.

Prints as JSON how many objects each harvest read, and its seconds.
"""

import json
import sys
import time


def main() -> None:
    """Harvest, and harvest again."""
    import django

    django.setup()
    from netzstadt.lib import clock
    from netzstadt.stakeholders.models import CouncilSource
    from netzstadt.stakeholders.services import harvest

    source = CouncilSource.objects.create(address=sys.argv[1], created_at=clock.now())
    found = []
    for _time in range(2):
        began = time.perf_counter()
        run = harvest.harvest(source=source, at=clock.now())
        if run is None or run.state != "DONE":
            raise RuntimeError(f"The harvest did not end: {run and run.failure_detail}")
        found.append({"read": run.read, "seconds": time.perf_counter() - began})
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
