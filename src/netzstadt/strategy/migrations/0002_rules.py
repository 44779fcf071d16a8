"""The rules that Django's constraints cannot say, and the views that traces follow."""

from django.db import migrations

_EDITIONS = """
-- From its adoption on the text of an edition stays as it is; states follow one another.
create function strategy_edition_keep() returns trigger language plpgsql as $$
begin
    if old.state <> new.state and (old.state, new.state) not in (
        ('DRAFT', 'CONSULTED'), ('CONSULTED', 'DRAFT'), ('DRAFT', 'ADOPTED'),
        ('CONSULTED', 'ADOPTED'), ('ADOPTED', 'IN_FORCE'), ('IN_FORCE', 'SUPERSEDED'))
    then
        raise exception 'an edition cannot go from % to %', old.state, new.state
            using errcode = 'check_violation', constraint = 'strategy_edition_states';
    end if;
    if old.state not in ('DRAFT', 'CONSULTED') and
       (old.vision, old.first_year, old.last_year, old.adopted_on, old.adopted_by, old.number)
       is distinct from
       (new.vision, new.first_year, new.last_year, new.adopted_on, new.adopted_by, new.number)
    then
        raise exception 'an adopted edition stays as it is'
            using errcode = 'check_violation', constraint = 'strategy_edition_kept';
    end if;
    return new;
end $$;
create trigger strategy_edition_keep before update on strategy_edition
    for each row execute function strategy_edition_keep();
"""

_ELEMENTS = """
create function strategy_is_open(edition uuid) returns boolean language sql stable as $$
    select state in ('DRAFT', 'CONSULTED') from strategy_edition where id = edition
$$;

create function strategy_version_check() returns trigger language plpgsql as $$
declare
    one strategy_element;
    holder text;
begin
    if not strategy_is_open(coalesce(new.edition_id, old.edition_id)) then
        raise exception 'an adopted edition stays as it is'
            using errcode = 'check_violation', constraint = 'strategy_version_kept';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    select * into one from strategy_element where id = new.element_id;
    if one.strategy_id <> (select strategy_id from strategy_edition where id = new.edition_id) then
        raise exception 'the element belongs to another strategy'
            using errcode = 'check_violation', constraint = 'strategy_version_strategy';
    end if;
    if new.parent_id is null then
        -- A list of measures without themes is a strategy, too; gaps show what is missing.
        return new;
    end if;
    select kind into holder from strategy_element where id = new.parent_id;
    if (holder, one.kind) not in (
        ('THEME', 'FIELD'),
        ('THEME', 'STRATEGIC_GOAL'), ('FIELD', 'STRATEGIC_GOAL'),
        ('THEME', 'OPERATIONAL_GOAL'), ('FIELD', 'OPERATIONAL_GOAL'),
        ('STRATEGIC_GOAL', 'OPERATIONAL_GOAL'),
        ('FIELD', 'MEASURE'), ('STRATEGIC_GOAL', 'MEASURE'), ('OPERATIONAL_GOAL', 'MEASURE'))
    then
        raise exception 'a % cannot lie in a %', one.kind, holder
            using errcode = 'check_violation', constraint = 'strategy_version_parent_kind';
    end if;
    return new;
end $$;
create trigger strategy_version_check before insert or update or delete on strategy_element_version
    for each row execute function strategy_version_check();

-- At the commit: what something lies in or serves stands in the same edition.
create function strategy_version_holds() returns trigger language plpgsql as $$
begin
    if exists (
        select from strategy_element_version v
        where v.edition_id = coalesce(new.edition_id, old.edition_id)
          and v.parent_id is not null
          and not exists (select from strategy_element_version p
                          where p.edition_id = v.edition_id and p.element_id = v.parent_id)
          and (v.element_id = new.element_id or v.parent_id = old.element_id))
    then
        raise exception 'what an element lies in is not in the edition'
            using errcode = 'check_violation', constraint = 'strategy_version_parent_there';
    end if;
    return null;
end $$;
create constraint trigger strategy_version_holds
    after insert or update or delete on strategy_element_version
    deferrable initially deferred
    for each row execute function strategy_version_holds();
"""

_CONTRIBUTIONS = """
create function strategy_contribution_check() returns trigger language plpgsql as $$
begin
    -- One after the other: two at once could make a circle that neither sees.
    perform from strategy_edition where id = new.edition_id for no key update;
    if (select count(*) from strategy_element_version
        where edition_id = new.edition_id and element_id in (new.source_id, new.target_id)) <> 2
    then
        raise exception 'both ends of a contribution stand in its edition'
            using errcode = 'check_violation', constraint = 'strategy_contribution_ends';
    end if;
    if (select kind from strategy_element where id = new.target_id) in ('THEME', 'FIELD')
       or (select kind from strategy_element where id = new.source_id) in ('THEME', 'FIELD')
    then
        raise exception 'goals and measures contribute, to goals and measures'
            using errcode = 'check_violation', constraint = 'strategy_contribution_kinds';
    end if;
    if exists (
        with recursive ahead (id) as (
            select new.target_id
            union
            select c.target_id from strategy_contribution c join ahead on c.source_id = ahead.id
            where c.edition_id = new.edition_id and c.id <> new.id)
        select from ahead where id = new.source_id)
    then
        raise exception 'contributions make no circle'
            using errcode = 'check_violation', constraint = 'strategy_contribution_circle';
    end if;
    return new;
end $$;
create trigger strategy_contribution_check
    before insert or update of edition_id, source_id, target_id on strategy_contribution
    for each row execute function strategy_contribution_check();

create function strategy_contribution_ends() returns trigger language plpgsql as $$
begin
    delete from strategy_contribution
    where edition_id = old.edition_id and old.element_id in (source_id, target_id);
    return null;
end $$;
create trigger strategy_contribution_ends after delete on strategy_element_version
    for each row execute function strategy_contribution_ends();

create function strategy_path_check() returns trigger language plpgsql as $$
begin
    if (select kind from strategy_element where id = new.goal_id) in ('THEME', 'FIELD') then
        raise exception 'goals and measures are measured'
            using errcode = 'check_violation', constraint = 'strategy_path_kind';
    end if;
    return new;
end $$;
create trigger strategy_path_check before insert or update of goal_id on strategy_target_path
    for each row execute function strategy_path_check();

-- A measure that is approved serves a goal: by what it contributes to, or by where it lies.
create function strategy_measure_check() returns trigger language plpgsql as $$
begin
    if not exists (select from strategy_contribution c
                   join strategy_element goal on goal.id = c.target_id
                   where c.source_id = new.id and goal.kind in ('STRATEGIC_GOAL', 'OPERATIONAL_GOAL'))
       and not exists (select from strategy_element_version v
                       join strategy_element goal on goal.id = v.parent_id
                       where v.element_id = new.id
                         and goal.kind in ('STRATEGIC_GOAL', 'OPERATIONAL_GOAL'))
    then
        raise exception 'a measure that is approved serves a goal'
            using errcode = 'check_violation', constraint = 'strategy_element_serves';
    end if;
    return new;
end $$;
create trigger strategy_measure_check before insert or update of state on strategy_element
    for each row when (new.state in ('APPROVED', 'RUNNING'))
    execute function strategy_measure_check();
"""

_VALUES = """
create function strategy_value_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'values of indicators are kept'
            using errcode = 'check_violation', constraint = 'strategy_value_kept';
    end if;
    if (to_jsonb(old) - array['superseded_at', 'superseded_by_id', 'entered_by_id', 'note'])
       is distinct from
       (to_jsonb(new) - array['superseded_at', 'superseded_by_id', 'entered_by_id', 'note'])
       or (old.superseded_at is not null and new.superseded_at is distinct from old.superseded_at)
       or (old.superseded_by_id is not null
           and new.superseded_by_id is distinct from old.superseded_by_id)
       -- Who entered it, and her note, are only ever emptied: when she is erased.
       or (new.entered_by_id is not null and new.entered_by_id is distinct from old.entered_by_id)
       or (new.note <> '' and new.note <> old.note)
    then
        raise exception 'a value of an indicator never changes'
            using errcode = 'check_violation', constraint = 'strategy_value_immutable';
    end if;
    return new;
end $$;
create trigger strategy_value_keep before update or delete on strategy_indicator_value
    for each row execute function strategy_value_keep();
"""

_VIEWS = """
-- The edition that counts for each strategy: the one in force, else the newest.
create view strategy_measured as
    select distinct on (strategy_id) strategy_id, id as edition_id
    from strategy_edition
    where state <> 'SUPERSEDED'
    order by strategy_id, (state = 'IN_FORCE') desc, (state = 'ADOPTED') desc, number desc;
create view strategy_serves as
    select c.source_id, c.target_id
    from strategy_contribution c join strategy_measured m on m.edition_id = c.edition_id;
create view strategy_lies_in as
    select v.element_id, v.parent_id
    from strategy_element_version v join strategy_measured m on m.edition_id = v.edition_id
    where v.parent_id is not null;
-- Which Datastreams an indicator reads now.
create view strategy_reads as
    select s.uuid as series_uuid, b.indicator_id
    from strategy_binding_series of_binding
    join strategy_binding b on b.id = of_binding.binding_id and b.ended_at is null
    join series s on s.id = of_binding.series_id;
"""
_BACK = """
drop view strategy_reads; drop view strategy_lies_in; drop view strategy_serves;
drop view strategy_measured;
drop trigger strategy_value_keep on strategy_indicator_value;
drop function strategy_value_keep;
drop trigger strategy_measure_check on strategy_element;
drop function strategy_measure_check;
drop trigger strategy_path_check on strategy_target_path;
drop function strategy_path_check;
drop trigger strategy_contribution_ends on strategy_element_version;
drop function strategy_contribution_ends;
drop trigger strategy_contribution_check on strategy_contribution;
drop function strategy_contribution_check;
drop trigger strategy_version_holds on strategy_element_version;
drop function strategy_version_holds;
drop trigger strategy_version_check on strategy_element_version;
drop function strategy_version_check;
drop function strategy_is_open;
drop trigger strategy_edition_keep on strategy_edition;
drop function strategy_edition_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _EDITIONS + _ELEMENTS + _CONTRIBUTIONS + _VALUES + _VIEWS, reverse_sql=_BACK
        )
    ]
