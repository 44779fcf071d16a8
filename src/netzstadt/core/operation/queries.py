"""Reading what operation knows: the steps of this version, the last backup."""

from django.db.migrations.loader import MigrationLoader

from netzstadt.core.operation.models import Backup


def steps_of_rooms() -> list[str]:
    """Every migration of the rooms that this version ships, as ``ROOM NAME``."""
    loader = MigrationLoader(None)
    return sorted(f"{app} {name}" for app, name in loader.disk_migrations)


def replaced_steps() -> set[str]:
    """The migrations that squashed ones of this version stand for."""
    loader = MigrationLoader(None)
    return {
        f"{app} {name}"
        for migration in loader.disk_migrations.values()
        for app, name in migration.replaces
    }


def last_backup() -> Backup | None:
    """The newest backup that was whole."""
    return Backup.objects.order_by("-at").first()
