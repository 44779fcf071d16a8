"""The rules that Django's constraints cannot say: decisions stand, and stages follow from them."""

from django.db import migrations

_DECISIONS = """
create function portfolio_order(stage text) returns int language sql immutable as $$
    select array_position(array['REQUEST', 'SCREENING', 'INITIATING', 'PLANNING', 'EXECUTING',
                                'CLOSING', 'CLOSED'], stage)
$$;

-- Decided is decided. Only who decided can be taken out, when her account is erased.
create function portfolio_decision_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE'
       and (new.id, new.gate_id, new.follows_id, new.outcome, new.reason, new.stage, new.status,
            new.decided_on, new.recorded_at, new.criteria)
           is not distinct from
           (old.id, old.gate_id, old.follows_id, old.outcome, old.reason, old.stage, old.status,
            old.decided_on, old.recorded_at, old.criteria)
       and (new.decided_by_id is null or new.decided_by_id = old.decided_by_id)
    then
        return new;
    end if;
    raise exception 'a decision stays as it is'
        using errcode = 'check_violation', constraint = 'portfolio_decision_kept';
end $$;
create trigger portfolio_decision_keep before update or delete on portfolio_gate_decision
    for each row execute function portfolio_decision_keep();

-- Who decides is named for the gate, the project is at it, and it follows the last decision.
create function portfolio_decision_check() returns trigger language plpgsql as $$
declare
    one record;
begin
    select g.source, g.target, p.id as project_id, p.stage, p.status, p.decision_id into one
    from portfolio_gate g join portfolio_project p on p.id = g.project_id
    where g.id = new.gate_id;
    if one.stage <> one.source or one.status = 'CANCELLED' or one.stage = 'CLOSED' then
        raise exception 'the project is not at this gate'
            using errcode = 'check_violation', constraint = 'portfolio_decision_stage';
    end if;
    if not exists (select from portfolio_gate_decider
                   where gate_id = new.gate_id and person_id = new.decided_by_id) then
        raise exception 'only who is named for this gate decides at it'
            using errcode = 'check_violation', constraint = 'portfolio_decision_by';
    end if;
    if new.follows_id is distinct from one.decision_id or not (case new.outcome
        when 'GO' then one.status = 'ACTIVE' and new.stage = one.target and new.status = 'ACTIVE'
        when 'HOLD' then one.status = 'ACTIVE' and new.stage = one.stage and new.status = 'ON_HOLD'
        when 'RESUME' then one.status = 'ON_HOLD' and new.stage = one.stage
                           and new.status = 'ACTIVE'
        when 'STOP' then new.stage = one.stage and new.status = 'CANCELLED'
        when 'BACK' then one.status = 'ACTIVE' and new.status = 'ACTIVE' and exists (
            select from portfolio_gate before
            where before.project_id = one.project_id and before.target = one.stage
              and before.source = new.stage)
        else false
    end) then
        raise exception 'a % does not lead from % to %', new.outcome, one.stage, new.stage
            using errcode = 'check_violation', constraint = 'portfolio_decision_follows';
    end if;
    if new.outcome = 'GO' and exists (
        select from portfolio_criterion where gate_id = new.gate_id and answer = 'OPEN')
    then
        raise exception 'a criterion has no answer'
            using errcode = 'check_violation', constraint = 'portfolio_decision_open';
    end if;
    if new.stage = 'CLOSED' and exists (
        select from portfolio_condition c
        join portfolio_gate_decision d on d.id = c.decision_id
        join portfolio_gate g on g.id = d.gate_id
        where g.project_id = one.project_id and c.met_on is null)
    then
        raise exception 'a condition is open'
            using errcode = 'check_violation', constraint = 'portfolio_decision_conditions';
    end if;
    return new;
end $$;
create trigger portfolio_decision_check before insert on portfolio_gate_decision
    for each row execute function portfolio_decision_check();

-- At the commit: a decision has moved its project, or another one has followed it since.
create function portfolio_decision_moves() returns trigger language plpgsql as $$
begin
    if not exists (select from portfolio_project where decision_id = new.id)
       and not exists (select from portfolio_gate_decision where follows_id = new.id)
    then
        raise exception 'a decision moves its project'
            using errcode = 'check_violation', constraint = 'portfolio_decision_moves';
    end if;
    return null;
end $$;
create constraint trigger portfolio_decision_moves after insert on portfolio_gate_decision
    deferrable initially deferred for each row execute function portfolio_decision_moves();
"""

_STAGES = """
-- A project begins as a request; its stage and status change only by a new decision of its own.
create function portfolio_project_follow() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.stage <> 'REQUEST' or new.status <> 'ACTIVE' or new.decision_id is not null then
            raise exception 'a project begins as a request'
                using errcode = 'check_violation', constraint = 'portfolio_decision_follows';
        end if;
        return new;
    end if;
    if (new.stage, new.status, new.decision_id)
       is not distinct from (old.stage, old.status, old.decision_id)
    then
        return new;
    end if;
    if new.decision_id is not distinct from old.decision_id or not exists (
        select from portfolio_gate_decision d join portfolio_gate g on g.id = d.gate_id
        where d.id = new.decision_id and g.project_id = new.id and g.source = old.stage
          and d.follows_id is not distinct from old.decision_id
          and d.stage = new.stage and d.status = new.status)
    then
        raise exception 'a project moves by a decision at a gate'
            using errcode = 'check_violation', constraint = 'portfolio_decision_follows';
    end if;
    if exists (
        select from portfolio_gate_decision d
        where d.id = new.decision_id and d.outcome = 'GO'
          and exists (select from portfolio_criterion c
                      where c.gate_id = d.gate_id and c.answer = 'NOT_MET')
          and not exists (select from portfolio_condition c where c.decision_id = d.id))
    then
        raise exception 'what is not met needs a condition'
            using errcode = 'check_violation', constraint = 'portfolio_decision_unmet';
    end if;
    return new;
end $$;
create trigger portfolio_project_follow before insert or update on portfolio_project
    for each row execute function portfolio_project_follow();

-- The gates of a project are those of its method, which it keeps.
create function portfolio_method_keep() returns trigger language plpgsql as $$
begin
    raise exception 'a project keeps its method and its number'
        using errcode = 'check_violation', constraint = 'portfolio_method_kept';
end $$;
create trigger portfolio_method_keep before update on portfolio_project
    for each row when (old.method <> new.method or old.key <> new.key)
    execute function portfolio_method_keep();
"""

_KEPT = """
create function portfolio_is_behind(gate uuid) returns boolean language sql stable as $$
    select portfolio_order(g.source) < portfolio_order(p.stage)
    from portfolio_gate g join portfolio_project p on p.id = g.project_id where g.id = gate
$$;

create function portfolio_gate_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.project_id, new.number, new.key, new.source, new.target)
                          = (old.project_id, old.number, old.key, old.source, old.target)
    then
        return new;
    end if;
    raise exception 'the gates of a project are those of its method'
        using errcode = 'check_violation', constraint = 'portfolio_gate_kept';
end $$;
create trigger portfolio_gate_keep before update or delete on portfolio_gate
    for each row execute function portfolio_gate_keep();

-- What was asked at a gate behind the project stands, but for the name of an erased account.
create function portfolio_criterion_keep() returns trigger language plpgsql as $$
begin
    if portfolio_is_behind(coalesce(new.gate_id, old.gate_id)) and not (
        tg_op = 'UPDATE' and new.answered_by_id is null
        and (new.gate_id, new.position, new.key, new.text, new.answer, new.note, new.answered_at)
            is not distinct from
            (old.gate_id, old.position, old.key, old.text, old.answer, old.note, old.answered_at))
    then
        raise exception 'what was asked at this gate stands'
            using errcode = 'check_violation', constraint = 'portfolio_gate_kept';
    end if;
    return coalesce(new, old);
end $$;
create trigger portfolio_criterion_keep before insert or update or delete on portfolio_criterion
    for each row execute function portfolio_criterion_keep();

create function portfolio_decider_keep() returns trigger language plpgsql as $$
begin
    if portfolio_is_behind(new.gate_id) then
        raise exception 'nobody decides any more at this gate'
            using errcode = 'check_violation', constraint = 'portfolio_gate_kept';
    end if;
    return new;
end $$;
create trigger portfolio_decider_keep before insert or update on portfolio_gate_decider
    for each row execute function portfolio_decider_keep();

-- A condition comes with its decision; afterwards it is met once, and who has to meet it may change.
create function portfolio_condition_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if not exists (select from portfolio_project where decision_id = new.decision_id) then
            return new;
        end if;
    elsif tg_op = 'UPDATE' then
        if (new.decision_id, new.text, new.due_on) = (old.decision_id, old.text, old.due_on)
           and (old.met_on is null or (new.met_on, new.note) = (old.met_on, old.note))
        then
            return new;
        end if;
    end if;
    raise exception 'a condition stands as it was decided'
        using errcode = 'check_violation', constraint = 'portfolio_condition_kept';
end $$;
create trigger portfolio_condition_keep before insert or update or delete on portfolio_condition
    for each row execute function portfolio_condition_keep();
"""

_BACK = """
drop trigger portfolio_condition_keep on portfolio_condition;
drop function portfolio_condition_keep;
drop trigger portfolio_decider_keep on portfolio_gate_decider;
drop function portfolio_decider_keep;
drop trigger portfolio_criterion_keep on portfolio_criterion;
drop function portfolio_criterion_keep;
drop trigger portfolio_gate_keep on portfolio_gate;
drop function portfolio_gate_keep;
drop function portfolio_is_behind;
drop trigger portfolio_method_keep on portfolio_project;
drop function portfolio_method_keep;
drop trigger portfolio_project_follow on portfolio_project;
drop function portfolio_project_follow;
drop trigger portfolio_decision_moves on portfolio_gate_decision;
drop function portfolio_decision_moves;
drop trigger portfolio_decision_check on portfolio_gate_decision;
drop function portfolio_decision_check;
drop trigger portfolio_decision_keep on portfolio_gate_decision;
drop function portfolio_decision_keep;
drop function portfolio_order;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial")]
    operations = [migrations.RunSQL(_DECISIONS + _STAGES + _KEPT, _BACK)]
