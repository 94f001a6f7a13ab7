// Keys of the review queue: j and k move, 1 to 9 choose, each button says its own; Enter opens or sends, as it always does.
// Everything works without them. They can be turned off (WCAG 2.2, 2.1.4), and the choice is kept in this browser.

const NAME = "review-keys";
const switches = [...document.querySelectorAll("[data-keys]")];
let on = localStorage.getItem(NAME) !== "off";

function show() {
  for (const button of switches) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  }
}

for (const button of switches) {
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(NAME, on ? "on" : "off");
    show();
  });
}
show();

function isTyping(target) {
  return target.closest("textarea, select, input:not([type=radio], [type=checkbox])") !== null;
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

function choose(number) {
  const choice = document.querySelectorAll("[data-answer] input[name=verdict]")[number - 1];
  choice?.focus();
  choice?.click();
}

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key >= "1" && event.key <= "9") choose(Number(event.key));
  else {
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    wanted.click();
  }
  event.preventDefault();
});
