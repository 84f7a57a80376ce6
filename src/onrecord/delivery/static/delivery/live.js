// SPDX-License-Identifier: Apache-2.0
// Asks how far something is and shows it in place: each part alone, only if it has changed, and never one
// in which somebody is about to press a button. Slower while nothing changes, silent while nobody looks.
const place = document.querySelector("[data-live-from]");
const FASTEST = 1000;
const SLOWEST = 15000;
let pause = FASTEST;

const bare = (element) => element.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
const parts = (root) => [...root.querySelectorAll("[data-live]")];
const names = (root) => parts(root).map((part) => part.dataset.live).join();

function show(markup) {
  const fresh = document.createElement("template");
  fresh.innerHTML = markup;
  if (names(fresh.content) !== names(place)) {
    if (place.contains(document.activeElement)) return true;
    place.replaceChildren(fresh.content);
    return true;
  }
  const here = parts(place);
  let changed = false;
  for (const [number, part] of parts(fresh.content).entries()) {
    if (bare(part) === bare(here[number])) continue;
    changed = true;
    const busy = here[number].contains(document.activeElement) || here[number].querySelector("details[open]");
    if (!busy) here[number].replaceWith(part);
  }
  return changed;
}

async function ask() {
  let changed = false;
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.liveFrom, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && !answer.redirected) changed = show(await answer.text());
    } catch {
      // The server may be starting again: the next question finds out.
    }
  }
  if (place.querySelector("[data-live-done]")) return;
  pause = changed ? FASTEST : Math.min(pause * 1.2, SLOWEST);
  setTimeout(ask, pause);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) pause = FASTEST;
});
if (place && !place.querySelector("[data-live-done]")) setTimeout(ask, 500);
