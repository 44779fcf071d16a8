"""What Django's constraints cannot say: approved reports are sealed, closed entries stand."""

from django.db import migrations

_ENTRIES = """
-- What is closed stands; only a person can be taken out, when her account is erased.
create function portfolio_entry_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.project_id, new.kind, new.created_at)
                          = (old.project_id, old.kind, old.created_at)
       and (old.closed_on is null
            or (new.owner_id is null or new.owner_id = old.owner_id)
               and (new.decided_by_id is null or new.decided_by_id = old.decided_by_id)
               and (new.title, new.probability, new.impact, new.response, new.effect_time,
                    new.effect_cost, new.effect_scope, new.due_on, new.closed_on, new.outcome,
                    new.is_accepted, new.body)
                   is not distinct from
                   (old.title, old.probability, old.impact, old.response, old.effect_time,
                    old.effect_cost, old.effect_scope, old.due_on, old.closed_on, old.outcome,
                    old.is_accepted, old.body))
    then
        return new;
    end if;
    raise exception 'an entry of a register stands as it was closed'
        using errcode = 'check_violation', constraint = 'portfolio_entry_kept';
end $$;
create trigger portfolio_entry_keep before update or delete on portfolio_register_entry
    for each row execute function portfolio_entry_keep();

-- Who decides on a change is named with it.
create function portfolio_entry_decide() returns trigger language plpgsql as $$
begin
    if new.decided_by_id is null then
        raise exception 'somebody decides on a change'
            using errcode = 'check_violation', constraint = 'portfolio_entry_decided';
    end if;
    return new;
end $$;
create trigger portfolio_entry_decided before update on portfolio_register_entry
    for each row when (new.kind = 'CHANGE' and old.closed_on is null and new.closed_on is not null)
    execute function portfolio_entry_decide();
"""

_REPORTS = """
-- A report begins as a draft; a correction takes the place of a sealed one of the same project.
create function portfolio_report_begin() returns trigger language plpgsql as $$
begin
    if new.state <> 'DRAFT' then
        raise exception 'a report begins as a draft'
            using errcode = 'check_violation', constraint = 'portfolio_report_draft';
    end if;
    if new.corrects_id is not null and not exists (
        select from portfolio_status_report
        where id = new.corrects_id and project_id = new.project_id
          and state in ('APPROVED', 'PUBLISHED'))
    then
        raise exception 'only an approved report of the project is corrected'
            using errcode = 'check_violation', constraint = 'portfolio_report_corrects';
    end if;
    return new;
end $$;
create trigger portfolio_report_begin before insert on portfolio_status_report
    for each row execute function portfolio_report_begin();

create function portfolio_report_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'reports are kept'
            using errcode = 'check_violation', constraint = 'portfolio_report_kept';
    end if;
    if (new.project_id, new.number, new.created_at) <> (old.project_id, old.number, old.created_at)
       or new.corrects_id is distinct from old.corrects_id
    then
        raise exception 'a report keeps its project and its number'
            using errcode = 'check_violation', constraint = 'portfolio_report_kept';
    end if;
    if old.state = 'DRAFT' then
        if new.state not in ('DRAFT', 'SUBMITTED') then
            raise exception 'a report is submitted before it is approved'
                using errcode = 'check_violation', constraint = 'portfolio_report_order';
        end if;
        return new;
    end if;
    if old.state = 'SUBMITTED' and new.state = 'DRAFT' then
        return new;
    end if;
    -- From here on what it says stands; only persons can be taken out, when accounts are erased.
    if (new.first_day, new.last_day, new.happened, new.ahead, new.needed, new.light, new.payload,
        new.submitted_at)
       is distinct from
       (old.first_day, old.last_day, old.happened, old.ahead, old.needed, old.light, old.payload,
        old.submitted_at)
       or (new.written_by_id is not null and new.written_by_id is distinct from old.written_by_id)
    then
        raise exception 'what a report says stands'
            using errcode = 'check_violation', constraint = 'portfolio_report_sealed';
    end if;
    if old.state = 'SUBMITTED' then
        if new.state = 'APPROVED' then
            perform portfolio_report_seal(new);
        elsif new.state <> 'SUBMITTED' then
            raise exception 'a report is approved before it is published'
                using errcode = 'check_violation', constraint = 'portfolio_report_order';
        end if;
        return new;
    end if;
    if (new.digest, new.approved_at) is distinct from (old.digest, old.approved_at)
       or (new.approved_by_id is not null and new.approved_by_id is distinct from old.approved_by_id)
       or (new.state <> old.state and (old.state, new.state) <> ('APPROVED', 'PUBLISHED'))
       or (old.published_at is not null and new.published_at is distinct from old.published_at)
    then
        raise exception 'an approved report is sealed'
            using errcode = 'check_violation', constraint = 'portfolio_report_sealed';
    end if;
    return new;
end $$;
create trigger portfolio_report_keep before update or delete on portfolio_status_report
    for each row execute function portfolio_report_keep();
"""

_SEAL = """
-- Somebody else than who wrote it approves it, and the seal is that of what it says.
create function portfolio_report_seal(one portfolio_status_report) returns void
language plpgsql as $$
begin
    if one.approved_by_id is null or one.approved_by_id = one.written_by_id then
        raise exception 'somebody else than who wrote it approves a report'
            using errcode = 'check_violation', constraint = 'portfolio_report_other';
    end if;
    if one.digest <> encode(sha256(convert_to(one.payload, 'UTF8')), 'hex')
       or one.light is distinct from (one.payload::jsonb -> 'overall' ->> 'light')
    then
        raise exception 'the seal is not that of the report'
            using errcode = 'check_violation', constraint = 'portfolio_report_sealed';
    end if;
end $$;
"""

_BACK = """
drop trigger portfolio_report_keep on portfolio_status_report;
drop function portfolio_report_keep;
drop function portfolio_report_seal;
drop trigger portfolio_report_begin on portfolio_status_report;
drop function portfolio_report_begin;
drop trigger portfolio_entry_decided on portfolio_register_entry;
drop function portfolio_entry_decide;
drop trigger portfolio_entry_keep on portfolio_register_entry;
drop function portfolio_entry_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_reports")]
    operations = [migrations.RunSQL(_ENTRIES + _SEAL + _REPORTS, _BACK)]
