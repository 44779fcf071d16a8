"""Addresses of accounts: signing in, one's own account, inviting."""

from django.urls import path

from netzstadt.core.accounts.views import (
    account,
    elevation,
    factors,
    invitations,
    passkeys,
    provider,
    resets,
    sign_in,
)

app_name = "accounts"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/sign-in/", sign_in.sign_in, name="login"),
    path("account/sign-in/passkey/", sign_in.sign_in_with_passkey, name="login-passkey"),
    path("account/sign-in/second-factor/", sign_in.second_factor, name="second-factor"),
    path("account/sign-out/", sign_in.sign_out, name="logout"),
    path("account/confirm/", sign_in.confirm, name="confirm"),
    path("account/password/", account.change_password, name="password"),
    path("account/password/forgotten/", resets.forgotten, name="forgotten"),
    path("account/password/new/", resets.new_password, name="reset"),
    path("account/password/new/<str:token>/", resets.open_link, name="reset-link"),
    path("account/elevated/", elevation.elevate, name="elevate"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/end-others/", account.end_others, name="sessions-end-others"),
    path("account/sessions/<uuid:session_id>/end/", account.end, name="session-end"),
    path("account/security/", factors.security, name="security"),
    path("account/security/set-up/", factors.set_up, name="set-up"),
    path("account/security/app/", factors.add_app, name="app"),
    path("account/security/app/remove/", factors.remove_app, name="app-remove"),
    path("account/security/recovery-codes/", factors.recovery_codes, name="recovery-codes"),
    path("account/security/passkeys/ask/", passkeys.ask, name="passkey-ask"),
    path("account/security/passkeys/add/", passkeys.add, name="passkey-add"),
    path(
        "account/security/passkeys/<uuid:passkey_id>/remove/",
        passkeys.remove,
        name="passkey-remove",
    ),
    path(
        "account/security/providers/<uuid:identity_id>/unlink/",
        provider.unlink,
        name="provider-unlink",
    ),
    path("account/invitation/", invitations.accept, name="invitation"),
    path("account/invitation/<str:token>/", invitations.open_link, name="invitation-link"),
    path("account/provider/", provider.ask, name="provider"),
    path("account/provider/callback/", provider.callback, name="provider-callback"),
    path("office/invitations/", invitations.invitations, name="invitations"),
    path("office/invitations/new/", invitations.invite, name="invite"),
    path("office/invitations/<uuid:invitation_id>/renew/", invitations.renew, name="renew"),
    path(
        "office/invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="withdraw"
    ),
    path("office/persons/<uuid:person_id>/password/", resets.set_password, name="set-password"),
    path(
        "office/persons/<uuid:person_id>/password/link/",
        resets.send_link,
        name="send-reset-link",
    ),
    path(
        "office/persons/<uuid:person_id>/second-factor/",
        factors.reset_second_factor,
        name="reset-second-factor",
    ),
]
