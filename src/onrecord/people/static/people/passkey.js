// SPDX-License-Identifier: Apache-2.0
// Says on the page that no passkey was used; the library that asks for it says so in the console alone.
(() => {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const heading = document.querySelector("main h1");
    const words = document.querySelector("[data-or-passkey-problem]");
    document.querySelector("main .errors")?.remove();
    heading.after(words.content.cloneNode(true));
    document.querySelector("main .errors").focus();
  });
})();
