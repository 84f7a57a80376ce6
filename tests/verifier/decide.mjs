// SPDX-License-Identifier: Apache-2.0
// What the tests ask the verifier, in Node and in a browser alike. Answers are text, so that large integers survive.

const bytes = (text) => (text === undefined || text === null ? undefined
  : Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));

export async function decide(verifier, asked) {
  const ask = { judge, inclusion, consistency, ed25519, roots, log }[asked.do];
  return JSON.stringify(await ask(verifier, asked), (_, value) => (typeof value === "bigint" ? String(value) : value));
}

async function judge(verifier, { source, bundle, checkpoint, decision, object, pins }) {
  let known;
  try {
    known = {
      policy: pins.policy === null ? undefined : await verifier.readPolicy(bytes(pins.policy)),
      keys: await Promise.all(pins.keys.map(verifier.readKey)),
      root: pins.root ?? undefined,
      dnsRoot: pins.dns_root ?? undefined,
      siteRegister: bytes(pins.site_register),
      newest: pins.newest,
    };
  } catch (error) {
    return refused(verifier, error, { pins: "refused" });
  }
  if (bundle) {
    const data = bytes(bundle);
    return verifier.isBundle(data) ? verifier.judgeBundle(data, known) : { bundle: false };
  }
  const given = {
    edition: bytes(source.edition),
    proof: bytes(source.proof),
    register: bytes(source.register),
    registerProof: bytes(source.register_proof),
    registerNote: bytes(source.register_note),
    files: new Map(Object.entries(source.files).map(([name, content]) => [name, bytes(content)])),
  };
  if (decision !== null) {
    const data = bytes(decision);
    return verifier.isDecision(data) ? verifier.judgeDecision(data, given, known) : { decision: false };
  }
  if (object !== null) {
    const data = bytes(object);
    return verifier.isObject(data) ? verifier.judgeObject(data, given, known) : { object: false };
  }
  return checkpoint ? verifier.judgeCheckpoint(bytes(checkpoint), given, known) : verifier.judge(given, known);
}

async function inclusion(verifier, { index, size, leaf, proof, root }) {
  const parts = { index: BigInt(index), size: BigInt(size), leaf: bytes(leaf), proof: proof.map(bytes), root: bytes(root) };
  return accepted(verifier, () => verifier.checkInclusion(parts));
}

async function consistency(verifier, { old_size, new_size, old_root, new_root, proof }) {
  return accepted(verifier, () => verifier.checkConsistency({
    oldSize: BigInt(old_size), newSize: BigInt(new_size), oldRoot: bytes(old_root), newRoot: bytes(new_root),
    proof: proof.map(bytes),
  }));
}

async function ed25519(verifier, { key, message, signature }) {
  const asked = [key, message, signature].map(bytes);
  return { here: await verifier.ed25519(...asked) };
}


// The root of the first so many leaves of a log, for several sizes.
async function roots(verifier, { files, sizes, tree_size }) {
  const read = async (path) => bytes(files[path]);
  return Promise.all(sizes.map(async (size) => verifier.toHex(await verifier.rootAt(size, tree_size, read))));
}

// Whether the files of a log give its root; and which single changes of a byte nobody would notice.
async function log(verifier, { files, size, root, step }) {
  const given = new Map(Object.entries(files).map(([path, data]) => [path, bytes(data)])), unnoticed = [];
  const whole = () => accepted(verifier, () => verifier.checkLog(size, bytes(root), async (path) => given.get(path)));
  const good = await whole();
  let tried = 0;
  for (const [path, data] of given) {
    for (let at = 0; at < data.length; at += step) {
      data[at] ^= 1 << at % 8;
      if ((await whole()).accepted) unnoticed.push(`${path} ${at}`);
      data[at] ^= 1 << at % 8;
      tried += 1;
    }
  }
  return { ...good, unnoticed, tried };
}

async function accepted(verifier, check) {
  try {
    await check();
    return { accepted: true };
  } catch (error) {
    return refused(verifier, error, { accepted: false });
  }
}

function refused(verifier, error, answer) {
  if (error instanceof verifier.Refused) return answer;
  throw error;
}
