// SPDX-License-Identifier: Apache-2.0
// Names for what Wagtail leaves nameless, for those who hear the page.
(() => {
  function labelOf(element) {
    for (let panel = element.closest("section[aria-labelledby]"); panel; ) {
      const heading = document.getElementById(panel.getAttribute("aria-labelledby"));
      const label = heading?.querySelector(".c-sf-block__type") ?? heading;
      if (label?.textContent.trim()) return label.textContent.trim();
      panel = panel.parentElement.closest("section[aria-labelledby]");
    }
    return "";
  }

  function name(root) {
    for (const editor of root.querySelectorAll(".public-DraftEditor-content[role=textbox]:not([aria-label])")) {
      const label = labelOf(editor);
      if (label) editor.setAttribute("aria-label", label);
    }
    const heading = document.querySelector("h1");
    for (const form of root.querySelectorAll("form[data-search-form]:not([aria-label])")) {
      if (heading) form.setAttribute("aria-label", heading.textContent.trim());
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    name(document);
    new MutationObserver(() => name(document)).observe(document.body, { childList: true, subtree: true });
  });
})();
