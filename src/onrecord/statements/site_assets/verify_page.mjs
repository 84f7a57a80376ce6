// SPDX-License-Identifier: Apache-2.0
//
// The form of the page "Check a statement": what the reader gives goes to the verifier, and its answer into the
// page. Nothing leaves the reader's machine but questions to the sites that are being checked. The same page
// without scripts is answered by the server, which uses the same words (pages/verification.py).

import {
  Refused, holdsText, isBundle, isDecision, isObject, judge, judgeBundle, judgeCheckpoint, judgeDecision, judgeObject,
  readBundle, readCheckpoint, readDecision, readEdition, readObject, readPolicy, readProof, rootAt, same, sourceOf, toText,
} from "./verify.mjs";

const MAX_ANSWER = 2 ** 26, SECONDS = 20;
const words = JSON.parse(document.getElementById("verify-words").textContent);
const form = document.getElementById("verify-form");
const result = document.getElementById("verify-result");

// Something that the reader has to know or do before anything can be judged. The message is one of the words.
class Told extends Error {}


// ---------------------------------------------------------------------------- what was given

// Tell what bytes are meant to be, by what they hold and their name, also if one of them was changed.
function kindOf(bytes, name) {
  if (isBundle(bytes) || name.endsWith(".onrecord.zip")) return "bundle";
  if (isObject(bytes)) return "object";
  if (holdsText(bytes.subarray(0, 40), "tlog-proof@v1\n") || name.endsWith(".tlog-proof")) return "proof";
  if (isDecision(bytes)) return "decision";
  if (bytes[0] === 0x7b && holdsText(bytes, '"onrecord/edition/')) return "edition";
  if (holdsText(bytes, "\n\n\u2014 ") && tried(() => readCheckpoint(bytes))) return "checkpoint";
  const start = bytes.subarray(0, 2000);
  return holdsText(start, "<html") || holdsText(start, "<HTML") ? "page" : "other";
}

function tried(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

// Ask for a file. Null if there is none, if the site does not let browsers read it, or if nobody answers.
async function ask(url) {
  try {
    const answer = await fetch(url, {
      credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(SECONDS * 1000),
    });
    if (!answer.ok || Number(answer.headers.get("content-length") ?? 0) > MAX_ANSWER) return null;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return bytes.length > MAX_ANSWER ? null : { bytes, url: answer.url || url };
  } catch {
    return null;
  }
}

const askBytes = async (url) => (await ask(url))?.bytes;

async function registerAt(site) {
  const [register, registerProof, registerNote] = await Promise.all(
    [".json", ".tlog-proof", ".note"].map((ending) => askBytes(`${site}/register${ending}`)));
  return { register, registerProof, registerNote };
}

// Return what the files of the reader make together.
async function fromFiles(files) {
  const given = await Promise.all(files.map(async (file) =>
    ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  for (const file of given) file.kind = kindOf(file.bytes, file.name);
  const bundle = given.find(({ kind }) => kind === "bundle"), object = given.find(({ kind }) => kind === "object");
  if (object && bundle) return { object: object.bytes, source: registerIn(await openedSource(bundle.bytes)) };
  const decision = given.find(({ kind }) => kind === "decision");
  if (decision && bundle) return keptDecision(decision.bytes, registerIn(await openedSource(bundle.bytes)));
  if (bundle) return { bundle: bundle.bytes };

  const ofRegister = (ending) => given.find(({ name }) => name === `register${ending}`)?.bytes;
  const first = (kind) => given.find((file) => file.kind === kind && !file.name.startsWith("register."));
  const edition = first("edition"), proof = first("proof"), checkpoint = first("checkpoint");
  const lent = {
    register: ofRegister(".json"), registerProof: ofRegister(".tlog-proof"), registerNote: ofRegister(".note"),
  };
  if (object) return { object: object.bytes, source: lent };
  if (decision) return keptDecision(decision.bytes, lent);
  if (!edition && !proof && checkpoint) return { checkpoint: checkpoint.bytes, source: lent };
  if (!edition && !proof) throw new Told(words.nothing_known);
  if (!edition) throw new Told(words.edition_missing);
  const found = proof?.bytes ?? await publishedProof(edition.bytes);
  if (!found) throw new Told(words.proof_missing);
  const rest = given.filter((file) => file.kind !== "proof" && !["register.json", "register.note"].includes(file.name));
  const attached = rest.filter((file) => file !== edition).map(({ name, bytes }) => [name, bytes]);
  return { source: { edition: edition.bytes, proof: found, files: new Map(attached), ...lent } };
}

// The proof of a decision holds the edition that commits to it, with its proof.
function keptDecision(decision, lent) {
  const { edition, proof } = tried(() => readDecision(decision)) ?? {};
  return { decision, source: { edition, proof, ...lent } };
}

const registerIn = ({ register, registerProof, registerNote }) => ({ register, registerProof, registerNote });

async function publishedProof(bytes) {
  const edition = tried(() => readEdition(bytes));
  return edition && askBytes(`${edition.statement.replace(/\/+$/, "")}/${edition.number}.tlog-proof`);
}

// Return what is at the address of a page, an edition, a proof or a bundle. What a browser may not read is left
// to the server, which has the same form.
async function fromAddress(address) {
  let answer = await ask(address), newest = null;
  if (!answer) throw new Told(words.not_answered);
  let kind = kindOf(answer.bytes, new URL(answer.url).pathname);
  if (kind === "page") {
    const linked = editionLink(answer.bytes, answer.url);
    if (!linked) throw new Told(words.no_edition_on_page);
    newest = /\/[1-9][0-9]*\/?$/.test(new URL(answer.url).pathname) ? null : numberIn(linked);
    answer = await ask(linked);
    if (!answer) throw new Told(words.not_answered);
    kind = "edition";
  }
  if (kind === "bundle") return { bundle: answer.bytes, newest };
  if (kind === "checkpoint") return { checkpoint: answer.bytes, source: await registerAt(new URL(answer.url).origin) };
  if (kind === "object") return { object: answer.bytes, source: await registerAt(new URL(answer.url).origin) };
  if (kind === "decision") return keptDecision(answer.bytes, await registerAt(new URL(answer.url).origin));
  if (kind !== "edition" && kind !== "proof") throw new Told(words.nothing_known);
  const stem = answer.url.replace(/[?#].*$/, "").replace(/\.[a-z-]+$/, "");
  const other = await askBytes(stem + (kind === "edition" ? ".tlog-proof" : ".json"));
  if (!other) throw new Told(kind === "edition" ? words.proof_missing : words.edition_missing);
  const [edition, proof] = kind === "edition" ? [answer.bytes, other] : [other, answer.bytes];
  return { source: { edition, proof, ...await registerAt(new URL(answer.url).origin) }, newest };
}

const EDITION_FILE = /\/([1-9][0-9]{0,8})\.json$/;
const numberIn = (url) => Number(EDITION_FILE.exec(new URL(url).pathname)?.[1] ?? 0);

// Return the address of the edition file that a statement's page links, on the same site.
function editionLink(bytes, base) {
  const page = new DOMParser().parseFromString(tried(() => toText(bytes, "The page")) ?? "", "text/html");
  for (const link of page.querySelectorAll('link[rel="alternate"][type="application/json"]')) {
    const target = new URL(link.getAttribute("href") ?? "", base);
    if (EDITION_FILE.test(target.pathname) && target.origin === new URL(base).origin) return target.href;
  }
  return null;
}


// ---------------------------------------------------------------------------- whom it is compared with

// Ask the site of the log itself which keys are its own, and whether there is a newer edition.
async function pinsFor(given) {
  const source = given.bundle ? await openedSource(given.bundle) : given.source ?? {};
  if (given.object && !source.register && !form.elements.offline.checked) await lendRegister(given.object, source);
  if (given.object) Object.assign(source, { proof: source.registerProof });
  const head = given.checkpoint ? tried(() => readCheckpoint(given.checkpoint)) : headOf(source.proof);
  const pasted = (name) => form.elements[name].value.trim();
  const pins = { root: pasted("root") || undefined, newest: given.newest ?? null };
  if (pasted("policy")) {
    pins.policy = await readPolicy(new TextEncoder().encode(form.elements.policy.value)).catch(() => null);
    if (!pins.policy) throw new Told(words.bad_policy);
  }
  if (!head || form.elements.offline.checked) return pins;
  const site = `https://${head.origin.replace(/\/log$/, "")}`;
  pins.siteRegister = await askBytes(`${site}/register.json`);
  if (!pins.siteRegister) given.notice = words.site_not_asked;
  if (pins.siteRegister && given.source && !given.source.register) Object.assign(given.source, await registerAt(site));
  if (given.decision) return pins;
  pins.newest ??= await newestAt(site, source.edition);
  return pins;
}

// An object comes alone: its own site is asked for a register of keys.
async function lendRegister(object, source) {
  const read = await readObject(object).catch(() => null);
  if (read) Object.assign(source, await registerAt(new URL(read.id).origin));
}

async function openedSource(bundle) {
  const contents = tried(() => readBundle(bundle));
  return contents ? sourceOf(contents) : {};
}

function headOf(proof) {
  const read = proof ? tried(() => readProof(proof)) : null;
  return read && tried(() => readCheckpoint(read.signed));
}

async function newestAt(site, bytes) {
  const edition = bytes ? tried(() => readEdition(bytes)) : null;
  if (!edition?.statement.startsWith(`${site}/`)) return null;
  const page = await ask(edition.statement), linked = page && editionLink(page.bytes, page.url);
  return linked ? numberIn(linked) : null;
}


// ---------------------------------------------------------------------------- what came of it

const element = (name, attributes = {}, ...children) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
};

function show(verdict, notice) {
  const { facts } = verdict;
  const name = facts.organisation ?? facts.origin ?? "";
  const codes = verdict.steps.map(({ code }) => code), kinds = ["decision", "object", "edition"];
  const alone = kinds.find((code) => codes.includes(code)) ?? "checkpoint";
  const said = words.verdicts[verdict.verdict === "holds" && alone !== "edition" ? alone : verdict.verdict];
  const shown = [
    element("h2", { id: "verify-heading", tabIndex: -1 }, said.heading),
    element("p", {}, said.text.replace("%(name)s", () => name)),
    element("p", { className: "verify-limits" }, words.limits),
  ];
  // What a reader must not overlook although everything may hold.
  const newer = verdict.steps.some(({ code, outcome }) => code === "current" && outcome === "unknown");
  const notices = [facts.op === "withdraw" && words.withdraws, newer && words.newer, notice].filter(Boolean);
  shown.push(...notices.map((text) => element("p", { className: "verify-notice" }, text)));
  shown.push(factList(facts), stepList(verdict.steps, verdict.verdict !== "holds"));
  replace(verdict.verdict, shown);
}

function factList(facts) {
  const list = element("dl", { className: "verify-facts" });
  const add = (label, value) => value && list.append(element("dt", {}, label), element("dd", {}, bdi(value)));
  const bdi = (value) => (value instanceof Node ? value : element("bdi", {}, String(value)));
  add(words.facts.organisation, facts.organisation);
  add(words.facts.number, facts.number);
  add(words.facts.verdict, words.decisions[facts.verdict] ?? facts.verdict);
  add(words.facts.decided, facts.decided && moment(facts.decided));
  add(words.facts.title, facts.title && element("bdi", { lang: facts.lang }, facts.title));
  add(words.facts.statement, facts.statement && link(facts.statement));
  add(words.facts.edition, facts.edition);
  add(words.facts.issued, facts.issued && moment(facts.issued));
  add(words.facts.origin, facts.origin);
  add(words.facts.index, facts.index?.toString());
  add(words.facts.size, facts.size?.toString());
  add(words.facts.name, facts.name);
  add(words.facts.object, facts.object && link(facts.object));
  add(words.facts.account, facts.account && link(facts.account));
  add(words.facts.created, facts.created && moment(facts.created));
  add(words.facts.cosigned, facts.cosigned?.map(({ name, time }) => `${name}, ${moment(time)}`).join("; "));
  return list;
}

// Only web addresses become links: the text is somebody else's.
function link(address) {
  const safe = /^https?:\/\//.test(address);
  return safe ? element("a", { href: address, rel: "nofollow noreferrer" }, element("bdi", {}, address)) : address;
}

function moment(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const parts = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" };
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return `${new Intl.DateTimeFormat(language, parts).format(date)} UTC`;
}

function stepList(steps, open) {
  const list = element("ol", { className: "verify-steps" });
  for (const { code, outcome, detail } of steps) {
    const row = element("li", { className: `verify-${outcome}` });
    row.append(
      element("p", {}, element("strong", {}, words.outcomes[outcome]), ` ${words.steps[code]}`),
      element("p", { className: "verify-detail", lang: "en", dir: "ltr" }, detail),
    );
    list.append(row);
  }
  return element("details", { open }, element("summary", {}, words.steps_heading), list);
}

function tell(message) {
  replace("unknown", [
    element("h2", { id: "verify-heading", tabIndex: -1 }, words.verdicts.unknown.heading), element("p", {}, message),
  ]);
}

function replace(outcome, children) {
  result.className = `verify-result verify-result-${outcome}`;
  result.replaceChildren(...children);
  result.hidden = false;
  result.querySelector("h2").focus();
}


// ---------------------------------------------------------------------------- the form

async function check() {
  const files = [...form.elements.files.files], address = form.elements.address.value.trim();
  if (!files.length && !address) throw new Told(words.nothing_given);
  const given = files.length ? await fromFiles(files) : await fromAddress(address);
  const pins = await pinsFor(given);
  if (given.bundle) return show(await judgeBundle(given.bundle, pins), given.notice);
  if (given.decision) return show(await judgeDecision(given.decision, given.source, pins), given.notice);
  if (given.object) return show(await judgeObject(given.object, given.source, pins), given.notice);
  if (given.checkpoint) return showCheckpoint(given, pins);
  return show(await judge(given.source, pins), given.notice);
}

// A checkpoint that somebody kept is compared with that of today, if both are signed by the log.
async function showCheckpoint({ checkpoint, source, notice }, pins) {
  const verdict = await judgeCheckpoint(checkpoint, source, pins), kept = tried(() => readCheckpoint(checkpoint));
  if (verdict.verdict !== "holds" || !pins.siteRegister) return show(verdict, notice);
  const log = `https://${kept.origin}`, signed = await askBytes(`${log}/checkpoint`);
  const today = signed && await judgeCheckpoint(signed, source, pins);
  if (today?.verdict !== "holds") return show(verdict, notice);
  const continued = await continues(kept, tried(() => readCheckpoint(signed)), (path) => askBytes(`${log}/${path}`));
  if (continued === false) return show({ ...verdict, verdict: "fails" }, words.forked);
  return show(verdict, continued ? words.continued : words.tiles_not_read);
}

// Whether the log of today begins with that of then; null if its files cannot be read, or if it is shorter (an old
// copy may be served, which proves nothing).
async function continues(then, today, read) {
  if (then.size > today.size) return null;
  try {
    const sizes = [then, today].map(({ size }) => Number(size));
    const roots = [await rootAt(sizes[0], sizes[1], read), await rootAt(sizes[1], sizes[1], read)];
    if (!same(roots[1], today.root)) return null;
    return same(roots[0], then.root);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  result.setAttribute("aria-busy", "true");
  try {
    await check();
  } catch (error) {
    const hosted = location.protocol !== "file:";
    if (error instanceof Told && error.message === words.not_answered && hosted) {
      form.submit();  // the server may read what a browser may not
      return;
    }
    tell(error instanceof Told ? error.message : words.broken);
    if (!(error instanceof Told)) console.error(error);
  } finally {
    button.disabled = false;
    result.removeAttribute("aria-busy");
  }
});

// A file may be dropped anywhere on the page.
const carriesFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.add("verify-dropping");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) form.classList.remove("verify-dropping");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.remove("verify-dropping");
  form.elements.files.files = event.dataTransfer.files;
  form.elements.address.value = "";
  form.requestSubmit();
});

for (const note of document.querySelectorAll(".verify-without-script")) note.remove();
for (const part of document.querySelectorAll(".verify-with-script")) part.hidden = false;
