// SPDX-License-Identifier: Apache-2.0
// Read an account and what it said with Fedify, and check the proofs. Writes one JSON object.
//
//   node reader.mjs ACTOR OBJECT ACTIVITY FORGED     addresses; FORGED: a file with documents not to be believed
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const peers = createRequire(pathToFileURL(process.env.ONRECORD_FEDIFY + "/package.json"));
const load = (name) => import(pathToFileURL(peers.resolve(name)));
const { getDocumentLoader, verifyObject } = await load("@fedify/fedify");
const { lookupWebFinger } = await load("@fedify/webfinger");
const vocab = await load("@fedify/fedify/vocab");

const [actorAddress, objectAddress, activityAddress, forged] = process.argv.slice(2);
const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
const options = { documentLoader, contextLoader: documentLoader, allowPrivateAddress: true };
const fetched = async (address) => (await documentLoader(address)).document;
const believed = async (document) => {
  const kind = document.type === "Create" ? vocab.Create : vocab[document.type];
  return (await verifyObject(kind, document, options)) !== null;
};

const found = await lookupWebFinger(actorAddress, { allowPrivateAddress: true });
const actor = await vocab.lookupObject(actorAddress, options);
const object = await vocab.lookupObject(objectAddress, options);
const activity = await fetched(activityAddress);
const refused = [];
for (const document of JSON.parse(readFileSync(forged))) refused.push(!(await believed(document)));
const keys = [];
for await (const key of actor.getAssertionMethods(options)) keys.push(key.publicKey.algorithm.name);
console.log(JSON.stringify({
  subject: found?.subject,
  self: found?.links.find((link) => link.rel === "self")?.href,
  actor: { id: actor.id.href, kind: actor.constructor.name, inbox: actor.inboxId.href, keys,
    main: (await actor.getPublicKey(options)).publicKey.algorithm.name },
  object: { id: object.id.href, kind: object.constructor.name, by: object.attributionId.href },
  believed: [await believed(await fetched(objectAddress)), await believed(activity), await believed(activity.object)],
  refused,
}));
