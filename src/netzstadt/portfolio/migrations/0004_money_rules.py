"""The rules of money that Django's constraints cannot say: what was paid stands, years and periods
follow the day of the payment, and a sealed proof of use adds up to the cent."""

from django.db import migrations

_KEPT = """
-- Written is written. Only who wrote it can be taken out, when her account is erased.
create function portfolio_ledger_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'recorded_by_id' = to_jsonb(old) - 'recorded_by_id'
       and to_jsonb(new) -> 'recorded_by_id' = 'null'
    then
        return new;
    end if;
    raise exception 'what stands in the ledger stays as it is'
        using errcode = 'check_violation', constraint = 'portfolio_ledger_kept';
end $$;
create trigger portfolio_posting_keep before update or delete on portfolio_posting
    for each row execute function portfolio_ledger_keep();
create trigger portfolio_receipt_keep before update or delete on portfolio_funding_receipt
    for each row execute function portfolio_ledger_keep();
create trigger portfolio_notice_keep before update or delete on portfolio_funding_notice
    for each row execute function portfolio_ledger_keep();

-- A line stays in its project and its year: what was paid by it was paid there and then.
create function portfolio_line_keep() returns trigger language plpgsql as $$
begin
    raise exception 'a budget line keeps its project and its year'
        using errcode = 'check_violation', constraint = 'portfolio_line_kept';
end $$;
create trigger portfolio_line_keep before update on portfolio_budget_line for each row
    when ((old.project_id, old.year) is distinct from (new.project_id, new.year))
    execute function portfolio_line_keep();
create trigger portfolio_commitment_keep before update on portfolio_commitment for each row
    when (old.line_id is distinct from new.line_id)
    execute function portfolio_line_keep();
create trigger portfolio_financing_keep before update on portfolio_financing_line for each row
    when (old.funding_id is distinct from new.funding_id)
    execute function portfolio_line_keep();
create trigger portfolio_funding_keep before update on portfolio_funding for each row
    when (old.project_id is distinct from new.project_id)
    execute function portfolio_line_keep();
"""

_POSTINGS = """
create function portfolio_posting_check() returns trigger language plpgsql as $$
declare
    funding record;
    before record;
begin
    perform from portfolio_budget_line where id = new.line_id and project_id = new.project_id
        and year = extract(year from new.paid_on) for key share;
    if not found then
        raise exception 'the line is none of this project for the year of the payment'
            using errcode = 'check_violation', constraint = 'portfolio_posting_year';
    end if;
    if new.commitment_id is not null and not exists (
        select from portfolio_commitment c join portfolio_budget_line l on l.id = c.line_id
        where c.id = new.commitment_id and l.project_id = new.project_id) then
        raise exception 'this was ordered for another project'
            using errcode = 'check_violation', constraint = 'portfolio_posting_commitment';
    end if;
    if new.reference <> '' and new.reverses_id is null then
        -- One after the other, so that two who bring the same voucher see one another.
        perform from portfolio_project where id = new.project_id for no key update;
        if exists (
            select from portfolio_posting p
            where p.project_id = new.project_id and p.reference = new.reference
              and p.reverses_id is null and p.line_id = new.line_id
              and p.financing_line_id is not distinct from new.financing_line_id
              and not exists (select from portfolio_posting where reverses_id = p.id)) then
            raise exception 'this voucher is in the ledger already'
                using errcode = 'check_violation', constraint = 'portfolio_posting_voucher';
        end if;
    end if;
    if new.financing_line_id is not null then
        -- Held until the end of the transaction: nobody moves the period meanwhile.
        select f.project_id, f.state, f.granted_from, f.granted_to into funding
        from portfolio_funding f join portfolio_financing_line l on l.funding_id = f.id
        where l.id = new.financing_line_id
        for share of f for key share of l;
        if funding.project_id is distinct from new.project_id then
            raise exception 'this grant is for another project'
                using errcode = 'check_violation', constraint = 'portfolio_posting_grant';
        end if;
        -- What came back lowers what is eligible whenever it came; a reversal follows its posting.
        if new.eligible_cents > 0 and new.reverses_id is null and (
            funding.granted_from is null or funding.granted_to is null
            or new.paid_on not between funding.granted_from and funding.granted_to
            or funding.state = 'REJECTED') then
            raise exception 'this was paid outside the period of the grant'
                using errcode = 'check_violation', constraint = 'portfolio_posting_period';
        end if;
    end if;
    if new.reverses_id is not null then
        select * into before from portfolio_posting where id = new.reverses_id;
        if before.reverses_id is not null
           or (new.project_id, new.line_id, new.commitment_id, new.financing_line_id,
               new.paid_on, new.amount_cents, new.eligible_cents)
              is distinct from
              (before.project_id, before.line_id, before.commitment_id, before.financing_line_id,
               before.paid_on, -before.amount_cents, -before.eligible_cents) then
            raise exception 'a reversal takes back one posting, wholly'
                using errcode = 'check_violation', constraint = 'portfolio_ledger_reversal';
        end if;
    end if;
    return new;
end $$;
create trigger portfolio_posting_check before insert on portfolio_posting
    for each row execute function portfolio_posting_check();

create function portfolio_receipt_check() returns trigger language plpgsql as $$
declare
    before record;
begin
    if new.reverses_id is not null then
        select * into before from portfolio_funding_receipt where id = new.reverses_id;
        if before.reverses_id is not null
           or (new.funding_id, new.source, new.paid_on, new.amount_cents)
              is distinct from
              (before.funding_id, before.source, before.paid_on, -before.amount_cents) then
            raise exception 'a reversal takes back one receipt, wholly'
                using errcode = 'check_violation', constraint = 'portfolio_ledger_reversal';
        end if;
    end if;
    return new;
end $$;
create trigger portfolio_receipt_check before insert on portfolio_funding_receipt
    for each row execute function portfolio_receipt_check();

-- The period of a grant cannot leave out what was paid within it and counts.
create function portfolio_funding_check() returns trigger language plpgsql as $$
begin
    if exists (
        select from portfolio_posting p
        join portfolio_financing_line l on l.id = p.financing_line_id
        where l.funding_id = new.id
          and (new.state = 'REJECTED' or new.granted_from is null or new.granted_to is null
               or p.paid_on not between new.granted_from and new.granted_to)
        group by l.funding_id, p.paid_on
        having sum(p.eligible_cents) > 0)
    then
        raise exception 'something eligible was paid outside this period'
            using errcode = 'check_violation', constraint = 'portfolio_funding_period';
    end if;
    return new;
end $$;
create trigger portfolio_funding_check before update on portfolio_funding for each row
    when ((old.granted_from, old.granted_to, old.state)
          is distinct from (new.granted_from, new.granted_to, new.state))
    execute function portfolio_funding_check();
"""

_PROOFS = """
create function portfolio_proof_check() returns trigger language plpgsql as $$
declare
    spent bigint;
    eligible bigint;
    received bigint;
begin
    if tg_op <> 'INSERT' and old.sealed_at is not null then
        if tg_op = 'UPDATE' and new.sealed_by_id is null
           and to_jsonb(new) - 'sealed_by_id' = to_jsonb(old) - 'sealed_by_id' then
            return new;
        end if;
        raise exception 'a sealed proof of use stays as it is'
            using errcode = 'check_violation', constraint = 'portfolio_proof_kept';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    if new.sealed_at is not null then
        select coalesce(sum(p.amount_cents), 0), coalesce(sum(p.eligible_cents), 0)
        into spent, eligible
        from portfolio_posting p join portfolio_financing_line l on l.id = p.financing_line_id
        where l.funding_id = new.funding_id and p.paid_on <= new.until;
        select coalesce(sum(amount_cents), 0) into received from portfolio_funding_receipt
        where funding_id = new.funding_id and source = 'GRANT' and paid_on <= new.until;
        if (new.spent_cents, new.proven_cents, new.received_cents)
           is distinct from (spent, eligible, received) then
            raise exception 'the proof does not add up with the ledger'
                using errcode = 'check_violation', constraint = 'portfolio_proof_sums';
        end if;
    end if;
    return new;
end $$;
create trigger portfolio_proof_check before insert or update or delete on portfolio_funding_proof
    for each row execute function portfolio_proof_check();
"""

_BACK = """
drop trigger portfolio_proof_check on portfolio_funding_proof;
drop function portfolio_proof_check;
drop trigger portfolio_funding_check on portfolio_funding;
drop function portfolio_funding_check;
drop trigger portfolio_receipt_check on portfolio_funding_receipt;
drop function portfolio_receipt_check;
drop trigger portfolio_posting_check on portfolio_posting;
drop function portfolio_posting_check;
drop trigger portfolio_funding_keep on portfolio_funding;
drop trigger portfolio_financing_keep on portfolio_financing_line;
drop trigger portfolio_commitment_keep on portfolio_commitment;
drop trigger portfolio_line_keep on portfolio_budget_line;
drop function portfolio_line_keep;
drop trigger portfolio_notice_keep on portfolio_funding_notice;
drop trigger portfolio_receipt_keep on portfolio_funding_receipt;
drop trigger portfolio_posting_keep on portfolio_posting;
drop function portfolio_ledger_keep;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_money")]
    operations = [migrations.RunSQL(_KEPT + _POSTINGS + _PROOFS, _BACK)]
