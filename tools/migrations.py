"""Do the rooms' migrations say what their models say? Needs no database."""

import os
import sys

import django
from django.core.management import call_command


def main() -> int:
    """Exit code 1, with what is missing, where a model changed without its migration."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    django.setup()
    from django.db.migrations.loader import MigrationLoader

    # Whether a database's history is consistent is asked by `netzstadt migrate`; here there is
    # none, and waiting for a connection would take longer than all other checks.
    MigrationLoader.check_consistent_history = lambda *_: None  # type: ignore[method-assign]
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
