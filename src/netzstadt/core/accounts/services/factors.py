"""Changing the second factor: codes, passkeys, recovery codes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.accounts import queries, tokens, totp
from netzstadt.core.accounts.events import (
    CodeGeneratorAdded,
    CodeGeneratorRemoved,
    CodesPaused,
    PasskeyAdded,
    PasskeyCopied,
    PasskeyRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorReset,
)
from netzstadt.core.accounts.models import Account, CodeGenerator, Passkey, RecoveryCode
from netzstadt.core.accounts.passkeys import NewPasskey, Signed
from netzstadt.core.accounts.services import sessions
from netzstadt.core.audit import services as audit
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    import uuid

    from netzstadt.core.orgs.models import Person

WRONG_CODES = 5
PAUSE = timedelta(minutes=10)
PASSKEYS = 10


class FactorRefused(Refusal):
    """The second factor cannot be changed this way."""


class CodeRefused(Refusal):
    """The code is not accepted."""


class CodesArePaused(CodeRefused):
    """No code is accepted for a while, whichever it is."""


@transaction.atomic
def add_code_generator(
    *, person: "Person", key: bytes, code: str, keep_session: str | None, at: datetime
) -> None:
    """Let ``person`` sign in with codes of an app that knows ``key``; ``code`` proves that it does.

    The code counts as used: it is not accepted a second time. Sessions begun before end, but the
    one that is kept.

    Raises FactorRefused for a demo account, a wrong code or a second app.
    """
    _refuse_demo(person)
    lock(person)
    step = totp.matching_step(key, code, at=at, after=0)
    if step is None:
        raise FactorRefused(
            _("This code is not right. Check the clock of the device and type the newest code.")
        )
    if CodeGenerator.objects.filter(person=person).exists():
        raise FactorRefused(_("There is an authenticator app already. Remove it first."))
    CodeGenerator.objects.create(
        person=person,
        encrypted_key=totp.encrypted(key, secret=settings.SECRET_KEY),
        last_step=step,
        added_at=at,
    )
    sessions.end_other_sessions(person=person, keep=keep_session, by=person, at=at)
    audit.record(CodeGeneratorAdded(object_id=person.pk), by=person)


@transaction.atomic
def remove_code_generator(*, person: "Person", keep_session: str | None, at: datetime) -> None:
    """Take the app out of use; other sessions end: the device may be lost.

    Raises FactorRefused if there is none, or it is the only second factor of who needs one.
    """
    lock(person)
    _refuse_to_be_without(person, passkeys_left=_passkeys(person))
    removed, _by_model = CodeGenerator.objects.filter(person=person).delete()
    if not removed:
        raise FactorRefused(_("There is no authenticator app."))
    _forget_codes_without_factor(person)
    sessions.end_other_sessions(person=person, keep=keep_session, by=person, at=at)
    audit.record(CodeGeneratorRemoved(object_id=person.pk), by=person)


@transaction.atomic
def add_passkey(
    *, person: "Person", made: NewPasskey, name: str, keep_session: str | None, at: datetime
) -> Passkey:
    """Let ``person`` sign in with the key that her browser made; other sessions end.

    Raises FactorRefused for a demo account, a key that is in use, or too many of them.
    """
    _refuse_demo(person)
    lock(person)
    count = _passkeys(person)
    if count >= PASSKEYS:
        raise FactorRefused(_("Ten passkeys are enough. Remove one that you no longer use."))
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                person=person,
                name=name.strip()[:80] or _("Passkey %(number)d") % {"number": count + 1},
                credential_id=made.credential_id,
                credential_data=made.credential_data,
                sign_count=made.sign_count,
                added_at=at,
            )
    except IntegrityError as error:
        raise FactorRefused(_("This passkey is in use already.")) from error
    sessions.end_other_sessions(person=person, keep=keep_session, by=person, at=at)
    audit.record(PasskeyAdded(object_id=person.pk, passkey_name=passkey.name), by=person)
    return passkey


@transaction.atomic
def remove_passkey(
    *, person: "Person", passkey_id: "uuid.UUID", keep_session: str | None, at: datetime
) -> None:
    """Take a passkey out of use; other sessions end: the device may be lost.

    Raises FactorRefused if it is not there, the only second factor of who needs one, or all that
    somebody can sign in with.
    """
    lock(person)
    passkey = Passkey.objects.filter(person=person, pk=passkey_id).first()
    if passkey is None:
        raise FactorRefused(_("This passkey has been removed already."))
    if not CodeGenerator.objects.filter(person=person).exists():
        _refuse_to_be_without(person, passkeys_left=_passkeys(person) - 1)
    if not queries.has_way_in(person, without=passkey.pk):
        raise FactorRefused(
            _("Without this passkey you could not sign in any more. Add another one first.")
        )
    passkey.delete()
    _forget_codes_without_factor(person)
    sessions.end_other_sessions(person=person, keep=keep_session, by=person, at=at)
    audit.record(PasskeyRemoved(object_id=person.pk, passkey_name=passkey.name), by=person)


@transaction.atomic
def make_recovery_codes(*, person: "Person", at: datetime) -> Sequence[str]:
    """Give ``person`` new recovery codes, which are shown now and never again; old ones end.

    Raises FactorRefused if there is no second factor that they could stand in for.
    """
    lock(person)
    if not queries.has_second_factor(person):
        raise FactorRefused(_("Set up a second factor first."))
    RecoveryCode.objects.filter(person=person).delete()
    codes = tokens.new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=tokens.recovery_digest(code), made_at=at)
        for code in codes
    )
    audit.record(RecoveryCodesMade(object_id=person.pk), by=person)
    return codes


def use_code(*, person: "Person", code: str, at: datetime) -> str:
    """Accept a code of ``person``, from her app or a recovery code, once; say which it was.

    Five wrong ones pause codes for ten minutes: whoever tries them knows the password already.

    Raises CodesArePaused during a pause, CodeRefused if the code is wrong, old or used.
    """
    # The count of wrong codes is kept, so the refusal is raised after the commit.
    with transaction.atomic():
        account = lock(person)
        if account.codes_paused_until is not None and account.codes_paused_until > at:
            raise CodesArePaused(_paused())
        kind = _use_generator(person, code, at) or _use_recovery_code(person, code, at)
        account.wrong_codes = 0 if kind else account.wrong_codes + 1
        is_pause = account.wrong_codes >= WRONG_CODES
        if is_pause:
            account.wrong_codes, account.codes_paused_until = 0, at + PAUSE
            audit.record(CodesPaused(object_id=person.pk), by=None)
        account.save(update_fields=["wrong_codes", "codes_paused_until"])
    if is_pause:
        raise CodesArePaused(_paused())
    if not kind:
        raise CodeRefused(_("This code is wrong, too old or already used. Type the newest one."))
    return kind


def use_passkey(*, passkey: Passkey, signed: Signed, at: datetime) -> None:
    """Note that a passkey was used.

    Raises CodeRefused, and leaves an event, if its counter did not go up: then there may be two of
    it (WebAuthn 7.2, step 22). Keys that are kept in an account of their maker do not count.
    """
    with transaction.atomic():
        locked = Passkey.objects.select_for_update().get(pk=passkey.pk)
        counts = bool(signed.sign_count or locked.sign_count)
        is_copied = counts and signed.sign_count <= locked.sign_count
        if is_copied:
            audit.record(
                PasskeyCopied(object_id=locked.person_id, passkey_name=locked.name), by=None
            )
        else:
            locked.sign_count, locked.used_at = signed.sign_count, at
            locked.save(update_fields=["sign_count", "used_at"])
    if is_copied:
        raise CodeRefused(
            _("This passkey may have been copied and was not accepted. Tell an administrator.")
        )


@transaction.atomic
def reset_second_factor(*, person: "Person", reason: str, by: "Person", at: datetime) -> None:
    """Take all second factors of ``person`` away, who lost them; her sessions end.

    She sets a new one up when she signs in next. Who is asked to do this makes sure first, not by
    mail alone, that it is she who asks.

    Raises FactorRefused for one's own account, without a reason, or if there is nothing to reset.
    """
    if person.pk == by.pk:
        raise FactorRefused(_("Ask another administrator to reset your own second factor."))
    if not reason.strip():
        raise FactorRefused(_("Say why, and how you made sure who asks."))
    lock(person)
    removed = [
        model.objects.filter(person=person).delete()[0]
        for model in (CodeGenerator, Passkey, RecoveryCode)
    ]
    if not any(removed):
        raise FactorRefused(_("This person has no second factor."))
    Account.objects.filter(person=person).update(wrong_codes=0, codes_paused_until=None)
    sessions.end_other_sessions(person=person, keep=None, by=by, at=at)
    audit.record(SecondFactorReset(object_id=person.pk, reason=reason.strip()[:500]), by=by)


def _use_generator(person: "Person", code: str, at: datetime) -> str:
    generator = CodeGenerator.objects.select_for_update().filter(person=person).first()
    if generator is None:
        return ""
    key = totp.decrypted(bytes(generator.encrypted_key), secret=settings.SECRET_KEY)
    step = totp.matching_step(key, code, at=at, after=generator.last_step)
    if step is None:
        return ""
    generator.last_step, generator.used_at = step, at
    generator.save(update_fields=["last_step", "used_at"])
    return "code"


def _use_recovery_code(person: "Person", code: str, at: datetime) -> str:
    unused = RecoveryCode.objects.filter(person=person, used_at__isnull=True)
    if not unused.filter(digest=tokens.recovery_digest(code)).update(used_at=at):
        return ""
    audit.record(RecoveryCodeUsed(object_id=person.pk, left=unused.count()), by=person)
    return "recovery code"


def lock(person: "Person") -> Account:
    """One change of a person's ways to sign in at a time."""
    Account.objects.get_or_create(person=person)
    return Account.objects.select_for_update().get(person=person)


def _passkeys(person: "Person") -> int:
    return Passkey.objects.filter(person=person).count()


def _refuse_demo(person: "Person") -> None:
    if person.is_demo:
        raise FactorRefused(_("A demo account has no second factor: everybody may use it."))


def _refuse_to_be_without(person: "Person", *, passkeys_left: int) -> None:
    if not passkeys_left and queries.needs_second_factor(person):
        raise FactorRefused(
            _("Your roles need a second factor, and this is the only one. Add another one first.")
        )


def _forget_codes_without_factor(person: "Person") -> None:
    if not queries.has_second_factor(person):
        RecoveryCode.objects.filter(person=person).delete()


def _paused() -> str:
    return _("Too many wrong codes. Wait ten minutes, or sign in with a passkey.")
