"use strict";

/* A button beside the checkout link; without it, the link can be selected and copied by hand. */
document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = field.dataset.copy;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
    });
    field.after(" ", button);
  }
});
