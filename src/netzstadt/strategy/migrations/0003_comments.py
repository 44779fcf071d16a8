"""Comments on editions in consultation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import netzstadt.lib.ids

_RULES = """
-- Only an edition in consultation takes comments, on what stands in it; nobody changes the words
-- of somebody else. An erased person's words go with
-- her, hidden ones when the office says so.
create function strategy_comment_check() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if (select state from strategy_edition where id = new.edition_id) <> 'CONSULTED' then
            raise exception 'the edition is not in consultation'
                using errcode = 'check_violation', constraint = 'strategy_comment_open';
        end if;
        if new.element_id is not null and not exists (
            select from strategy_element_version
            where edition_id = new.edition_id and element_id = new.element_id)
        then
            raise exception 'the element is not in the edition'
                using errcode = 'check_violation', constraint = 'strategy_comment_element';
        end if;
    elsif (old.edition_id, old.number, old.written_at)
          is distinct from (new.edition_id, new.number, new.written_at)
       or (new.author_id is not null and old.author_id is distinct from new.author_id)
       or ((old.text, old.name) is distinct from (new.text, new.name)
           -- removed for good: those of an erased person, and what was hidden
           and not (new.text = '–' and new.name = '' and new.author_id is null
                    and (old.author_id is not null or new.state = 'HIDDEN')))
    then
        raise exception 'a comment stays as it was written'
            using errcode = 'check_violation', constraint = 'strategy_comment_kept';
    end if;
    return new;
end $$;
create trigger strategy_comment_check before insert or update on strategy_comment
    for each row execute function strategy_comment_check();
"""
_BACK = """
drop trigger strategy_comment_check on strategy_comment;
drop function strategy_comment_check;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("strategy", "0002_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=netzstadt.lib.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="Number")),
                ("text", models.TextField(max_length=4000, verbose_name="Comment")),
                ("name", models.CharField(default="", max_length=100, verbose_name="Name")),
                ("written_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "To be looked at"),
                            ("SHOWN", "Shown"),
                            ("HIDDEN", "Not shown"),
                        ],
                        default="WAITING",
                        max_length=7,
                        verbose_name="State",
                    ),
                ),
                (
                    "hidden_because",
                    models.CharField(default="", max_length=500, verbose_name="Reason"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("TAKEN", "Taken into the text"),
                            ("PARTLY", "Taken in part"),
                            ("NOTED", "Noted"),
                            ("DECLINED", "Not taken"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="Outcome",
                    ),
                ),
                ("answer", models.TextField(default="", max_length=4000, verbose_name="Answer")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="strategy.edition",
                    ),
                ),
                (
                    "element",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="strategy.element",
                    ),
                ),
            ],
            options={
                "verbose_name": "Comment",
                "verbose_name_plural": "Comments",
                "indexes": [
                    models.Index(fields=["element", "edition"], name="strategy_comment_element"),
                    models.Index(fields=["author"], name="strategy_comment_author"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "number"), name="strategy_comment_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="strategy_comment_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("author__isnull", True), ("name", ""), _connector="OR"),
                        name="strategy_comment_one_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "HIDDEN"), models.Q(("hidden_because", ""), _negated=True)
                            ),
                            models.Q(("hidden_because", ""), ("state__in", ["WAITING", "SHOWN"])),
                            _connector="OR",
                        ),
                        name="strategy_comment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answered_at__isnull", True), ("outcome", "")
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("outcome__in", ["TAKEN", "PARTLY", "NOTED", "DECLINED"]),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="strategy_comment_answered_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_RULES, reverse_sql=_BACK),
    ]
