"use strict";

/* A button beside the checkout link; without it, the link can be selected and copied by hand. */
const SHOWN_MILLISECONDS = 2000;

async function copy(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return field.dataset.copied;
  } catch {
    /* Over plain http there is no clipboard, and elsewhere a person may have forbidden it: the text stays selected. */
    return field.dataset.selected;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.setAttribute("aria-live", "polite");
    button.textContent = field.dataset.copy;
    let back;
    button.addEventListener("click", async () => {
      clearTimeout(back);
      button.textContent = await copy(field);
      back = setTimeout(() => { button.textContent = field.dataset.copy; }, SHOWN_MILLISECONDS);
    });
    field.after(" ", button);
  }
});
