"use strict";

// Sends the form as JSON and goes on to the checkout. Without this script the form goes to the checkout page as it is.
const form = document.getElementById("buy");
const button = form.querySelector("button[type=submit]");
const said = document.getElementById("said");

function describe(input, change) {
  const ids = (input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
  input.setAttribute("aria-describedby", change(ids).join(" "));
}

function clearErrors() {
  form.querySelectorAll(".errorlist").forEach((list) => list.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => {
    input.removeAttribute("aria-invalid");
    describe(input, (ids) => ids.filter((id) => !id.endsWith("_errors")));
  });
}

function isShown(name) {
  return form.elements[name] && form.elements[name].type !== "hidden";
}

function showErrors(errors) {
  const wrong = Object.entries(errors).filter(([name]) => isShown(name));
  wrong.forEach(([name, texts]) => {
    const input = form.elements[name];
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.id = `${input.id}_errors`;
    texts.forEach((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      list.append(item);
    });
    input.setAttribute("aria-invalid", "true");
    describe(input, (ids) => [...ids, list.id]);
    input.after(list);
  });
  if (wrong.length) form.elements[wrong[0][0]].focus();
  return Object.entries(errors)
    .filter(([name]) => !isShown(name))
    .flatMap(([, texts]) => texts);
}

function say(text, address) {
  said.textContent = address ? `${text} Your order is kept.` : text;
  if (address) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = "Look at your order";
    said.append(" ", link);
  }
}

async function buy() {
  const { csrfmiddlewaretoken, ...typed } = Object.fromEntries(new FormData(form));
  const response = await fetch(form.dataset.buy, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfmiddlewaretoken },
    body: JSON.stringify(typed),
  });
  const answer = await response.json();
  if (response.ok) {
    // 202 too: our own page tells whether the order is ready, and goes on by itself.
    window.location.assign(answer.checkout);
    return true;
  }
  const rest = answer.errors ? showErrors(answer.errors) : [answer.detail];
  say(rest.join(" "), answer.checkout);
  return false;
}

// Not the attribute disabled: it would take the focus away from whoever pressed the button.
function isBusy() {
  return button.getAttribute("aria-disabled") === "true";
}

function setBusy(busy) {
  button.setAttribute("aria-disabled", String(busy));
}

form.noValidate = true;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isBusy()) return;
  setBusy(true);
  clearErrors();
  say("One moment…");
  let leaves = false;
  try {
    leaves = await buy();
  } catch {
    say("The shop cannot be reached. Nothing is lost: try again.");
  } finally {
    setBusy(leaves);
  }
});
// Back from the checkout, the page may come from the browser's own memory.
window.addEventListener("pageshow", () => {
  setBusy(false);
  say("");
});
