"""No two papers that were entered by hand have the same number."""

from django.db import migrations, models
from django.db.models import Q

# Two people could enter one in the same moment until now: the later one keeps a mark.
_TELL_APART = """
update stakeholders_paper p set reference = left(p.reference, 90) || ' (' || t.place || ')'
from (
    select id, row_number() over (partition by reference order by created_at, id) as place
    from stakeholders_paper
    where origin = 'MANUAL' and deleted_at is null and reference <> ''
) t
where t.id = p.id and t.place > 1
"""


class Migration(migrations.Migration):
    dependencies = [("stakeholders", "0001_initial")]

    operations = [
        migrations.RunSQL(_TELL_APART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=["reference"],
                condition=Q(origin="MANUAL", deleted_at__isnull=True) & ~Q(reference=""),
                name="stakeholders_paper_manual_number",
            ),
        ),
    ]
