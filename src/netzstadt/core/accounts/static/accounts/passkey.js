// <ns-passkey data-for="sign-in" data-ask="/address/">: asks the server what is to be signed or made,
// the browser to do it, and sends the answer with the form inside. Without this script the form goes
// to the server without an answer, which says what is missing.

/** @param {string} text */
const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

/** @param {ArrayBuffer | null} [buffer] */
const text = (buffer) =>
  buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "")
    : undefined;

/** @typedef {{id: string, type: PublicKeyCredentialType}} Descriptor */

/** @param {Descriptor[] | undefined} all */
const descriptors = (all) => (all ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/** @param {any} options */
const made = async (options) => {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return answer(credential, (/** @type {AuthenticatorAttestationResponse} */ response) => ({
    attestationObject: text(response.attestationObject),
  }));
};

/** @param {any} options */
const signed = async (options) => {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return answer(credential, (/** @type {AuthenticatorAssertionResponse} */ response) => ({
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  }));
};

/**
 * @param {Credential | null} credential
 * @param {(response: any) => Record<string, string | undefined>} part
 */
const answer = (credential, part) => {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: text(credential.response.clientDataJSON),
      ...part(credential.response),
    },
    clientExtensionResults: {},
  });
};

class Passkey extends HTMLElement {
  connectedCallback() {
    this.querySelector("form")?.addEventListener("submit", (event) => this.use(event));
  }

  /** @param {SubmitEvent} event */
  async use(event) {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("answer"));
    const failed = form.querySelector(".kern-error");
    if (!(failed instanceof HTMLElement) || !("PublicKeyCredential" in window)) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const options = await this.ask(form);
      field.value = await (this.dataset.for === "add" ? made(options) : signed(options));
    } catch {
      // Cancelled, no key at hand, or the session has ended: the person decides what now.
      failed.hidden = false;
      return;
    }
    form.submit();
  }

  /** @param {HTMLFormElement} form */
  async ask(form) {
    const body = new FormData();
    body.set("for", this.dataset.for ?? "");
    body.set("csrfmiddlewaretoken", String(new FormData(form).get("csrfmiddlewaretoken")));
    const response = await fetch(this.dataset.ask ?? "", { method: "POST", body });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    return response.json();
  }
}

customElements.define("ns-passkey", Passkey);
