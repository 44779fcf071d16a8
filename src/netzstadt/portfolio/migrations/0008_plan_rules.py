"""What Django's constraints cannot say of plans: all of one project, and nothing waits for itself."""

from django.db import migrations

_OF_ONE_PROJECT = """
-- What is in the plan of a project stays in it.
create function portfolio_plan_keep() returns trigger language plpgsql as $$
begin
    raise exception 'what is in the plan of a project stays in it'
        using errcode = 'check_violation', constraint = 'portfolio_plan_kept';
end $$;
create trigger portfolio_task_keep before update on portfolio_task
    for each row when (old.project_id <> new.project_id) execute function portfolio_plan_keep();
create trigger portfolio_deliverable_keep before update on portfolio_deliverable
    for each row when (old.project_id <> new.project_id) execute function portfolio_plan_keep();
create trigger portfolio_milestone_keep before update on portfolio_milestone
    for each row when (old.project_id <> new.project_id) execute function portfolio_plan_keep();

create function portfolio_task_check() returns trigger language plpgsql as $$
begin
    if new.deliverable_id is not null and not exists (
        select from portfolio_deliverable
        where id = new.deliverable_id and project_id = new.project_id)
    then
        raise exception 'the deliverable belongs to another project'
            using errcode = 'check_violation', constraint = 'portfolio_task_deliverable';
    end if;
    return new;
end $$;
create trigger portfolio_task_check before insert or update on portfolio_task
    for each row execute function portfolio_task_check();
"""

_DEPENDENCIES = """
-- Both ends are of the project, and no way leads from the successor back to the predecessor. Two
-- writers of one project wait for each other: neither would see what the other one adds.
create function portfolio_dependency_check() returns trigger language plpgsql as $$
declare
    first uuid := coalesce(new.predecessor_task_id, new.predecessor_milestone_id);
    later uuid := coalesce(new.successor_task_id, new.successor_milestone_id);
begin
    perform 1 from portfolio_project where id = new.project_id for no key update;
    if (select count(*) from (
            select id from portfolio_task where project_id = new.project_id
            union all
            select id from portfolio_milestone where project_id = new.project_id) mine
        where id in (first, later)) < 2 and first <> later
    then
        raise exception 'both ends of a dependency are of its project'
            using errcode = 'check_violation', constraint = 'portfolio_dependency_project';
    end if;
    if exists (
        with recursive waits(id) as (
            select later
            union
            select coalesce(d.successor_task_id, d.successor_milestone_id)
            from portfolio_dependency d
            join waits on waits.id = coalesce(d.predecessor_task_id, d.predecessor_milestone_id)
            where d.project_id = new.project_id and d.id <> new.id)
        select from waits where id = first)
    then
        raise exception 'something would wait for itself'
            using errcode = 'check_violation', constraint = 'portfolio_dependency_circle';
    end if;
    return new;
end $$;
create trigger portfolio_dependency_check before insert or update on portfolio_dependency
    for each row execute function portfolio_dependency_check();
"""

_BACK = """
drop trigger portfolio_dependency_check on portfolio_dependency;
drop function portfolio_dependency_check;
drop trigger portfolio_task_check on portfolio_task;
drop function portfolio_task_check;
drop trigger portfolio_milestone_keep on portfolio_milestone;
drop trigger portfolio_deliverable_keep on portfolio_deliverable;
drop trigger portfolio_task_keep on portfolio_task;
drop function portfolio_plan_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0007_plan")]
    operations = [migrations.RunSQL(_OF_ONE_PROJECT + _DEPENDENCIES, _BACK)]
