"""The rules of the network that Django's constraints cannot say: who is shown, and what stands."""

from django.db import migrations

_SEES = """
-- Whether a person consents today to something.
create function stakeholders_consents(party uuid, what text) returns boolean
language sql stable parallel safe as $$
    select exists (
        select from stakeholders_consent c
        where c.party_id = party and c.purpose = what and c.given_on <= city_today()
          and (c.until is null or city_today() <= c.until)
          and (c.withdrawn_on is null or city_today() < c.withdrawn_on))
$$;

-- The one rule of who sees a party. Inside the administration as access_sees says; outside of it
-- what is public, and of people only those who consent to that today.
create function stakeholders_sees(
    scope access_scope, kind text, visibility text, owner_unit uuid, party uuid
) returns boolean language plpgsql stable parallel safe as $$
begin
    if scope.sees_all or scope.sees_administration then
        return access_sees(scope, visibility, owner_unit, party);
    end if;
    return visibility = 'PUBLIC'
        and (kind = 'ORGANISATION' or stakeholders_consents(party, 'SHOW'));
end $$;
"""

_RULES = """
create function stakeholders_party_check() returns trigger language plpgsql as $$
begin
    if new.organisation_id is not null and not exists (
        select from stakeholders_party p
        where p.id = new.organisation_id and p.kind = 'ORGANISATION')
    then
        raise exception 'people belong to organisations'
            using errcode = 'check_violation', constraint = 'stakeholders_party_organisation';
    end if;
    if tg_op = 'UPDATE' and new.kind <> old.kind then
        raise exception 'a person stays a person'
            using errcode = 'check_violation', constraint = 'stakeholders_party_kind_kept';
    end if;
    return new;
end $$;
create trigger stakeholders_party_check before insert or update on stakeholders_party
    for each row execute function stakeholders_party_check();

-- What somebody consented to is a record: only its withdrawal is added, once.
create function stakeholders_consent_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if not exists (select from stakeholders_party p
                       where p.id = new.party_id and p.kind = 'PERSON') then
            raise exception 'only people consent'
                using errcode = 'check_violation', constraint = 'stakeholders_consent_person';
        end if;
        return new;
    end if;
    if (new.id, new.party_id, new.purpose, new.basis, new.given_on, new.until, new.noted_at)
           is not distinct from
           (old.id, old.party_id, old.purpose, old.basis, old.given_on, old.until, old.noted_at)
       and (old.withdrawn_on is null or new.withdrawn_on = old.withdrawn_on)
    then
        return new;
    end if;
    raise exception 'a consent stays as it was given'
        using errcode = 'check_violation', constraint = 'stakeholders_consent_kept';
end $$;
create trigger stakeholders_consent_keep before insert or update on stakeholders_consent
    for each row execute function stakeholders_consent_keep();

-- Others confirm what one knows.
create function stakeholders_expertise_check() returns trigger language plpgsql as $$
begin
    if exists (select from stakeholders_party p
               where p.id = new.party_id and p.person_id = new.confirmed_by_id) then
        raise exception 'nobody confirms her own expertise'
            using errcode = 'check_violation', constraint = 'stakeholders_expertise_others';
    end if;
    return new;
end $$;
create trigger stakeholders_expertise_check before insert or update on stakeholders_expertise
    for each row when (new.confirmed_by_id is not null)
    execute function stakeholders_expertise_check();

-- A statement stands as it was given, to the question that was asked; names go with their accounts.
create function stakeholders_request_keep() returns trigger language plpgsql as $$
begin
    if (new.id, new.about_model, new.about_id, new.question, new.asked_at)
           = (old.id, old.about_model, old.about_id, old.question, old.asked_at)
       and (new.party_id is null or new.party_id = old.party_id)
       and (new.asked_by_id is null or new.asked_by_id = old.asked_by_id)
       and (old.state <> 'STATED' or (new.state, new.statement, new.stated_at)
                                   = (old.state, old.statement, old.stated_at))
       and (old.state not in ('DECLINED', 'WITHDRAWN') or new.state = old.state)
    then
        return new;
    end if;
    raise exception 'a statement stays as it was given'
        using errcode = 'check_violation', constraint = 'stakeholders_request_kept';
end $$;
create trigger stakeholders_request_keep before update on stakeholders_expert_request
    for each row execute function stakeholders_request_keep();
"""

_BACK = """
drop trigger stakeholders_request_keep on stakeholders_expert_request;
drop function stakeholders_request_keep;
drop trigger stakeholders_expertise_check on stakeholders_expertise;
drop function stakeholders_expertise_check;
drop trigger stakeholders_consent_keep on stakeholders_consent;
drop function stakeholders_consent_keep;
drop trigger stakeholders_party_check on stakeholders_party;
drop function stakeholders_party_check;
drop function stakeholders_sees;
drop function stakeholders_consents;
"""


class Migration(migrations.Migration):
    dependencies = [("stakeholders", "0003_network")]
    operations = [migrations.RunSQL(_SEES + _RULES, _BACK)]
