// SPDX-License-Identifier: Apache-2.0
// Asks how far the edition is, until it can be read. Slower each time, so that a page left open costs nothing.
const place = document.querySelector("[data-or-going]");
let pause = 500;

async function ask() {
  if (!place || place.querySelector("[data-or-done]")) return;
  try {
    const answer = await fetch(place.dataset.orGoing, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  } catch {
    // The server may be starting again: the next question finds out.
  }
  pause = Math.min(pause * 1.3, 15000);
  setTimeout(ask, pause);
}

setTimeout(ask, pause);
