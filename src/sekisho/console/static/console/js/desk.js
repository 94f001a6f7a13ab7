// The case page of the desk says again that it is open, and shows who else has it open. Without it the notice is as old as the page.

const EVERY_MS = 30_000;
const place = document.querySelector("[data-others]");
const text = document.querySelector("[data-answer-text]");
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
let typed = false;

text?.addEventListener("input", () => { typed = true; });

async function look() {
  if (document.hidden) return;
  const body = new URLSearchParams({ answering: typed ? "1" : "0" });
  const answer = await fetch(place.dataset.others, { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (!answer.ok) return;
  const lines = (await answer.text()).split("\n").filter((line) => line.trim());
  if (lines.join("\n") !== place.innerText.trim()) place.replaceChildren(...lines.map(note));
}

function note(line) {
  const made = document.createElement("div");
  made.className = "note note-care";
  made.append(Object.assign(document.createElement("p"), { textContent: line }));
  return made;
}

if (place) setInterval(() => look().catch(() => {}), EVERY_MS);
