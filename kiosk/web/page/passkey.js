/**
 * Passkeys on the pages of the staff: sign in with one, add one.
 *
 * A form marked data-passkey asks the server for options, the browser for a passkey, and sends the
 * answer. Without scripts, or in a browser that knows no passkeys, the form stays hidden.
 */

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) use(form);
}

function use(form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    show(form, "");
    try {
      location.assign((await exchanged(form)).to);
    } catch (problem) {
      show(form, problem instanceof Refused ? problem.message : form.dataset.failed);
      button.disabled = false;
    }
  });
}

/** What the server said against it, in a sentence for people. */
class Refused extends Error {}

async function exchanged(form) {
  const options = await sent(form.dataset.options, {});
  if (form.dataset.passkey === "sign-in") {
    return sent(form.dataset.send, plain(await navigator.credentials.get({ publicKey: ready(options) })));
  }
  const made = await navigator.credentials.create({ publicKey: ready(options) });
  return sent(form.dataset.send, { label: form.elements.label.value, credential: plain(made) });
}

async function sent(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.detail);
  return said;
}

/** The options with bytes where the server, in JSON, wrote base64url. */
function ready(options) {
  const listed = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
  };
}

/** A credential with base64url where the browser has bytes. */
function plain(credential) {
  const { response } = credential;
  const named = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = named.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(parts),
  };
}

function bytes(base64url) {
  const spelled = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(spelled, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const spelled = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return spelled.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function show(form, sentence) {
  const fault = form.querySelector('[data-slot="fault"]');
  fault.textContent = sentence;
  fault.hidden = !sentence;
}
