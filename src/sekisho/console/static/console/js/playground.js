// The playground: sends a prompt through the gate as any client would, shows the answer as it streams, then asks the
// server what each stage found. The key stays in this page's memory: it is sent to the gate and nowhere else.

import { readEvents } from "./sse.js";
import { offer } from "./thumbs.js";

const form = document.getElementById("playground");
const answer = document.getElementById("answer");
const state = document.getElementById("state");
const found = document.getElementById("found");
const stop = document.getElementById("stop");
const verdict = document.getElementById("verdict");
const words = form.dataset;
let running = null;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  running?.abort();
  running = new AbortController();
  begin();
  const prompt = form.elements.prompt.value;
  try {
    const response = await send(running.signal);
    tellVerdict(response.headers);
    const request = response.headers.get("sekisho-request-id") ?? response.headers.get("request-id");
    if (response.ok) {
      await show(response);
      offer({ key: form.elements.key.value.trim(), prompt, text: answer.textContent, request });
    } else await explain(response);
    await lookUp(request);
  } catch (error) {
    say(error.name === "AbortError" ? words.stopped : words.failed);
  } finally {
    end();
  }
});

stop.addEventListener("click", () => running?.abort());

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    form.elements.prompt.value = button.dataset.example;
    form.elements.prompt.focus();
  });
}

function begin() {
  answer.textContent = "";
  found.replaceChildren();
  verdict.hidden = true;
  offer(null);
  answer.setAttribute("aria-busy", "true");
  stop.hidden = false;
  say(words.sending);
}

function end() {
  answer.setAttribute("aria-busy", "false");
  stop.hidden = true;
}

function say(sentence) {
  state.textContent = sentence;
}

function send(signal) {
  const body = {
    model: form.elements.model.value,
    max_tokens: 1024,
    stream: form.elements.stream.checked,
    messages: [{ role: "user", content: form.elements.prompt.value }],
  };
  return fetch(words.endpoint, {
    method: "POST",
    signal,
    credentials: "omit",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "accept-language": document.documentElement.lang,
      "x-api-key": form.elements.key.value.trim(),
    },
    body: JSON.stringify(body),
  });
}

// What the gate decided about the prompt, as every client can read it from the headers.
function tellVerdict(headers) {
  const action = headers.get("sekisho-decision");
  if (!action) return;
  verdict.hidden = false;
  document.getElementById("verdict-action").textContent = words[action] ?? action;
  document.getElementById("verdict-clause").textContent = headers.get("sekisho-clause") ?? "";
}

async function show(response) {
  say(words.streaming);
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("text/event-stream")) {
    const message = await response.json();
    for (const block of message.content ?? []) append(block);
    return;
  }
  for await (const { data } of readEvents(response.body)) {
    const event = JSON.parse(data);
    if (event.type === "content_block_start") append(event.content_block);
    if (event.type === "content_block_delta") append(event.delta);
    if (event.type === "error") say(event.error?.message ?? words.failed);
  }
}

function append(part) {
  answer.append(part.text ?? part.partial_json ?? "");
  if (part.type === "tool_use") answer.append(`\n[${part.name}] `);
}

async function explain(response) {
  const body = await response.json().catch(() => ({}));
  answer.append(body.error?.message ?? `${response.status}`);
  say(words.refused);
}

// The decision reaches the pages once the journal is ingested, usually within a second: ask a few times, then say so.
async function lookUp(request) {
  if (!request) return say(words.unseen);
  say(words.waiting);
  for (let turn = 0; turn < 20; turn += 1) {
    const page = await fetch(words.found.replace("REQUEST", encodeURIComponent(request)));
    if (page.status === 200) {
      const drawn = new DOMParser().parseFromString(await page.text(), "text/html");
      found.replaceChildren(...drawn.body.children);
      return say(words.done);
    }
    if (page.status !== 202) break;
    await new Promise((resume) => setTimeout(resume, 300));
  }
  say(words.unseen);
}
