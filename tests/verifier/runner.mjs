// SPDX-License-Identifier: Apache-2.0
// Decides cases for the tests: one JSON object a line in, one a line out, in order. See decided.py.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const verifier = await import(pathToFileURL(process.argv[2]).href);
const { decide } = await import("./decide.mjs");

if (process.argv.includes("--own-cryptography")) verifier.withoutWebCrypto();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await decide(verifier, JSON.parse(line))}\n`);
}
