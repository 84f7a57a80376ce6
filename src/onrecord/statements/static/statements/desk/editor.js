// SPDX-License-Identifier: Apache-2.0
// Small helps on the editing page: characters left, narrowing lists down, remarks without leaving.
(() => {
  const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

  function count(field) {
    let shown = field.parentElement.querySelector(".or-counter");
    if (!shown) {
      shown = document.createElement("span");
      shown.className = "or-counter";
      shown.setAttribute("aria-live", "off");
      field.after(shown);
    }
    const used = [...field.value].length;
    shown.textContent = `${number.format(used)} / ${number.format(Number(field.dataset.advised))}`;
    shown.classList.toggle("is-over", used > Number(field.dataset.advised));
  }

  function narrow(filter) {
    const wanted = filter.value.trim().toLocaleLowerCase();
    for (const option of filter.closest("[data-or-pick]").querySelectorAll(".or-pick__option")) {
      const chosen = option.querySelector("input").checked;
      option.hidden = !chosen && !option.textContent.toLocaleLowerCase().includes(wanted);
    }
  }

  async function sendRemark(event) {
    const panel = event.target.closest("[data-or-remarks]");
    if (!panel || !event.target.matches("form")) return;
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-or-remarks]");
      if (!fresh) throw new Error("signed out");
      panel.replaceWith(document.adoptNode(fresh));
    } catch {
      form.submit();
    }
  }

  // Wagtail compares with how the form stood two seconds after the page was opened, and would take whatever
  // was typed until then for the beginning: it would neither be saved nor warned about. So the form is looked
  // at before the first key takes effect, and that is what Wagtail is told to compare with, once: it looks
  // again after each save, and would save without end if it were told of the beginning then.
  let beginning = null;

  function unsaved() {
    return window.wagtail?.app?.queryController?.("w-unsaved");
  }

  function lookBeforeTyping() {
    const controller = unsaved();
    if (controller && beginning === null && !controller.initialFormData) beginning = controller.formData;
  }

  for (const kind of ["keydown", "paste", "drop"]) {
    document.addEventListener(kind, lookBeforeTyping, { capture: true });
  }
  function compareWithBeginning() {
    const controller = unsaved();
    if (!controller || beginning === null) return;
    controller.initialFormData = beginning;
    controller.previousFormData = beginning;
  }

  document.addEventListener("w-unsaved:watch-edits", compareWithBeginning, { once: true });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-counter]")) count(event.target);
    if (event.target.matches("[data-or-pick-filter]")) narrow(event.target);
  });
  document.addEventListener("submit", sendRemark);
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-counter]").forEach(count));
})();
