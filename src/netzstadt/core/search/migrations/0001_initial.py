"""Makes the index, and the two ways in which PostgreSQL takes words: as they are, and as stems.

Both are given folded text (lib/folding.py), in which ä, ae and a are one; a dictionary of
PostgreSQL could take marks away, but not tell "ae" from "a" and "e".
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            "create text search configuration search_exact (copy = pg_catalog.simple)",
            "drop text search configuration search_exact",
        ),
        migrations.RunSQL(
            "create text search configuration search_stems (copy = pg_catalog.german);"
            "alter text search configuration search_stems alter mapping"
            " for asciiword, asciihword, hword_asciipart, word, hword, hword_part"
            " with unaccent, german_stem",
            "drop text search configuration search_stems",
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "model",
                        "object_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("model", models.TextField()),
                ("object_id", models.UUIDField()),
                ("title", models.TextField()),
                ("words", models.TextField(default="")),
                ("names", models.TextField(default="")),
                ("url", models.TextField()),
                ("visibility", models.TextField()),
                ("unit_id", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("title_key", models.TextField()),
                ("parts", models.TextField()),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("digest", models.TextField()),
                ("indexed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="search_entry_vector"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False,
                        fields=["parts"],
                        name="search_entry_parts",
                        opclasses=["gin_trgm_ops"],
                    ),
                    models.Index(
                        fields=["title_key"],
                        name="search_entry_title",
                        opclasses=["text_pattern_ops"],
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visibility__in", ("PUBLIC", "ADMINISTRATION", "UNIT", "RESTRICTED"))
                        ),
                        name="search_entry_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="search_entry_has_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWaiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.TextField()),
                ("object_id", models.UUIDField()),
                (
                    "since",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["model", "id"], name="search_waiting_model")],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_word_similar", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
    ]
