// SPDX-License-Identifier: Apache-2.0
// Keys for whoever decides a hundred cases a day. Everything here is also a link, a button or a field.
const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-case]")];
const at = () => rows().findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const all = rows();
  if (!all.length) return;
  const here = at();
  const next = Math.min(Math.max(here < 0 ? 0 : here + step, 0), all.length - 1);
  all[next].querySelector("a").focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function press(name) {
  const found = document.querySelector(`[data-key="${name}"]`);
  if (!found) return false;
  if (found.matches("a, button")) found.click();
  else { found.focus(); found.scrollIntoView({ block: "center" }); }
  return true;
}

const deeds = {
  j: () => go(1),
  k: () => go(-1),
  x: () => { const row = rows()[at()]; row?.querySelector("input[type=checkbox]")?.click(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (typing(event.target)) return;
  if (document.querySelector("[data-case]") && deeds[event.key]) {
    deeds[event.key]();
    event.preventDefault();
  } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
    event.preventDefault();
  }
});
