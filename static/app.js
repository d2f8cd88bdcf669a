// Says what became of an answer, ties sliders to numbers, copies links. All works without it.
"use strict";
const [SLOW_MS, RETRY_MS] = [300, 5000];

function say(question, words, isTrouble) {
  const state = question.querySelector("[data-state]");
  if (!state) return;
  state.textContent = words;
  state.classList.toggle("trouble", isTrouble);
}

function questionOf(event) {
  return event.target instanceof Element ? event.target.closest("[data-question]") : null;
}

const waiting = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  const question = questionOf(event);
  if (!question) return;
  clearTimeout(waiting.get(question));
  waiting.set(question, setTimeout(() => say(question, "Saving", false), SLOW_MS));
});
document.addEventListener("htmx:after:request", (event) => clearTimeout(waiting.get(questionOf(event))));

function notSaved(event, words) {
  const question = questionOf(event);
  if (!question) return;
  clearTimeout(waiting.get(question));
  say(question, words, true);
  // Asks htmx to send the same block again; typing meanwhile does so earlier.
  setTimeout(() => question.dispatchEvent(new Event("change", { bubbles: true })), RETRY_MS);
}

document.addEventListener("htmx:error", (event) => {
  notSaved(event, "Not saved: no connection to the server. Trying again.");
});

document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status === 409) return; // the answer itself says what to choose
  notSaved(event, "Not saved: the server could not take it. Trying again.");
});

document.addEventListener("input", ({ target }) => {
  const twin = document.getElementById(target.dataset.twin);
  if (twin && !isNaN(target.value)) twin.value = target.value; // a number and its slider
});

for (const offer of document.querySelectorAll("[data-copy]")) {
  offer.hidden = !navigator.clipboard; // which there is only over HTTPS and on this machine
  offer.querySelector("button").addEventListener("click", async () => {
    const said = offer.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(document.getElementById(offer.dataset.copy).textContent);
      said.textContent = "Copied";
    } catch {
      said.textContent = "The browser did not allow it: select the link and copy it yourself.";
    }
  });
}
