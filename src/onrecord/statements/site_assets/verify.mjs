// SPDX-License-Identifier: Apache-2.0
//
// The verifier that runs with the reader: in a browser, from a saved page, or under Node. No dependency, no
// build step. It decides what `onrecord verify` decides, step by step (docs/verify-in-a-browser.md), and it is
// written to be read from top to bottom:
//
//   1 bytes and text      2 SHA-2                3 Ed25519            4 canonical JSON (RFC 8785)
//   5 keys                6 signed notes         7 checkpoints        8 Merkle tree (RFC 6962)
//   9 leaf and edition   10 .tlog-proof         11 register of keys  12 trust policy
//  13 bundle             14 verdict             15 a whole log (tiles)   16 objects of the fediverse
//
// What it proves is who said what and when. Never that it is true.

// Whatever keeps something from being accepted: it cannot be read or is false (Refused), nobody known says so
// (Undecided; Compromised when only a newer proof can tell), or it cannot even be asked, because what it is about
// cannot be read (Skipped).
export class Refused extends Error {}
class Undecided extends Refused {}
class Compromised extends Undecided {}
class Skipped extends Error {}

const refuse = (message) => { throw new Refused(message); };
const insist = (condition, message) => { if (!condition) refuse(message); };


// ---------------------------------------------------------------------------- 1 bytes and text

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const toBytes = (text) => encoder.encode(text);

// Decode UTF-8. Nothing is repaired: a wrong byte is refused, a byte order mark stays.
export function toText(bytes, what) {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse(`${what} is not UTF-8.`);
  }
}

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Whether a text stands somewhere among the bytes.
export function holdsText(bytes, text) {
  const wanted = toBytes(text);
  for (let at = bytes.indexOf(wanted[0]); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (same(bytes.subarray(at, at + wanted.length), wanted)) return true;
  }
  return false;
}

const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    text += BASE64[bits >> 18] + BASE64[(bits >> 12) & 63] + BASE64[(bits >> 6) & 63] + BASE64[bits & 63];
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return padding ? text.slice(0, -padding) + "=".repeat(padding) : text;
}

// Decode standard base64 with padding (RFC 4648 section 4). Encoding the result again must give the same text:
// otherwise one value would have several spellings.
export function fromBase64(text, what, length) {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0, held = 0, at = 0;
  for (const digit of digits) {
    const value = BASE64.indexOf(digit);
    insist(value >= 0, `${what} is not strict base64.`);
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) { held -= 8; bytes[at++] = (bits >> held) & 0xff; }
  }
  insist(toBase64(bytes) === text, `${what} is not strict base64.`);
  insist(length === undefined || bytes.length === length, `${what} has ${bytes.length} bytes, not ${length}.`);
  return bytes;
}

// Read a decimal number as C2SP writes it: no sign, no leading zero, below 2^63. A BigInt.
function fromDecimal(text, what) {
  const strict = /^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < 1n << 63n;
  return strict ? BigInt(text) : refuse(`${what} is no decimal number below 2^63 without sign or leading zeros.`);
}


// ---------------------------------------------------------------------------- 2 SHA-2

// The browser's own cryptography; missing outside secure contexts, as on a plain http mirror. Then the code in
// this file does it all.
let subtle = globalThis.crypto?.subtle ?? null;

export function withoutWebCrypto() {
  subtle = null;
}

export async function sha256(...parts) {
  const data = parts.length === 1 ? parts[0] : join(...parts);
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", data)) : ownSha256(data);
}

const PRIMES = [];
for (let candidate = 2; PRIMES.length < 80; candidate++) {
  if (PRIMES.every((prime) => candidate % prime)) PRIMES.push(candidate);
}

// The largest integer whose n-th power is at most `value`.
function integerRoot(value, n) {
  let low = 0n, high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** n <= value) low = middle; else high = middle;
  }
  return low;
}

// FIPS 180-4 takes its constants from the fractional parts of roots of primes; so does this, exactly.
const MASK64 = (1n << 64n) - 1n;
const START = PRIMES.slice(0, 8).map((prime) => integerRoot(BigInt(prime) << 128n, 2n) & MASK64);
const ROUND = PRIMES.map((prime) => integerRoot(BigInt(prime) << 192n, 3n) & MASK64);
const START32 = START.map((value) => Number(value >> 32n) | 0);
const ROUND32 = ROUND.slice(0, 64).map((value) => Number(value >> 32n) | 0);

function padded(data, block) {
  const length = data.length + 1 + block / 8;
  const whole = new Uint8Array(Math.ceil(length / block) * block);
  whole.set(data);
  whole[data.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(data.length) * 8n);
  return new DataView(whole.buffer);
}

// SHA-256 (FIPS 180-4 section 6.2).
export function ownSha256(data) {
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const view = padded(data, 64), words = new Int32Array(64), state = Int32Array.from(START32);
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let t = 0; t < 16; t++) words[t] = view.getInt32(offset + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = words[t - 15], y = words[t - 2];
      const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[t] = words[t - 16] + s0 + words[t - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), chosen = (e & f) ^ (~e & g);
      const t1 = (h + s1 + chosen + ROUND32[t] + words[t]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22), most = (a & b) ^ (a & c) ^ (b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + s0 + most) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => { state[at] += value; });
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((value, at) => digest.setInt32(4 * at, value));
  return new Uint8Array(digest.buffer);
}

// SHA-512 (FIPS 180-4 section 6.4). Only Ed25519 below needs it.
export function ownSha512(data) {
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK64;
  const view = padded(data, 128), words = new Array(80);
  let state = START;
  for (let offset = 0; offset < view.byteLength; offset += 128) {
    for (let t = 0; t < 16; t++) words[t] = view.getBigUint64(offset + 8 * t);
    for (let t = 16; t < 80; t++) {
      const x = words[t - 15], y = words[t - 2];
      const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n), s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      words[t] = (words[t - 16] + s0 + words[t - 7] + s1) & MASK64;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t++) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n), chosen = (e & f) ^ (~e & MASK64 & g);
      const t1 = h + s1 + chosen + ROUND[t] + words[t];
      const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n), most = (a & b) ^ (a & c) ^ (b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK64, c, b, a, (t1 + s0 + most) & MASK64];
    }
    state = [a, b, c, d, e, f, g, h].map((value, at) => (state[at] + value) & MASK64);
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((value, at) => digest.setBigUint64(8 * at, value));
  return new Uint8Array(digest.buffer);
}


// ---------------------------------------------------------------------------- 3 Ed25519 (RFC 8032 section 5.1)

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (value) => { const rest = value % P; return rest < 0n ? rest + P : rest; };

function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const littleEndian = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

// Decode a point to extended coordinates (X, Y, Z, T), or null when it is not on the curve.
function decodePoint(bytes) {
  const encoded = littleEndian(bytes), odd = encoded >> 255n, y = encoded & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(v * x * x) !== u || (x === 0n && odd)) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

// Add two points: complete formulas, right for any two, equal ones included (RFC 8032 section 5.1.4).
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * mod(t1 * t2)), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

const NEUTRAL = [0n, 1n, 1n, 0n];
const BASE = decodePoint(fromHex("5866666666666666666666666666666666666666666666666666666666666666"));

// The y coordinates, as encoded, of all points of small order. A key or a commitment R among them is refused:
// with such a key anybody could sign, and browsers differ about such an R.
const SMALL_ORDER = [0n, 1n, P - 1n].concat([
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map((encoded) => littleEndian(fromHex(encoded))));

function isWeak(point) {
  const y = littleEndian(point) & ((1n << 255n) - 1n);
  return y >= P || SMALL_ORDER.includes(y);
}

// Whether [S]B - [h]A, encoded, is R: without the cofactor, as OpenSSL and BoringSSL do it.
export function ownEd25519(key, message, signature) {
  const r = signature.subarray(0, 32), s = littleEndian(signature.subarray(32));
  const point = decodePoint(key);
  if (!point || s >= L) return false;
  const h = littleEndian(ownSha512(join(r, key, message))) % L;
  const minusA = [mod(-point[0]), point[1], point[2], mod(-point[3])], both = add(BASE, minusA);
  let sum = NEUTRAL;
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const inS = (s >> bit) & 1n, inH = (h >> bit) & 1n;
    if (inS || inH) sum = add(sum, inS && inH ? both : inS ? BASE : minusA);
  }
  const inverse = power(sum[2], P - 2n), x = mod(sum[0] * inverse), y = mod(sum[1] * inverse);
  return littleEndian(r) === (y | ((x & 1n) << 255n));
}

export async function ed25519(key, message, signature) {
  if (signature.length !== 64 || isWeak(key) || isWeak(signature.subarray(0, 32))) return false;
  if (subtle) {
    try {
      const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
    } catch {
      // A browser without Ed25519, or a key that is no point: the code above knows which.
    }
  }
  return ownEd25519(key, message, signature);
}


// ---------------------------------------------------------------------------- 4 canonical JSON (RFC 8785)

const MAX_DEPTH = 64;
const SHORT_ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const LONG_ESCAPE = /^u[0-9a-fA-F]{4}$/, LONE_SURROGATE = /[\ud800-\udfff]/u;
const TO_ESCAPE = /["\\\u0000-\u001f]/g;
const WRITTEN = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const longEscape = (character) => `\\u00${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

// Read JSON, however it is spaced, ordered and escaped: keys unique, integers below 2^53 only, text in Unicode
// normal form C. Objects come back as Map, so that no key has a meaning of its own.
export function readJson(bytes) {
  const text = toText(bytes, "The JSON");
  let at = 0;

  const bad = (what) => refuse(`The bytes are no JSON that is read here: ${what} at character ${at}.`);
  const expect = (token) => { if (!text.startsWith(token, at)) bad(`no ${token}`); at += token.length; };
  const skip = () => { while (at < text.length && " \t\n\r".includes(text[at])) at++; };
  const follows = (token) => { skip(); return text.startsWith(token, at) && Boolean(at += token.length); };

  function value(depth) {
    if (depth > MAX_DEPTH) bad(`nesting deeper than ${MAX_DEPTH} levels`);
    skip();
    switch (text[at]) {
      case "{": return object(depth);
      case "[": return array(depth);
      case '"': return string();
      case "t": expect("true"); return true;
      case "f": expect("false"); return false;
      case "n": expect("null"); return null;
      default: return integer();
    }
  }

  function object(depth) {
    const members = new Map();
    expect("{");
    if (follows("}")) return members;
    do {
      skip();
      const key = string();
      if (members.has(key)) bad("a key that is repeated");
      skip();
      expect(":");
      members.set(key, value(depth + 1));
    } while (follows(","));
    expect("}");
    return members;
  }

  function array(depth) {
    const items = [];
    expect("[");
    if (follows("]")) return items;
    do items.push(value(depth + 1)); while (follows(","));
    expect("]");
    return items;
  }

  function string() {
    let result = "", from;
    expect('"');
    for (from = at; text[at] !== '"';) {
      if (at >= text.length || text[at] < " ") bad("text that does not end, or a bare control character");
      if (text[at] !== "\\") { at++; continue; }
      result += text.slice(from, at++) + escaped();
      from = at;
    }
    result += text.slice(from, at++);
    if (LONE_SURROGATE.test(result)) bad("a lone surrogate");
    if (result.normalize("NFC") !== result) bad("text not in Unicode normal form C");
    return result;
  }

  function escaped() {
    const short = SHORT_ESCAPES[text[at]];
    if (short !== undefined) { at++; return short; }
    const long = text.slice(at, at + 5);
    if (!LONG_ESCAPE.test(long)) bad("an escape that does not exist");
    at += 5;
    return String.fromCharCode(parseInt(long.slice(1), 16));
  }

  function integer() {
    const [literal = ""] = /^-?(0|[1-9][0-9]*)/.exec(text.slice(at, at + 20)) ?? [];
    const number = Number(literal);
    if (!literal || !Number.isSafeInteger(number)) bad("no value, or no integer below 2^53");
    at += literal.length;
    return number;
  }

  const result = value(0);
  skip();
  if (at !== text.length) bad("something behind the end");
  return result;
}

// Write a value as RFC 8785 has it: keys in order, nothing spaced, nothing escaped without need.
export function canonical(value) {
  if (isText(value)) return `"${value.replace(TO_ESCAPE, (found) => WRITTEN[found] ?? longEscape(found))}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isMap(value)) return String(value);
  // JavaScript compares text by UTF-16 code units, which is the order that RFC 8785 section 3.2.3 wants.
  const keys = [...value.keys()].sort((one, other) => (one < other ? -1 : 1));
  return `{${keys.map((key) => `${canonical(key)}:${canonical(value.get(key))}`).join(",")}}`;
}

// Read bytes that are canonical JSON, and refuse all others: signatures and hashes are over the bytes as served.
export function readCanonical(bytes) {
  const value = readJson(bytes);
  insist(same(toBytes(canonical(value)), bytes), "The bytes are JSON, but not canonical.");
  return value;
}

const isMap = (value) => value instanceof Map;
const isText = (value) => typeof value === "string";
const isCount = (value, from = 0) => Number.isSafeInteger(value) && value >= from;


// ---------------------------------------------------------------------------- 5 keys (c2sp.org/signed-note)

export const NOTE_KIND = "\x01";
export const COSIGNATURE_KIND = "\x04";
export const LEAF_KIND = "\xffonrecord/leaf/1";
export const FEDERATION_KIND = "\xffonrecord/federation/1";
const KINDS = [NOTE_KIND, COSIGNATURE_KIND, LEAF_KIND, FEDERATION_KIND];
// What counts as a space is spelled out, because programming languages differ about it.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

// Read a vkey: `<name>+<key id>+<base64 of kind and public key>`. The kind is hashed into the id, so that a key
// for one purpose is never taken for a key for another.
export async function readKey(vkey) {
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(vkey) ?? refuse("A key is no vkey.");
  const data = fromBase64(encoded, "A key");
  insist(data.length > 32, "A key is too short.");
  const raw = data.slice(-32), kind = String.fromCharCode(...data.slice(0, -32));
  insist(name && !SPACE.test(name) && !/[\x00-\x1f]/.test(name), "The name of a key is empty or holds a space.");
  insist(KINDS.includes(kind), `The key ${name} is of a kind that is not supported here.`);
  insist(!isWeak(raw), `The key ${name} is of small order or not canonical: anybody could sign with it.`);
  const digest = await sha256(toBytes(`${name}\n`), data);
  insist(toHex(digest.slice(0, 4)) === id, `The key ${name} has another id than its vkey says.`);
  return { name, id, kind, raw, vkey };
}


// ---------------------------------------------------------------------------- 6 signed notes (c2sp.org/signed-note)

const MAX_NOTE = 1_000_000, MAX_SIGNATURES = 100;

// Split a note into text and signature lines, believing neither.
export function readNote(bytes) {
  insist(bytes.length <= MAX_NOTE, "The note is too long.");
  const whole = toText(bytes, "The note");
  insist(!/[\x00-\x09\x0b-\x1f]/.test(whole), "The note holds a control character.");
  // The text may hold empty lines itself: the last one separates.
  const split = whole.lastIndexOf("\n\n");
  const lines = whole.slice(split + 2);
  insist(split >= 0 && lines.endsWith("\n"), "The note has no blank line followed by whole signature lines.");
  const rows = lines.slice(0, -1).split("\n");
  insist(rows.length <= MAX_SIGNATURES, "The note has too many signatures.");
  return { text: whole.slice(0, split + 1), signatures: rows.map(readSignature) };
}

function readSignature(row) {
  const [, name, encoded] = /^\u2014 ([^ ]+) ([^]*)$/.exec(row) ?? refuse("A line of the note is no signature.");
  insist(!name.includes("+") && !SPACE.test(name), "A signature line names no key.");
  const data = fromBase64(encoded, `The signature by ${name}`);
  insist(data.length > 4, `The signature by ${name} is too short.`);
  return { name, id: toHex(data.slice(0, 4)), signature: data.slice(4) };
}

// Return those of the given keys that signed the note. Lines by others are passed over, as the specification
// demands; a line by a given key that does not verify is refused.
async function noteSigners(note, keys) {
  const signers = new Set();
  for (const line of note.signatures) {
    const candidates = keys.filter((key) => key.name === line.name && key.id === line.id);
    if (candidates.length) signers.add(await firstThatSigned(candidates, toBytes(note.text), line.signature));
  }
  if (!signers.size) throw new Undecided("None of the signatures is by a key that is known here.");
  return [...signers];
}

// Return the key that signed. Two keys may have one id: it has four bytes.
async function firstThatSigned(candidates, message, signature) {
  for (const key of candidates) if (await ed25519(key.raw, message, signature)) return key;
  return refuse(`The signature by ${candidates[0].name} (${candidates[0].id}) does not verify.`);
}

// Where two keys share name and id, the last one counts.
const byNameAndId = (keys) => new Map(keys.map((key) => [`${key.name} ${key.id}`, key]));

// Return which of these witnesses cosigned the note, each with its newest time in seconds since 1970, a BigInt
// (c2sp.org/tlog-cosignature, cosignature/v1).
async function cosignatures(note, keys) {
  const known = byNameAndId(keys), found = new Map();
  for (const { name, id, signature } of note.signatures) {
    const key = known.get(`${name} ${id}`);
    if (!key) continue;
    insist(signature.length === 72, `The cosignature by ${name} has a wrong length.`);
    const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    insist(seconds > 0n && seconds < 1n << 63n, `The cosignature by ${name} gives a time that cannot be.`);
    await firstThatSigned([key], toBytes(`cosignature/v1\ntime ${seconds}\n${note.text}`), signature.slice(8));
    found.set(key, seconds > (found.get(key) ?? 0n) ? seconds : found.get(key));
  }
  return [...found].map(([key, seconds]) => ({ key, seconds }));
}


// ---------------------------------------------------------------------------- 7 checkpoints (c2sp.org/tlog-checkpoint)

const EMPTY_ROOT = fromHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

// Read what a log says about itself: whose it is, how many leaves, which root.
export function readCheckpoint(bytes) {
  const note = readNote(bytes), lines = note.text.split("\n");
  insist(lines.length >= 4 && lines.indexOf("") === lines.length - 1, "The note is no checkpoint.");
  const size = fromDecimal(lines[1], "The size in the checkpoint");
  const root = fromBase64(lines[2], "The root in the checkpoint", 32);
  insist(size > 0n || same(root, EMPTY_ROOT), "The checkpoint gives the empty log a wrong root.");
  return { note, origin: lines[0], size, root };
}


// ---------------------------------------------------------------------------- 8 Merkle tree (RFC 6962 section 2.1)

const LEAF_MARK = Uint8Array.of(0), NODE_MARK = Uint8Array.of(1);
export const leafHash = (leaf) => sha256(LEAF_MARK, leaf);
const nodeHash = (left, right) => sha256(NODE_MARK, left, right);

const bitLength = (value) => (value === 0n ? 0 : value.toString(2).length);
const bitCount = (value) => value.toString(2).replaceAll("0", "").length;
const isOdd = (value, bit) => Boolean((value >> BigInt(bit)) & 1n);

// Insist that the proof leads from the leaf to the root (RFC 9162 section 2.1.3.2). Numbers are BigInt.
export async function checkInclusion({ index, size, leaf, proof, root }) {
  insist(index >= 0n && index < size, `Leaf ${index} is not in a tree of ${size} leaves.`);
  insist([leaf, ...proof, root].every((hash) => hash.length === 32), "A hash in the proof has a wrong length.");
  const inner = bitLength(index ^ (size - 1n)), border = bitCount(index >> BigInt(inner));
  insist(proof.length === inner + border, `The proof has ${proof.length} hashes, not ${inner + border}.`);
  let reached = leaf;
  for (const [height, sibling] of proof.entries()) {
    const fromLeft = height >= inner || isOdd(index, height);
    reached = fromLeft ? await nodeHash(sibling, reached) : await nodeHash(reached, sibling);
  }
  insist(same(reached, root), `The proof for leaf ${index} of ${size} does not lead to the root.`);
}

// Insist that the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2). Numbers are BigInt.
export async function checkConsistency({ oldSize, newSize, oldRoot, newRoot, proof }) {
  insist(oldSize > 0n && oldSize <= newSize, `There is no consistency proof from ${oldSize} to ${newSize} leaves.`);
  if (oldSize === newSize) {
    return insist(!proof.length && same(oldRoot, newRoot), "Two trees of one size have different roots.");
  }
  insist([...proof, oldRoot, newRoot].every((hash) => hash.length === 32), "A hash in the proof has a wrong length.");
  const shift = bitLength(oldSize & -oldSize) - 1;
  const inner = bitLength((oldSize - 1n) ^ (newSize - 1n)) - shift;
  const border = bitCount((oldSize - 1n) >> BigInt(shift + inner));
  // A perfect old tree is itself the first node and is not repeated in the proof.
  const perfect = oldSize === 1n << BigInt(shift);
  const expected = inner + border + (perfect ? 0 : 1);
  insist(proof.length === expected, `The proof has ${proof.length} hashes, not ${expected}.`);
  const [seed, ...path] = perfect ? [oldRoot, ...proof] : proof;
  const mask = (oldSize - 1n) >> BigInt(shift);
  let reachedOld = seed, reachedNew = seed;
  for (const [height, sibling] of path.entries()) {
    if (height >= inner || isOdd(mask, height)) {
      reachedOld = await nodeHash(sibling, reachedOld);
      reachedNew = await nodeHash(sibling, reachedNew);
    } else {
      reachedNew = await nodeHash(reachedNew, sibling);
    }
  }
  insist(same(reachedOld, oldRoot), `The proof for the first ${oldSize} leaves does not lead to their root.`);
  insist(same(reachedNew, newRoot), `The proof for all ${newSize} leaves does not lead to their root.`);
}


// ---------------------------------------------------------------------------- 9 leaf and edition (docs/record.md A1)

const LEAF = "onrecord/leaf/1", EDITION = "onrecord/edition/1";

// Take a leaf apart: `{"c": commitment, "k": id of the release key, "s": its signature, "v": version}`.
function readLeaf(bytes) {
  const members = readCanonical(bytes);
  insist(isMap(members) && [...members.keys()].join() === "c,k,s,v", "A leaf has exactly the members c, k, s and v.");
  insist([...members.values()].every(isText) && members.get("v") === LEAF, "The leaf is of another version.");
  insist(/^[0-9a-f]{8}$/.test(members.get("k")), "The leaf names no key.");
  return {
    commitment: fromBase64(members.get("c"), "The commitment in the leaf", 32),
    id: members.get("k"),
    signature: fromBase64(members.get("s"), "The signature in the leaf", 64),
  };
}

const leafMessage = (leaf, origin) => join(toBytes(`${LEAF}\n${origin}\n`), leaf.commitment);

const commitment = (nonce, edition) => sha256(toBytes(`${EDITION}\n`), nonce, edition);

const OPERATIONS = ["publish", "update", "correct", "translate", "withdraw", "erase", "register", "policy",
  "decisions"];
const NEEDS_REASON = ["correct", "withdraw", "erase"], NEEDS_PREVIOUS = ["update", "correct", "withdraw"];
const TIMESTAMP = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const SHA256 = /^[0-9a-f]{64}$/;

// Read an edition file: canonical JSON with these members. Others are allowed.
export function readEdition(bytes) {
  const members = readCanonical(bytes);
  insist(isMap(members) && members.get("v") === EDITION, "The file is no edition of a version known here.");
  checkLines(members);
  const text = (name, form = /[^]/, within = members) => {
    const value = within.get(name);
    return isText(value) && form.test(value) ? value : refuse(`The member ${name} of the edition is malformed.`);
  };
  const op = text("op"), reason = members.get("reason") ?? null, previous = members.get("prev") ?? null;
  insist(OPERATIONS.includes(op), "The operation of the edition is not known.");
  insist(isCount(members.get("edition"), 1), "The edition has no number from 1.");
  insist(reason === null || isText(reason), "The reason of the edition is not text.");
  insist(reason || !NEEDS_REASON.includes(op), "The edition must give a public reason.");
  if (previous !== null) {
    insist(isMap(previous) && isCount(previous.get("index")) && isText(previous.get("commitment")),
      "The edition does not say which one it follows.");
    fromBase64(previous.get("commitment"), "The commitment in prev", 32);
  }
  insist(previous !== null || !NEEDS_PREVIOUS.includes(op), "The edition must name the one before it.");
  checkMoment(text("issued", TIMESTAMP));
  const ids = new Set();
  for (const block of objects(members, "blocks")) {
    insist(!ids.has(text("id", /[^]/, block)), "Two blocks have one id.");
    ids.add(block.get("id"));
    text("kind", /[^]/, block);
    insist(isText(block.get("text")), "A block has no text.");
  }
  const files = objects(members, "files").map((file) => {
    insist(isCount(file.get("size")), "A file has no size.");
    text("type", /[^]/, file);
    return { name: text("name", /[^]/, file), size: file.get("size"), sha256: text("sha256", SHA256, file) };
  });
  if (members.has("html_sha256")) text("html_sha256", SHA256);
  return {
    log: text("log"), statement: text("statement"), number: members.get("edition"), op, lang: text("lang", LANGUAGE),
    title: text("title"), issued: members.get("issued"), previous, reason: reason ?? "", files, members,
  };
}

function checkLines(value) {
  if (isText(value)) insist(!value.includes("\r"), "The edition holds a carriage return.");
  if (isMap(value) || Array.isArray(value)) for (const member of value.values()) checkLines(member);
}

function checkMoment(text) {
  const [year, month, day, hour, minute, second] = TIMESTAMP.exec(text).slice(1).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  insist(year >= 1 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60,
    `${text} is no moment in time.`);
}

function objects(members, name) {
  const value = members.has(name) ? members.get(name) : [];
  insist(Array.isArray(value) && value.every(isMap), `The member ${name} of the edition is no array of objects.`);
  return value;
}


// ---------------------------------------------------------------------------- 10 .tlog-proof (c2sp.org/tlog-proof)

const PROOF_HEADER = "c2sp.org/tlog-proof@v1", MAX_HASHES = 64;

// Read a proof without believing it.
export function readProof(bytes) {
  let split = 0;
  while (split < bytes.length && !(bytes[split] === 10 && bytes[split + 1] === 10)) split++;
  const head = bytes.subarray(0, split);
  insist(split < bytes.length && head.every((byte) => byte < 0x80), "The proof has no blank line, or is not ASCII.");
  const lines = toText(head, "The proof").split("\n"), signed = bytes.slice(split + 2);
  insist(lines.shift() === PROOF_HEADER, "This is no proof.");
  readNote(signed);
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6), "The extra data") : null;
  insist(lines[0]?.startsWith("index "), "The proof has no index.");
  const index = fromDecimal(lines.shift().slice(6), "The index in the proof");
  const hashes = lines.map((line) => fromBase64(line, "A hash in the proof", 32));
  insist(hashes.length <= MAX_HASHES, "The proof has too many hashes.");
  return { index, hashes, signed, extra };
}

// Read what opens the leaf. Nothing authenticates it, and nothing has to: a wrong nonce or leaf opens nothing.
function readOpening(extra) {
  insist(extra, "The proof does not say what the leaf commits to.");
  const members = readCanonical(extra);
  insist(isMap(members) && [...members.keys()].join() === "leaf,nonce", "The extra data of the proof is malformed.");
  insist([...members.values()].every(isText), "The extra data of the proof is malformed.");
  return { leaf: toBytes(members.get("leaf")), nonce: fromBase64(members.get("nonce"), "The nonce", 32) };
}


// ---------------------------------------------------------------------------- 11 register of keys (docs/keys.md)

const REGISTER = "onrecord/register/1", ROOTS = "onrecord/roots/1", MAX_KEYS = 1_000;
const ROLES = { release: LEAF_KIND, log: NOTE_KIND, witness: COSIGNATURE_KIND, federation: FEDERATION_KIND };
const STATES = ["active", "retired", "compromised"];

// Read the edition file of a register: which keys count, and for which part of the log. Release keys count for
// leaf indexes, log keys for tree sizes, federation keys for moments, both ends included.
export async function readRegister(bytes) {
  const edition = readEdition(bytes), register = edition.members.get("register");
  insist(edition.op === "register", "The edition is no register.");
  insist(isMap(register) && register.get("v") === REGISTER, "The register is of another version.");
  const object = (value) => (isMap(value) ? value : refuse("A member of the register is no object."));
  const array = (value) => (Array.isArray(value) && value.length <= MAX_KEYS ? value
    : refuse("A member of the register is no array, or is too long."));
  const text = (value) => (isText(value) && value ? value : refuse("A member of the register is no text."));
  const count = (value) => (isCount(value) ? value : refuse("A member of the register is no number from 0."));
  const key = async (value, kind) => {
    const read = await readKey(text(value));
    return read.kind === kind ? read : refuse(`The key ${read.name} in the register is of another kind.`);
  };
  const keys = (values, kind) => Promise.all(array(values).map((value) => key(value, kind)));
  const optional = (value) => (value === undefined || value === null ? null : text(value));
  const given = (members, name, otherwise) => (members.has(name) ? members.get(name) : otherwise);

  // A federation key has an address, and moments instead of places in the log.
  const moment = (value) => (TIMESTAMP.test(text(value)) ? value : refuse("A moment in the register is none."));
  const provingOf = (entry, state) => ({
    method: text(entry.get("method")), since: moment(entry.get("since")),
    until: state === "active" ? "" : moment(entry.get("until")),
  });

  const listed = async (entry) => {
    const role = text(object(entry).get("role")), state = text(entry.get("state"));
    insist(Object.hasOwn(ROLES, role), "The role of a key in the register is not known.");
    insist(STATES.includes(state), "The state of a key in the register is not known.");
    const read = await key(entry.get("vkey"), ROLES[role]), to = entry.get("to_index") ?? null;
    insist(role !== "log" || read.name === edition.log, `The log key ${read.name} is not named as its log.`);
    insist(state === "active" || to !== null, `The key ${read.name} is closed, but not said where.`);
    optional(entry.get("reason"));
    const closed = entry.get("closed") ?? null;
    if (closed !== null) {
      count(object(closed).get("size"));
      fromBase64(text(closed.get("root")), "The root at which a key was closed", 32);
    }
    const proving = role === "federation" ? provingOf(entry, state) : {};
    const from = count(entry.get("from_index"));
    return { key: read, role, state, from, to: to === null ? null : count(to), ...proving };
  };

  const organisation = object(register.get("organisation")), root = object(register.get("root"));
  const roots = await keys(root.get("keys"), NOTE_KIND), threshold = count(root.get("threshold"));
  insist(threshold <= roots.length && (threshold || !roots.length), "The register demands impossible root signatures.");
  insist(roots.every(({ name }) => name.startsWith(`${edition.log}/root/`)), "A root key is not named as one.");
  insist(new Set(roots.map(({ raw }) => toHex(raw))).size === roots.length, "A root key is listed twice.");
  optional(organisation.get("domain"));
  array(given(organisation, "identifiers", [])).forEach(object);
  count(given(register, "max_sealed_days", 30));
  array(given(register, "mirrors", [])).forEach(text);
  return {
    edition, bytes, threshold, roots,
    organisation: text(organisation.get("name")),
    keys: await Promise.all(array(register.get("keys")).map(listed)),
    witnesses: await keys(given(register, "witnesses", []), COSIGNATURE_KIND),
    fingerprint: await fingerprint(threshold, roots.map(({ vkey }) => vkey)),
  };
}

const covers = (listed, number) => BigInt(listed.from) <= number && (listed.to === null || number <= BigInt(listed.to));

const byCodePoint = (one, other) => {
  const [a, b] = [one, other].map((text) => Array.from(text, (character) => character.codePointAt(0)));
  const at = a.findIndex((value, place) => value !== b[place]);
  return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
};

// What root keys sign: version, origin, number and hash of the register's edition file.
const registerNote = async ({ edition, bytes }) =>
  `${REGISTER}\n${edition.log}\n${edition.number}\n${toBase64(await sha256(bytes))}\n`;

// What a reader pins: a hash over threshold and root keys.
export async function fingerprint(threshold, vkeys) {
  const lines = [ROOTS, String(threshold), ...[...vkeys].sort(byCodePoint)];
  return toHex(await sha256(toBytes(lines.map((line) => `${line}\n`).join(""))));
}


// ---------------------------------------------------------------------------- 12 trust policy (c2sp.org/tlog-policy)

const MAX_POLICY = 1_000_000, MAX_ENTRIES = 1_000, NO_QUORUM = "none", ML_DSA_SIZE = 1313;

// Read a policy: which logs are believed, and how many of which witnesses. Bytes above 0x7f are opaque, so each
// is one character here; only keys are decoded.
export async function readPolicy(bytes) {
  insist(bytes.length <= MAX_POLICY, "The policy is too long.");
  const whole = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  insist(!/[\x00-\x08\x0b-\x1f\x7f]/.test(whole), "The policy holds a control character.");
  const logs = [], witnesses = [], groups = [], names = new Set([NO_QUORUM]), used = new Set(), raws = new Set();
  let quorum = null;

  const name = (text) => { insist(!names.has(text), `The name ${text} is taken.`); names.add(text); };
  const key = async (encoded, kind) => {
    const vkey = toText(Uint8Array.from(encoded, (character) => character.charCodeAt(0)), "A key of the policy");
    const read = (await mlDsa(vkey)) ?? (await readKey(vkey));
    insist(read.kind === kind || (read.kind === null && kind === COSIGNATURE_KIND), "A key is of another kind.");
    insist(!raws.has(kind + toHex(read.raw)), `The key ${read.name} stands in the policy twice.`);
    raws.add(kind + toHex(read.raw));
    return read;
  };
  const words = {
    log: [1, 2, async (vkey) => { logs.push(await key(vkey, NOTE_KIND)); }],
    witness: [2, 3, async (own, vkey) => {
      witnesses.push({ name: own, key: await key(vkey, COSIGNATURE_KIND) });
      name(own);
    }],
    group: [3, Infinity, async (own, threshold, ...members) => {
      for (const member of members) {
        const free = member !== NO_QUORUM && names.has(member) && !used.has(member);
        insist(free, `The group ${own} cannot name ${member}.`);
        used.add(member);
      }
      name(own);
      const plain = /^[1-9][0-9]{0,5}$/.test(threshold) ? Number(threshold) : 0;
      const number = threshold === "any" ? 1 : threshold === "all" ? members.length : plain;
      insist(number >= 1 && number <= members.length, `The threshold of the group ${own} cannot be met.`);
      groups.push({ name: own, threshold: number, members });
    }],
    quorum: [1, 1, async (own) => {
      insist(quorum === null && names.has(own), "The policy has two quorums, or one that is not defined.");
      quorum = own;
    }],
  };

  for (const line of whole.split("\n")) {
    const [word, ...items] = line.split(/[ \t]/).filter(Boolean);
    if (word === undefined || word.startsWith("#")) continue;
    const [fewest, most, take] = Object.hasOwn(words, word) ? words[word] : [1, 0];
    insist(items.length >= fewest && items.length <= most, "A line of the policy cannot be understood.");
    await take(...items);
    insist(logs.length + witnesses.length + groups.length <= MAX_ENTRIES, "The policy is too long.");
  }
  insist(quorum !== null, "The policy has no quorum.");
  return { logs, witnesses, groups, quorum };
}

// Return a well formed ML-DSA key, with which nothing is verified here, or null.
async function mlDsa(vkey) {
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(vkey) ?? refuse("A key is no vkey.");
  const data = fromBase64(encoded, "A key");
  if (data.length !== ML_DSA_SIZE || data[0] !== 6) return null;
  const digest = await sha256(toBytes(`${name}\n`), data);
  insist(toHex(digest.slice(0, 4)) === id, `The key ${name} has another id than its vkey says.`);
  return { name, id, kind: null, raw: data.slice(1), vkey };
}

// Whether these keys, given as vkeys, are enough witnesses for the policy. Groups stand behind their members.
function quorumMet(policy, vkeys) {
  const agreed = policy.witnesses.filter(({ key }) => key.kind !== null && vkeys.includes(key.vkey));
  const met = new Set(agreed.map(({ name }) => name)).add(NO_QUORUM);
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => met.has(member)).length >= threshold) met.add(name);
  }
  return met.has(policy.quorum);
}


// ---------------------------------------------------------------------------- 13 bundle (docs/verify.md)

const MEMBERS = [
  "VERIFY.txt", "edition.json", "edition.tlog-proof", "register.json", "register.tlog-proof", "register.note",
  "policy.txt",
];
const FILES = "files/", MAX_MEMBERS = 2_000, MAX_BUNDLE = 2 ** 30, MAX_NAME = 255;
const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

// Write little-endian numbers of two or four bytes, given as [value, size] pairs.
function packed(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 4) view.setUint32(at, value, true); else view.setUint16(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

// Headers as a bundle has them: version 2.0, names in UTF-8, stored, no extra fields, no comments, one time.
const described = ({ time, date, crc, size, name }) => [
  [0x0800, 2], [0, 2], [time, 2], [date, 2], [crc, 4], [size, 4], [size, 4], [name.length, 2], [0, 2],
];
const localHeader = (member) => join(packed([LOCAL, 4], [20, 2], ...described(member)), member.name);
const centralHeader = (member) => join(
  packed([CENTRAL, 4], [0x031e, 2], [20, 2], ...described(member), [0, 2], [0, 2], [0, 2], [0o100644 * 65536, 4],
    [member.offset, 4]), member.name);
const endRecord = (count, size, offset) =>
  packed([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);

// Whether bytes are meant as a bundle, even if any one of them was changed.
export function isBundle(bytes) {
  const end = bytes.subarray(Math.max(0, bytes.length - 22));
  const marked = (bytes[0] === 0x50 && bytes[1] === 0x4b) || same(end.subarray(0, 4), packed([END, 4]));
  return marked && holdsText(bytes, "edition.tlog-proof");
}

// Read a bundle: a ZIP archive of which every byte follows from its content. Returns the members by name.
export function readBundle(bytes) {
  insist(bytes.length <= MAX_BUNDLE, "The bundle is too long.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const contents = new Map(), members = [];
  let offset = 0, last = null;
  while (offset + 4 <= bytes.length && view.getUint32(offset, true) === LOCAL) {
    insist(offset + 30 <= bytes.length, "The archive ends within a header.");
    const start = offset + 30 + view.getUint16(offset + 26, true), size = view.getUint32(offset + 18, true);
    const content = bytes.subarray(start, start + size), name = bytes.subarray(offset + 30, start);
    insist(content.length === size, "The archive ends within a member.");
    const member = {
      offset, name, size, crc: crc32(content),
      time: view.getUint16(offset + 10, true), date: view.getUint16(offset + 12, true),
    };
    const text = toText(name, "The name of a member");
    insist(same(localHeader(member), bytes.subarray(offset, start)), `The member ${text} is damaged, or packed anew.`);
    insist(isMemberName(text, name.length), `A bundle has no member named ${text}.`);
    insist(!contents.has(text), `The member ${text} is there twice.`);
    const behind = last === null || (MEMBERS.includes(last) && MEMBERS.indexOf(last) < MEMBERS.indexOf(text));
    insist(behind || !MEMBERS.includes(text), `The member ${text} is not in its place.`);
    insist(!members.length || (member.time === members[0].time && member.date === members[0].date),
      `The member ${text} has another time than the first.`);
    contents.set(text, content);
    members.push(member);
    insist(members.length <= MAX_MEMBERS, "The bundle has too many members.");
    offset = start + size;
    last = text;
  }
  const directory = join(...members.map(centralHeader));
  const expected = join(directory, endRecord(members.length, directory.length, offset));
  insist(same(bytes.subarray(offset), expected), "The directory of the archive is not that of its members.");
  insist(contents.has("edition.json") && contents.has("edition.tlog-proof"), "The bundle has no edition or no proof.");
  return contents;
}

function isMemberName(name, length) {
  if (MEMBERS.includes(name)) return true;
  const below = name.slice(FILES.length);
  return name.startsWith(FILES) && length <= MAX_NAME && below !== "" && below !== "." && below !== ".."
    && !/[/\\\x00-\x1f\x7f-\x9f]/.test(below);
}

// Return the entries of an edition's files by their names in a bundle. Where two share a name, the first 16
// digits of the hash stand before it.
function fileNames(files) {
  const times = (name) => files.filter((file) => file.name === name).length;
  return new Map(files.map((file) => [
    times(file.name) === 1 ? file.name : `${file.sha256.slice(0, 16)}-${file.name}`, file,
  ]));
}


// ---------------------------------------------------------------------------- 14 verdict (docs/verify.md)

// The steps without which no verdict on an edition holds, and those that make sense for a checkpoint alone.
const DECISIVE = ["edition", "text", "released", "included", "checkpoint", "register", "identity"];
const OF_A_CHECKPOINT = ["checkpoint", "register", "root", "identity", "witnessed"];

// Judge an edition. `source`: the bytes of `edition` and `proof` and, where at hand, of `register`,
// `registerProof`, `registerNote`, and `files`, a Map from names in a bundle to bytes. `pins`, what the reader
// knows from elsewhere: `policy` as readPolicy returns it, `keys` as readKey does, the root fingerprint `root`,
// the site's own register in `siteRegister`, the fingerprint in DNS `dnsRoot`, the number of the newest edition.
export async function judge(source, pins = {}) {
  return taken(Object.keys(STEPS), DECISIVE, source, await takeApart(source.edition, source.proof), pins);
}

// Judge a checkpoint alone: who signed it, and whom the reader knows of these. `source` lends its register.
export async function judgeCheckpoint(signed, source = {}, pins = {}) {
  const absent = new Refused("There is only a checkpoint, no edition and no proof.");
  const note = await attempt(() => readNote(signed)), head = await attempt(() => readCheckpoint(signed));
  const logged = { bytes: new Uint8Array(), edition: absent, proof: absent, opening: absent, leaf: absent, note, head };
  return taken(OF_A_CHECKPOINT, ["checkpoint", "identity"], source, logged, pins);
}

async function taken(codes, decisive, source, logged, pins) {
  const register = source.register ? await attempt(() => readRegister(source.register)) : null;
  const ofRegister = source.register && source.registerProof
    ? await takeApart(source.register, source.registerProof) : null;
  const subject = { source, pins: { keys: [], ...pins }, register, logged, ofRegister }, steps = [];
  for (const code of codes) steps.push({ code, ...await outcomeOf(STEPS[code], subject) });
  return { verdict: overall(steps, decisive), steps, facts: await facts(subject) };
}

// Judge a bundle, which may not even be one.
export async function judgeBundle(bytes, pins) {
  const contents = await attempt(() => readBundle(bytes));
  if (contents instanceof Refused) {
    const [first, ...rest] = Object.keys(STEPS);
    const steps = rest.map((code) => ({ code, outcome: "skipped", detail: "The bundle cannot be opened." }));
    steps.unshift({ code: first, outcome: "fails", detail: contents.message });
    return { verdict: "fails", steps, facts: {} };
  }
  return judge(sourceOf(contents), pins);
}

// Return the source that the members of a bundle make.
export function sourceOf(contents) {
  const files = [...contents].filter(([name]) => name.startsWith(FILES));
  return {
    edition: contents.get("edition.json"),
    proof: contents.get("edition.tlog-proof"),
    register: contents.get("register.json"),
    registerProof: contents.get("register.tlog-proof"),
    registerNote: contents.get("register.note"),
    files: new Map(files.map(([name, content]) => [name.slice(FILES.length), content])),
  };
}

async function outcomeOf(step, subject) {
  try {
    return { outcome: "holds", detail: await step(subject) };
  } catch (error) {
    if (error instanceof Skipped) return { outcome: "skipped", detail: error.message };
    if (error instanceof Undecided) return { outcome: "unknown", detail: error.message };
    if (error instanceof Refused) return { outcome: "fails", detail: error.message };
    throw error;
  }
}

function overall(steps, decisive) {
  if (steps.some(({ outcome }) => outcome === "fails")) return "fails";
  const decided = steps.filter(({ code }) => decisive.includes(code)).every(({ outcome }) => outcome === "holds");
  return decided ? "holds" : "unknown";
}

// Return what was read, or the refusal that says why it cannot be.
async function attempt(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

const then = (value, read) => (value instanceof Refused ? value : attempt(() => read(value)));

function readable(value) {
  if (value instanceof Refused) throw value;
  return value;
}

function needed(value) {
  if (value instanceof Refused) throw new Skipped("Something that this step needs cannot be read.");
  return value;
}

// Take an edition file and its proof apart, as far as that is possible, believing nothing.
async function takeApart(bytes, proofBytes) {
  const proof = await attempt(() => readProof(proofBytes));
  const opening = await then(proof, ({ extra }) => readOpening(extra));
  return {
    bytes, proof, opening,
    edition: await attempt(() => readEdition(bytes)),
    leaf: await then(opening, ({ leaf }) => readLeaf(leaf)),
    note: await then(proof, ({ signed }) => readNote(signed)),
    head: await then(proof, ({ signed }) => readCheckpoint(signed)),
  };
}

// Four questions to an edition and its proof.

async function opensLeaf({ leaf, opening, bytes }) {
  const opened = await commitment(needed(opening).nonce, bytes);
  insist(same(opened, needed(leaf).commitment), "The text, or the nonce, is not what the leaf commits to.");
}

// Return the release key that signed the leaf and counts for its index. Keys that the reader trusts count anywhere.
async function releasedBy({ leaf, proof }, origin, listed, trusted = []) {
  const { index } = needed(proof), { id, signature } = needed(leaf);
  const mine = trusted.filter((key) => key.kind === LEAF_KIND && key.name.startsWith(`${origin}/`));
  const ranges = listed.filter(({ key }) => key.kind === LEAF_KIND);
  const candidates = [...mine, ...ranges.map(({ key }) => key)].filter((key) => key.id === id);
  if (!candidates.length) throw new Undecided(`The leaf is signed by the key ${id}, which is not known here.`);
  const signer = await firstThatSigned(candidates, leafMessage(leaf, origin), signature);
  const counts = mine.includes(signer)
    || ranges.some((range) => range.key.vkey === signer.vkey && covers(range, index));
  insist(counts, `The key ${signer.name} (${id}) does not count for leaf ${index}.`);
  return signer;
}

async function isIncluded({ proof, head, opening }) {
  const { index, hashes } = needed(proof), { size, root } = needed(head);
  await checkInclusion({ index, size, root, proof: hashes, leaf: await leafHash(needed(opening).leaf) });
}

// Return the log keys that signed the checkpoint and count for its size, at least one.
async function signedBy({ head, note }, origin, listed, trusted = []) {
  const { size } = needed(head), forLog = (key) => key.kind === NOTE_KIND && key.name === origin;
  const mine = trusted.filter(forLog), ranges = listed.filter(({ key }) => forLog(key));
  const signers = await noteSigners(needed(note), [...mine, ...ranges.map(({ key }) => key)]);
  const vkeys = signers.map(({ vkey }) => vkey);
  const covering = ranges.filter((range) => vkeys.includes(range.key.vkey) && covers(range, size));
  const counting = [...mine, ...covering.filter(({ state }) => state !== "compromised").map(({ key }) => key)]
    .filter(({ vkey }) => vkeys.includes(vkey));
  if (counting.length) return counting;
  // A thief can sign an old size too.
  if (covering.length) throw new Compromised("Signed only by a key that was compromised later. Ask for a fresh proof.");
  return refuse(`The key ${signers[0].name} (${signers[0].id}) does not count for a checkpoint over ${size} leaves.`);
}

// The log is the one whose checkpoint it is. Only a register of the same log lists keys for it.
const originOf = ({ logged }) => needed(logged.head).origin;
const listedKeys = (subject) => {
  const { register } = subject;
  return register && !(register instanceof Refused) && register.edition.log === originOf(subject) ? register.keys : [];
};
const pinnedLogKeys = ({ pins }, origin) =>
  [...(pins.policy?.logs ?? []), ...pins.keys].filter((key) => key.kind === NOTE_KIND && key.name === origin);
const trustedKeys = (subject) =>
  [...pinnedLogKeys(subject, originOf(subject)), ...subject.pins.keys.filter((key) => key.kind !== NOTE_KIND)];

const registerAtHand = ({ register }) => {
  if (register === null) throw new Skipped("There is no register of keys with this proof.");
  return needed(register);
};

// The steps, in their order: each returns in words what holds, or throws what keeps it from holding.
const STEPS = {
  // The edition file is canonical and well formed, and made for the log of the proof.
  async edition({ logged }) {
    const { log, number, statement } = readable(logged.edition);
    insist(logged.head instanceof Refused || logged.head.origin === log, `The edition was made for the log ${log}.`);
    return `Edition ${number} of ${statement}, well formed.`;
  },

  // Nonce and bytes open the commitment in the leaf.
  async text({ logged }) {
    needed(logged.proof);
    readable(logged.opening);
    readable(logged.leaf);
    await opensLeaf(logged);
    return "Every byte is as it was logged.";
  },

  // A release key that counts for this leaf signed it for this log.
  async released(subject) {
    const key = await releasedBy(subject.logged, originOf(subject), listedKeys(subject), trustedKeys(subject));
    return `Signed for release with the key ${key.id} (${key.name}).`;
  },

  // The leaf is in the tree of the checkpoint.
  async included({ logged }) {
    const { index } = readable(logged.proof);
    needed(logged.leaf);
    await isIncluded(logged);
    return `Entry ${index} of the log, which had ${logged.head.size} entries then.`;
  },

  // A log key that counts for this size signed the checkpoint.
  async checkpoint(subject) {
    const { head, proof } = subject.logged;
    if (head === proof) throw new Skipped("The proof that holds the checkpoint cannot be read.");
    const { origin } = readable(head);
    const [key] = await signedBy(subject.logged, origin, listedKeys(subject), trustedKeys(subject));
    return `The log ${origin} signed its state with the key ${key.id}.`;
  },

  // The register is itself an edition of this log.
  async register({ register, logged, ofRegister }) {
    if (register === null) throw new Skipped("There is no register of keys with this proof.");
    const { edition: { log, number }, keys, organisation } = readable(register);
    insist(logged.head instanceof Refused || logged.head.origin === log, `The register is of the log ${log}.`);
    if (!ofRegister) throw new Undecided("The register comes without its proof.");
    insist(readable(ofRegister.head).origin === log, "The proof of the register is from another log.");
    readable(ofRegister.leaf);
    await opensLeaf(ofRegister);
    await releasedBy(ofRegister, log, keys);
    await isIncluded(ofRegister);
    await signedBy(ofRegister, log, keys);
    return `Register ${number} of ${organisation} is itself entry ${ofRegister.proof.index} of the log.`;
  },

  // Enough root keys signed the register.
  async root(subject) {
    const register = registerAtHand(subject), { registerNote: signed } = subject.source;
    if (!register.roots.length) throw new Undecided("No root keys: the newsroom alone says which keys are its own.");
    if (!signed) throw new Undecided("The register names root keys, but their signatures are not here.");
    const note = readNote(signed);
    insist(note.text === await registerNote(register), "The root keys signed another register.");
    const signers = await noteSigners(note, [...byNameAndId(register.roots).values()]);
    if (signers.length < register.threshold) throw new Undecided("Too few root keys signed the register.");
    return `${signers.length} of ${register.roots.length} root keys signed the register.`;
  },

  // The keys are those that the reader knows from elsewhere. One contradiction outweighs any agreement.
  async identity(subject) {
    const { pins } = subject, origin = originOf(subject);
    const asked = [
      [pinnedLogKeys(subject, origin).length, identityByLogKey],
      [pins.root, (each) => identityByRoot(each, pins.root)],
      [pins.dnsRoot, (each) => identityByRoot(each, pins.dnsRoot)],
      [pins.siteRegister?.length, identityBySite],
    ].filter(([given]) => given);
    const answers = [];
    for (const [, ask] of asked) answers.push(await outcomeOf(ask, subject));
    const said = (wanted) => answers.filter(({ outcome }) => outcome === wanted).map(({ detail }) => detail).join(" ");
    insist(!said("fails"), said("fails"));
    if (said("holds")) {
      await refuseRevoked(subject);
      return said("holds");
    }
    throw new Undecided(said("unknown") || said("skipped") || `Nothing was compared with what you know of ${origin}.`);
  },

  // Enough of the witnesses that the reader's policy names have seen this checkpoint.
  async witnessed(subject) {
    const { logged, pins: { policy } } = subject, seen = await cosigned(subject);
    if (!policy || policy.quorum === NO_QUORUM) throw new Undecided("You gave no policy that names witnesses.");
    const origin = originOf(subject);
    const signers = await attempt(() => signedBy(logged, origin, listedKeys(subject), trustedKeys(subject)));
    if (signers instanceof Refused) throw new Undecided("Who signed the checkpoint is not established.");
    if (!quorumMet(policy, seen.map(({ key }) => key.vkey))) throw new Undecided("Too few witnesses have cosigned.");
    return "Enough of the witnesses in your policy have cosigned.";
  },

  // The attachments at hand are those that the edition names.
  async files({ source, logged }) {
    const named = fileNames(needed(logged.edition).files), files = source.files ?? new Map();
    for (const [name, content] of files) {
      const file = named.get(name) ?? refuse(`The file ${name} is not one that the edition names.`);
      insist(content.length === file.size, `The file ${name} has another size than the edition says.`);
      insist(toHex(await sha256(content)) === file.sha256, `The file ${name} is not the one that the edition names.`);
    }
    const missing = [...named.keys()].filter((name) => !files.has(name));
    if (missing.length) throw new Undecided(`Not at hand: ${missing.join(", ")}.`);
    return named.size ? `${named.size} attachments, each as the edition names it.` : "It has no attachments.";
  },

  // There is no newer edition.
  async current({ logged, pins: { newest = null } }) {
    if (newest === null) throw new Skipped("Whether there is a newer edition is known only online.");
    const { number } = needed(logged.edition);
    if (newest > number) throw new Undecided(`A newer edition exists: ${newest}. This is edition ${number}.`);
    return `Edition ${number} is the newest.`;
  },
};

// With the register's own checkpoint too: a forged register beside a genuine edition must not count.
async function identityByLogKey({ logged, ofRegister, ...subject }) {
  const origin = originOf({ logged }), keys = pinnedLogKeys(subject, origin);
  for (const each of [logged, ofRegister]) if (each) await signedBy(each, origin, [], keys);
  return "The log's key is the one you gave.";
}

// What the reader knows may be older than the revocation of a key, of which the site's own register tells.
async function refuseRevoked(subject) {
  if (!subject.pins.siteRegister?.length) return;
  try {
    await identityBySite(subject);
  } catch (error) {
    if (error instanceof Compromised || !(error instanceof Refused || error instanceof Skipped)) throw error;
  }
}

async function identityByRoot(subject, expected) {
  const register = registerAtHand(subject);
  insist(register.fingerprint === expected.trim().toLowerCase(), `The root fingerprint is ${register.fingerprint}.`);
  const { outcome } = await outcomeOf(STEPS.root, subject);
  if (outcome !== "holds") throw new Undecided("The root keys did not sign this register.");
  return "The root fingerprint is the one you know.";
}

async function identityBySite({ pins, logged, ofRegister }) {
  const site = await attempt(() => readRegister(pins.siteRegister)), origin = originOf({ logged });
  if (site instanceof Refused) throw new Undecided("The register of the site itself cannot be read.");
  insist(site.edition.log === origin, `The site shows a register of the log ${site.edition.log}.`);
  for (const each of [logged, ofRegister]) {
    if (!each) continue;
    const answer = await attempt(async () => {
      if (!(each.leaf instanceof Refused)) await releasedBy(each, origin, site.keys);
      await signedBy(each, origin, site.keys);
    });
    if (answer instanceof Compromised) throw answer;
    insist(!(answer instanceof Refused), "The register that the site itself shows does not list these keys.");
  }
  return "The site of the log itself, asked over HTTPS, lists these keys.";
}

// Return what known witnesses say of the checkpoint: those of the reader's policy and those of the register.
async function cosigned({ logged, register, pins: { policy } }) {
  const byPolicy = (policy?.witnesses ?? []).map(({ key }) => key).filter(({ kind }) => kind !== null);
  const byRegister = register && !(register instanceof Refused) ? register.witnesses : [];
  const known = byPolicy.map(({ vkey }) => vkey);
  const keys = [...byPolicy, ...byRegister.filter(({ vkey }) => !known.includes(vkey))];
  const found = await cosignatures(needed(logged.note), keys);
  return found.sort((one, other) => byCodePoint(one.key.name, other.key.name) || Number(one.seconds - other.seconds));
}

const LAST_SECOND = 253402300799n;  // of the year 9999
const moment = (seconds) => (seconds > LAST_SECOND ? `${seconds} seconds after 1970`
  : new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"));

// What the edition claims. It counts once the steps hold.
async function facts(subject) {
  const { logged: { edition, proof, leaf, head, note }, register } = subject, found = {};
  const read = (value) => value !== null && !(value instanceof Refused);
  if (read(edition)) {
    const { statement, number, op, title, lang, issued } = edition;
    Object.assign(found, { statement, edition: number, op, title, lang, issued });
  }
  if (read(proof)) found.index = proof.index;
  if (read(leaf)) found.release_key = leaf.id;
  if (read(head)) Object.assign(found, { origin: head.origin, size: head.size, root: toBase64(head.root) });
  if (read(register)) Object.assign(found, { organisation: register.organisation, fingerprint: register.fingerprint });
  const seen = read(note) ? await attempt(() => cosigned(subject)) : null;
  if (read(seen)) found.cosigned = seen.map(({ key, seconds }) => ({ name: key.name, time: moment(seconds) }));
  return found;
}


// ---------------------------------------------------------------------------- 15 a whole log (c2sp.org/tlog-tiles)

// A tile holds up to 256 hashes: at level 0 of leaves, above it the roots of full tiles. Numbers here are plain
// integers: a log that a browser reads has less than 2^53 leaves.
const WIDTH = 256;

// Return the path of a tile below the log's address; with "entries" for the level, of the leaves themselves.
export function tilePath(level, number, width = WIDTH) {
  const elements = [String(number % 1000).padStart(3, "0")];
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    elements.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level}/${elements.join("/")}${width < WIDTH ? `.p/${width}` : ""}`;
}

function hashesOf(tile, width) {
  insist(tile?.length === width * 32, `A tile of ${width} hashes is missing, or has a wrong length.`);
  return Array.from({ length: width }, (_, at) => tile.slice(32 * at, 32 * (at + 1)));
}

function entriesOf(bundle, width) {
  const entries = [];
  for (let at = 0; at < (bundle?.length ?? 0);) {
    const start = at + 2, end = start + ((bundle[at] << 8) | bundle[at + 1]);
    insist(end <= bundle.length, "A bundle of entries ends within an entry.");
    entries.push(bundle.slice(start, end));
    at = end;
  }
  insist(entries.length === width, `A bundle of ${width} entries is missing, or has another number of them.`);
  return entries;
}

// Hash the nodes of one level, in pairs, until one is left; a node without a partner rises as it is. For the
// leaves of a tree this gives its root (RFC 6962 section 2.1).
async function rootOf(hashes) {
  let row = hashes;
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < row.length; at += 2) next.push(await nodeHash(row[at], row[at + 1]));
    if (row.length % 2) next.push(row.at(-1));
    row = next;
  }
  return row[0];
}

// Insist that the log's own files give the root of a checkpoint: entries hash to tiles, tiles to those above
// them. `read` returns the bytes at a path below the log's address.
export async function checkLog(size, root, read) {
  let above = [];
  insist(size > 0, "An empty log has no tiles.");
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / WIDTH)) {
    const roots = [];
    for (let number = 0; number * WIDTH < count; number++) {
      const width = Math.min(WIDTH, count - number * WIDTH);
      const hashes = hashesOf(await read(tilePath(level, number, width)), width);
      const expected = level ? above.slice(number * WIDTH, number * WIDTH + width)
        : await Promise.all(entriesOf(await read(tilePath("entries", number, width)), width).map(leafHash));
      insist(hashes.every((hash, at) => same(hash, expected[at])), `Tile ${number} of level ${level} is wrong.`);
      if (width === WIDTH) roots.push(await rootOf(hashes));
    }
    above = roots;
  }
  insist(same(await rootAt(size, size, read), root), "The tiles do not give the root of the checkpoint.");
}

// Return the root of the first `size` leaves, from the tiles of a log that has `treeSize` of them by now.
export async function rootAt(size, treeSize, read) {
  insist(size > 0 && size <= treeSize, `There are not ${size} leaves in a log of ${treeSize}.`);
  // From the right edge upwards: what does not fill a tile at one level, behind the full tiles of the next.
  let root = null;
  for (let level = 0, count = size, total = treeSize; count > 0; level++) {
    const number = Math.floor(count / WIDTH), rest = count % WIDTH;
    const width = Math.min(WIDTH, total - number * WIDTH);
    const row = rest ? hashesOf(await read(tilePath(level, number, width)), width).slice(0, rest) : [];
    const edge = root === null ? row : [...row, root];
    root = edge.length ? await rootOf(edge) : null;
    [count, total] = [number, Math.floor(total / WIDTH)];
  }
  return root;
}


// ---------------------------------------------------------------------------- 16 objects of the fediverse (FEP-8b32)

const PROOF_TYPE = "DataIntegrityProof", PROOF_SUITE = "eddsa-jcs-2022", PROOF_PURPOSE = "assertionMethod";
const MAX_OBJECT = 1_000_000;
const OF_AN_OBJECT = ["object", "proof", "key", "register", "identity"];
const OF_A_REGISTER = ["register", "root", "identity"];
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SITE = /^https?:\/\/[A-Za-z0-9.:_[\]-]+(?=[/?#])/;

// Whether bytes are meant as an object or activity with a proof.
export function isObject(bytes) {
  const start = bytes.subarray(0, 100).find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  return start === 0x7b && holdsText(bytes, '"cryptosuite"') && holdsText(bytes, `"${PROOF_SUITE}"`);
}

// Read an object or activity with its proof, without believing it. Whoever is named as its actor or author has to
// be the account of the key; a Tombstone names nobody.
export async function readObject(bytes) {
  insist(bytes.length <= MAX_OBJECT, "The object is too large.");
  const members = readJson(bytes);
  insist(isMap(members), "What stands there is no JSON object.");
  const proof = await proofOf(members), text = (name) => (isText(members.get(name)) && members.get(name)
    ? members.get(name) : refuse(`The member ${name} is no text.`));
  const id = text("id"), account = proof.method.split("#")[0], site = SITE.exec(id)?.[0];
  insist(site && site === SITE.exec(account)?.[0], "The object is of another site than the key of its proof.");
  const owners = ["actor", "attributedTo"].filter((name) => members.has(name)).map((name) => members.get(name));
  insist(owners.every((owner) => owner === account), "The object is by somebody else than the key of its proof.");
  const name = members.get("name");
  return { id, type: text("type"), name: isText(name) ? name : "", account, proof };
}

// Take the proof out of a document: address of the key, moment, signature, and what was signed.
async function proofOf(members) {
  const proof = members.get("proof");
  insist(isMap(proof), "The document carries no proof, or more than one.");
  const wanted = { type: PROOF_TYPE, cryptosuite: PROOF_SUITE, proofPurpose: PROOF_PURPOSE };
  for (const [name, value] of Object.entries(wanted)) {
    insist(proof.get(name) === value, `The proof has no ${name} ${value}.`);
  }
  const method = proof.get("verificationMethod"), created = proof.get("created");
  insist(isText(method) && method, "The proof does not say whose it is.");
  const value = fromBase58(isText(proof.get("proofValue")) ? proof.get("proofValue") : "");
  const without = (map, name) => new Map([...map].filter(([each]) => each !== name));
  const messages = await signedMessages(without(members, "proof"), without(proof, "proofValue"));
  return { method, created: isText(created) ? created : "", value, messages };
}

// Some leave the context out of what they write, but not out of what they sign.
async function signedMessages(bare, options) {
  const hashed = (value) => sha256(toBytes(canonical(value)));
  const message = async (document, proof) => join(await hashed(proof), await hashed(document));
  const context = bare.get("@context"), said = options.get("@context");
  if (!options.has("@context")) {
    const readings = [await message(bare, options)];
    if (bare.has("@context")) readings.push(await message(bare, new Map([...options, ["@context", context]])));
    return readings;
  }
  // The proof's context has to be where the document's begins (vc-di-eddsa, 3.3.2).
  const listOf = (value) => (Array.isArray(value) ? value : [value ?? null]);
  const first = listOf(said), whole = listOf(context).slice(0, first.length);
  insist(canonical(whole) === canonical(first), "The proof was made for another context.");
  return [await message(new Map([...bare, ["@context", said]]), options)];
}

// Decode multibase base58btc.
function fromBase58(text) {
  insist(text.startsWith("z") && text.length <= 200, "The proof is no base58, or too long.");
  const digits = [...text.slice(1)].map((character) => BASE58.indexOf(character));
  insist(!digits.includes(-1), "The proof is no base58.");
  const number = digits.reduce((sum, digit) => sum * 58n + BigInt(digit), 0n), zeros = digits.findIndex(Boolean);
  const hex = number ? number.toString(16) : "", even = hex.padStart(hex.length + (hex.length % 2), "0");
  return join(new Uint8Array(zeros < 0 ? digits.length : zeros), fromHex(even));
}

// Judge an object or activity. `source` lends its register of keys, with its proof; `pins` as for an edition.
export async function judgeObject(bytes, source = {}, pins = {}) {
  const read = await attempt(() => readObject(bytes));
  const register = source.register ? await attempt(() => readRegister(source.register)) : null;
  const subject = { read, register, pins }, steps = [];
  for (const [code, step] of Object.entries(OBJECT_STEPS)) steps.push({ code, ...await outcomeOf(step, subject) });
  const none = new Uint8Array(), logged = await takeApart(source.register ?? none, source.registerProof ?? none);
  const alone = await taken(OF_A_REGISTER, OF_A_REGISTER, { ...source, files: new Map() }, logged, pins);
  steps.push(...alone.steps);
  return { verdict: overall(steps, OF_AN_OBJECT), steps, facts: objectFacts(subject) };
}

const OBJECT_STEPS = {
  // It is well formed, and in the name of the account whose key proved it.
  async object({ read }) {
    const { type, id, account } = readable(read);
    return `${type} ${id}, well formed, in the name of ${account}.`;
  },

  // A key that the register lists under the address in the proof made it.
  async proof(subject) {
    const [{ key }] = await thatProved(needed(subject.read), registerAtHand(subject));
    return `Not one character differs from what the key ${key.id} proved.`;
  },

  // That key counts at the moment of the proof.
  async key(subject) {
    const { proof } = needed(subject.read);
    insist(TIMESTAMP.test(proof.created), "The proof does not say of when it is.");
    const listed = await attempt(() => thatProved(subject.read, registerAtHand(subject)));
    if (listed instanceof Refused) throw new Undecided("Whose key it is is not established; see above.");
    let entry = counting(listed, proof.created);
    const given = subject.pins.siteRegister;
    const site = given ? await attempt(() => readRegister(given)) : null;
    if (site && !(site instanceof Refused) && site.edition.log === subject.register.edition.log) {
      const shown = provingKeys(site, entry.method).filter(({ key }) => key.vkey === entry.key.vkey);
      insist(shown.length, "The register that the site itself shows does not list this key.");
      entry = counting(shown, proof.created);
    }
    return `The register lists it, ${entry.state}, from ${entry.since}${entry.until && ` to ${entry.until}`}.`;
  },
};

const provingKeys = ({ keys }, wanted) =>
  keys.filter(({ role, method }) => role === "federation" && method === wanted);

// Return the entries of the key that made the proof, of those listed under the address that it names.
async function thatProved({ proof }, register) {
  const candidates = provingKeys(register, proof.method);
  if (!candidates.length) throw new Undecided(`The register lists no key ${proof.method}.`);
  for (const { key } of candidates) {
    for (const message of proof.messages) {
      if (await ed25519(key.raw, message, proof.value)) return candidates.filter((each) => each.key.vkey === key.vkey);
    }
  }
  return refuse("The proof is not by the key that the register lists, or something was changed.");
}

// Return the entry by which a key counts at a moment.
function counting(listed, created) {
  const covering = listed.filter(({ since, until }) => since <= created && (!until || created <= until));
  const good = covering.find(({ state }) => state !== "compromised"), [{ key }] = listed;
  if (good) return good;
  if (covering.length) throw new Compromised(`The key ${key.id} was revoked later: a thief can write any date.`);
  return refuse(`The key ${key.id} does not count at ${created}.`);
}

function objectFacts({ read, register }) {
  const said = read instanceof Refused ? {} : {
    object: read.id, type: read.type, name: read.name, account: read.account, created: read.proof.created,
  };
  if (!register || register instanceof Refused) return said;
  const { edition: { log: origin }, organisation, fingerprint: print } = register;
  return { ...said, origin, organisation, fingerprint: print };
}


// ---------------------------------------------------------------------------- 17 decisions of moderation (docs/record.md A8)

const DECISION = "onrecord/decision/1", DECISIONS = "onrecord/decisions/1", DECISION_PROOF = "onrecord/decision-proof/1";
const MAX_COMMITMENTS = 1_000, WORDS_OF_A_DECISION = ["thing", "facts", "explanation"];
const MEMBERS_OF_A_PROOF = ["decision", "edition", "proof", "salt", "v", "words"];

// Whether bytes are meant as the proof of a decision, as whoever was told of it keeps it.
export const isDecision = (bytes) => bytes[0] === 0x7b && holdsText(bytes, '"onrecord/decision-proof/');

const withText = (members, name) => (isText(members.get(name)) && members.get(name)
  ? members.get(name) : refuse(`The member ${name} must be text, and not empty.`));

// Read what a party keeps, without believing it: decision, salt, logged edition, its proof, and the words.
export function readDecision(bytes) {
  const blank = (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
  let from = 0, to = bytes.length;
  while (from < to && blank(bytes[from])) from++;
  while (to > from && blank(bytes[to - 1])) to--;
  const members = readCanonical(bytes.subarray(from, to));
  insist(isMap(members) && [...members.keys()].sort().join() === MEMBERS_OF_A_PROOF.join()
    && members.get("v") === DECISION_PROOF, "This is no proof of a decision of a version known here.");
  const words = members.get("words");
  insist(isMap(words) && [...words.keys()].every((name) => WORDS_OF_A_DECISION.includes(name)),
    `The words of a decision are ${WORDS_OF_A_DECISION.join(", ")}.`);
  const decoded = (name, value) => {
    const data = fromBase64(isText(value) ? value : "?", `The words of “${name}”`);
    toText(data, `What stands as “${name}”`);
    return [name, data];
  };
  return {
    decision: toBytes(withText(members, "decision")),
    salt: fromBase64(withText(members, "salt"), "The salt", 32),
    edition: toBytes(withText(members, "edition")),
    proof: toBytes(withText(members, "proof")),
    words: new Map([...words].map(([name, value]) => decoded(name, value))),
  };
}

// Return the commitments that an edition lists: 1 to 1,000, each once, in the order of their bytes.
function commitmentsOf({ op, members }) {
  const said = members.get("decisions"), listed = isMap(said) ? said.get("commitments") : null;
  insist(op === "decisions" && Array.isArray(listed), "The edition lists no commitments to decisions.");
  insist(said.get("v") === DECISIONS && [...said.keys()].sort().join() === "commitments,v",
    "The list of commitments is of another version.");
  const found = listed.map((one) => toHex(fromBase64(isText(one) ? one : "?", "A commitment", 32)));
  insist(found.length > 0 && found.length <= MAX_COMMITMENTS && found.every((one, at) => !at || found[at - 1] < one),
    `There are 1 to ${MAX_COMMITMENTS} commitments, each once, in the order of their bytes.`);
  return found;
}

// Return what was decided, once it is what the edition commits to, and all words are what it names.
async function decided(kept, edition) {
  const members = readCanonical(kept.decision);
  insist(isMap(members) && members.get("v") === DECISION, "This is no decision of a version known here.");
  for (const name of ["number", "verdict", "decided", "log"]) withText(members, name);
  insist(members.get("log") === edition.log, "The decision was taken for another log.");
  const commits = toHex(await sha256(toBytes(`${DECISION}\n`), kept.salt, kept.decision));
  insist(commitmentsOf(edition).includes(commits),
    "Salt and decision give a commitment that the edition does not list: one of them is not what was logged.");
  const hashes = members.get("sha256");
  for (const [name, data] of kept.words) {
    const named = isMap(hashes) ? hashes.get(name) : null;
    insist(named === toHex(await sha256(data)), `The words of “${name}” are not those that the decision names.`);
  }
  return Object.fromEntries(["number", "verdict", "decided"].map((name) => [name, members.get(name)]));
}

// Judge the proof of a decision. `source` lends its register of keys, with its proof; `pins` as for an edition.
export async function judgeDecision(bytes, source = {}, pins = {}) {
  const kept = await attempt(() => readDecision(bytes)), decisive = ["decision", ...DECISIVE];
  if (kept instanceof Refused) {
    const rest = Object.keys(STEPS).map((code) => (
      { code, outcome: "skipped", detail: "The proof of the decision cannot be read." }));
    return { verdict: "fails", steps: [{ code: "decision", outcome: "fails", detail: kept.message }, ...rest], facts: {} };
  }
  const logged = { ...source, edition: kept.edition, proof: kept.proof, files: new Map() };
  const { steps, facts: claimed } = await judge(logged, pins);
  const found = await attempt(() => decided(kept, readEdition(kept.edition))), refused = found instanceof Refused;
  steps.unshift({
    code: "decision", outcome: refused ? "fails" : "holds",
    detail: refused ? found.message : "Salt and decision give a commitment that this edition lists.",
  });
  return { verdict: overall(steps, decisive), steps, facts: refused ? claimed : { ...claimed, ...found } };
}
