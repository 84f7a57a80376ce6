// SPDX-License-Identifier: Apache-2.0
// Solves the work of a form (ALTCHA, PBKDF2/SHA-256), away from the page, so that nobody who types notices.

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const TOGETHER = 32; // one attempt is short, so several wait for the browser's threads at any time
const LAST = 2 ** 20;

async function keyOf(parameters, salt, nonce, counter) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: parameters.cost };
  return hex(await crypto.subtle.deriveBits(how, material, parameters.keyLength * 8));
}

async function solve(challenge) {
  const { parameters } = challenge;
  const [salt, nonce] = [bytes(parameters.salt), bytes(parameters.nonce)];
  const started = performance.now();
  for (let first = 0; first < LAST; first += TOGETHER) {
    const counters = Array.from({ length: TOGETHER }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => keyOf(parameters, salt, nonce, counter)));
    const place = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (place >= 0) {
      const time = performance.now() - started;
      return { challenge, solution: { counter: counters[place], derivedKey: keys[place], time } };
    }
  }
  throw new Error("no solution");
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage(btoa(JSON.stringify(await solve(data))));
  } catch {
    postMessage("");
  }
});
