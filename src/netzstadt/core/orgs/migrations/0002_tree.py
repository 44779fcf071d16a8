"""The rules that Django's constraints cannot say: periods do not overlap, the tree has no circle."""

from django.db import migrations

_NO_OVERLAP = """
alter table orgs_unit_version add constraint orgs_unit_version_once
    exclude using gist (unit_id with =, daterange(valid_from, valid_to) with &&);
alter table orgs_membership add constraint orgs_membership_once
    exclude using gist (person_id with =, unit_id with =, daterange(valid_from, valid_to) with &&);
alter table orgs_deputy add constraint orgs_deputy_once
    exclude using gist (person_id with =, deputy_id with =,
        (coalesce(unit_id, '00000000-0000-0000-0000-000000000000')) with =,
        daterange(valid_from, valid_to) with &&);
alter table orgs_absence add constraint orgs_absence_once
    exclude using gist (person_id with =, daterange(valid_from, valid_to) with &&);
"""

_ANCESTORS = """
create table orgs_unit_ancestor (
    unit_id     uuid not null references orgs_unit (id) on delete cascade,
    ancestor_id uuid not null references orgs_unit (id) on delete cascade,
    depth       smallint not null,
    valid_from  date not null,
    valid_to    date,
    primary key (unit_id, ancestor_id, valid_from)
);
create index orgs_unit_ancestor_below on orgs_unit_ancestor (ancestor_id, depth);

-- Which unit lies in which, and when: made anew with every statement that changes the versions.
-- Trees have some hundreds of units, changes are rare, and what is asked with every row that
-- somebody reads (may_see) is then one look into an index.
create function orgs_keep_ancestors() returns trigger language plpgsql as $$
begin
    -- Two changes at once could make a circle that neither of them sees.
    perform pg_advisory_xact_lock(hashtext('netzstadt.orgs.tree'));
    delete from orgs_unit_ancestor;
    insert into orgs_unit_ancestor (unit_id, ancestor_id, depth, valid_from, valid_to)
    with recursive up as (
        select v.unit_id, v.unit_id as ancestor_id, 0 as depth,
               daterange(v.valid_from, v.valid_to) as during
        from orgs_unit_version v
        union all
        select u.unit_id, v.parent_id, u.depth + 1, u.during * daterange(v.valid_from, v.valid_to)
        from up u
        join orgs_unit_version v on v.unit_id = u.ancestor_id
            and daterange(v.valid_from, v.valid_to) && u.during
        where v.parent_id is not null and u.depth < 30
    ), merged as (
        -- Times that follow one another are one.
        select unit_id, ancestor_id, min(depth) as depth, unnest(range_agg(during)) as during
        from up group by unit_id, ancestor_id
    )
    select unit_id, ancestor_id, depth, lower(during), upper(during) from merged;
    if exists (select from orgs_unit_ancestor where unit_id <> ancestor_id and depth >= 30)
       or exists (
           select from orgs_unit_version v
           join orgs_unit_ancestor a on a.unit_id = v.parent_id and a.ancestor_id = v.unit_id
               and daterange(a.valid_from, a.valid_to) && daterange(v.valid_from, v.valid_to))
    then
        raise exception 'a unit cannot lie below itself'
            using errcode = 'check_violation', constraint = 'orgs_unit_version_no_circle';
    end if;
    return null;
end $$;
create trigger orgs_unit_version_tree after insert or update or delete on orgs_unit_version
    for each statement execute function orgs_keep_ancestors();
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _NO_OVERLAP,
            "alter table orgs_unit_version drop constraint orgs_unit_version_once;"
            "alter table orgs_membership drop constraint orgs_membership_once;"
            "alter table orgs_deputy drop constraint orgs_deputy_once;"
            "alter table orgs_absence drop constraint orgs_absence_once;",
        ),
        migrations.RunSQL(
            _ANCESTORS,
            "drop trigger orgs_unit_version_tree on orgs_unit_version;"
            "drop function orgs_keep_ancestors(); drop table orgs_unit_ancestor;",
        ),
    ]
