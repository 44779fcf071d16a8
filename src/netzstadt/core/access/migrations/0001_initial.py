"""Ties the persons in the plane's tables to the persons of the house."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from netzstadt.core.access.permissions import Role

_KEYS = [
    ("access_grant", "access_grant_person_fk"),
    ("api_key", "api_key_person_fk"),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.TextField(choices=Role.choices, verbose_name="Role"),
                ),
                ("unit_id", models.UUIDField(null=True)),
                ("object_id", models.UUIDField(null=True)),
                ("object_model", models.TextField(default="")),
                ("valid_from", models.DateTimeField(verbose_name="From")),
                ("valid_to", models.DateTimeField(null=True, verbose_name="Until")),
                ("reason", models.TextField(verbose_name="Reason")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "access_grant", "managed": False},
        ),
        *[
            migrations.RunSQL(
                f"alter table {table} add constraint {name}"
                " foreign key (person_id) references orgs_person (id)",
                f"alter table {table} drop constraint {name}",
            )
            for table, name in _KEYS
        ],
        migrations.RunSQL(
            "alter table access_grant add constraint access_grant_unit_fk"
            " foreign key (unit_id) references orgs_unit (id)",
            "alter table access_grant drop constraint access_grant_unit_fk",
        ),
    ]
