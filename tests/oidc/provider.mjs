// A certified OpenID Connect provider (oidc-provider) for the tests, on loopback.
// node provider.mjs ISSUER REDIRECT_URI CLIENT_ID CLIENT_SECRET
//
// The account's name says what the provider knows: "verified:anna@example.org" has a verified
// address, "unverified:anna@example.org" one that nobody checked. No password is asked for.
import Provider from "oidc-provider";

const [issuer, redirectUri, clientId, clientSecret] = process.argv.slice(2);

const provider = new Provider(issuer, {
  clients: [
    { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => {
    const [kind, email] = id.split(/:(.*)/);
    return {
      accountId: id,
      claims: () => ({
        sub: id,
        email,
        email_verified: kind === "verified",
        name: "Anna von Außen",
      }),
    };
  },
});

// Whoever comes is the account that the header names, and agrees to everything.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const { prompt, params, grantId, session } = await provider.interactionDetails(
    context.req,
    context.res,
  );
  const account = context.get("x-test-account");
  let result = { error: "access_denied" };
  if (prompt.name === "login" && account) result = { login: { accountId: account } };
  if (prompt.name === "consent") {
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope("openid email profile");
    result = { consent: { grantId: await grant.save() } };
  }
  return provider.interactionFinished(context.req, context.res, result, {
    mergeWithLastSubmission: true,
  });
});

const { port } = new URL(issuer);
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
