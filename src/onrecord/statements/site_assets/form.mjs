// SPDX-License-Identifier: Apache-2.0
// Fetches ticket and work for forms that strangers may send, and does the work while they are filled in.
// Whatever fails here: the form is sent all the same, and answered with one more page to read.

const YOUNGEST = 2500; // milliseconds; the server wants two seconds at least
const OLDEST = 100 * 60 * 1000; // and two hours at most

const work = new URL("./form_work.mjs", import.meta.url);

function solved(challenge) {
  return new Promise((resolve) => {
    if (!globalThis.crypto?.subtle || typeof Worker !== "function") {
      resolve("");
      return;
    }
    const worker = new Worker(work, { type: "module" });
    const finish = (solution) => {
      worker.terminate();
      resolve(solution);
    };
    worker.addEventListener("message", ({ data }) => finish(data));
    worker.addEventListener("error", () => finish(""));
    worker.postMessage(challenge);
  });
}

async function prepare(form) {
  const { guard: purpose, about = "" } = form.dataset;
  const query = new URLSearchParams({ purpose, about });
  const answer = await fetch(`/forms/ticket?${query}`, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  const { ticket, challenge } = await answer.json();
  const at = performance.now();
  return { ticket, at, work: await solved(challenge) };
}

function guard(form) {
  const status = form.querySelector("[data-guard-status]");
  let prepared = null;
  let sending = false;
  const start = () => {
    prepared ??= prepare(form).catch(() => null);
    return prepared;
  };

  async function send(button) {
    if (status) status.textContent = status.dataset.guardStatus;
    let ready = await start();
    if (ready && performance.now() - ready.at > OLDEST) {
      prepared = null;
      ready = await start();
    }
    if (ready) {
      const wait = YOUNGEST - (performance.now() - ready.at);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      form.elements.ticket.value = ready.ticket;
      form.elements.work.value = ready.work;
    }
    if (button?.name) {
      const chosen = document.createElement("input");
      Object.assign(chosen, { type: "hidden", name: button.name, value: button.value });
      form.append(chosen);
    }
    form.submit();
  }

  form.addEventListener("focusin", start, { once: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    send(event.submitter);
  });
  // Back from the answer: the ticket is used up.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    prepared = null;
    sending = false;
    if (status) status.textContent = "";
  });
}

for (const form of document.querySelectorAll("form[data-guard]")) guard(form);

// The reader's own time zone, where the page could only guess the newsroom's.
for (const zones of document.querySelectorAll("select[data-own-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zones.options].some(({ value }) => value === own)) zones.value = own;
}

// A comment that has moved to another page of its thread.
const sought = /^#comment-([0-9]+)$/.exec(location.hash);
if (sought && !document.getElementById(sought[0].slice(1))) location.replace(`/comments/${sought[1]}`);
