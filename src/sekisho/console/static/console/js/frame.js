// What the frame needs beyond HTML: the menu on a phone, and buttons that copy. Everything else works without script.

for (const button of document.querySelectorAll("[data-menu]")) {
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", () => {
    const open = menu.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.classList.contains("open")) return;
    menu.classList.remove("open");
    button.setAttribute("aria-expanded", "false");
    button.focus();
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  const word = button.querySelector("[data-word]");
  try {
    await navigator.clipboard.writeText(text);
    word.textContent = button.dataset.done;
  } catch {
    word.textContent = button.dataset.failed;
  }
});

// Move the reader to the summary of what is wrong in a form, so that a screen reader says it first.
document.querySelector("[data-error-summary]")?.focus();
