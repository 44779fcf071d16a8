"""A relation more: one object needs another one first; it has no circles either."""

from django.db import migrations, models

_TRIGGER = """
drop trigger links_link_no_cycle on links_link;
create trigger links_link_no_cycle before insert or update on links_link
    for each row when (new.ended_at is null and new.relation in ({relations}))
    execute function links_refuse_cycle()
"""
_BEFORE = "'derived_from', 'implements', 'part_of', 'replaces', 'serves'"


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="link", name="links_link_relation_known"),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "relation__in",
                        [
                            "decided_by",
                            "depends_on",
                            "derived_from",
                            "implements",
                            "looked_after_by",
                            "measures",
                            "part_of",
                            "relates_to",
                            "replaces",
                            "serves",
                            "uses",
                        ],
                    )
                ),
                name="links_link_relation_known",
            ),
        ),
        migrations.RunSQL(
            _TRIGGER.format(relations=f"'depends_on', {_BEFORE}"),
            _TRIGGER.format(relations=_BEFORE),
        ),
    ]
