// A thumb for an answer: asks the server what exactly would be sent, shows it, and sends only that, once the reader says so.

const place = document.getElementById("thumbs");
const preview = document.getElementById("thumb-preview");
const state = document.getElementById("thumb-state");
const words = place.dataset;
let about = null; // the answer on the page, and the key with which it was asked for
let draft = null; // what is shown, with its digest

export function offer(answer) {
  about = answer;
  draft = null;
  state.textContent = "";
  preview.hidden = true;
  place.hidden = answer === null;
}

for (const button of place.querySelectorAll("[data-thumb]")) {
  button.addEventListener("click", () => attempt(() => show(button.dataset.thumb)));
}
document.getElementById("thumb-send").addEventListener("click", () => attempt(send));
document.getElementById("thumb-cancel").addEventListener("click", () => offer(about));

async function show(rating) {
  const attached = {
    kind: `thumbs_${rating}`,
    scope: "current_session",
    transcript: [
      { role: "user", text: about.prompt },
      { role: "assistant", text: about.text },
    ],
    request_id: about.request ?? "",
    client_version: "web",
  };
  const shown = await ask(words.preview, attached);
  draft = { ...attached, rating, digest: shown.digest, submission: submission() };
  const lang = document.documentElement.lang;
  const redacted = Object.values(shown.secrets).reduce((sum, count) => sum + count, 0);
  const said = shown.transcript.map((one) => `${one.role}: ${one.text}`).join("\n\n");
  document.getElementById("thumb-attached").textContent = said;
  document.getElementById("thumb-bytes").textContent = shown.bytes;
  document.getElementById("thumb-secrets").textContent = redacted;
  document.getElementById("thumb-notice").textContent = shown.secrets_notice[lang];
  document.getElementById("thumb-destination").textContent = shown.destination[lang];
  preview.hidden = false;
  preview.focus();
}

async function send() {
  const { submission: key, ...body } = draft;
  await ask(words.send, body, { "idempotency-key": key });
  offer(about);
  state.textContent = words.sent;
}

async function attempt(step) {
  state.textContent = "";
  try {
    await step();
  } catch (error) {
    state.textContent = error.message || words.failed;
  }
}

async function ask(path, body, more = {}) {
  const response = await fetch(path, {
    method: "POST",
    credentials: "omit",
    headers: {
      "content-type": "application/json",
      "accept-language": document.documentElement.lang,
      "x-api-key": about.key,
      ...more,
    },
    body: JSON.stringify(body),
  });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.error?.message ?? words.failed);
  return told;
}

// Recognises a second sending of the same thumb. `randomUUID` is missing where a page has no TLS.
function submission() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
