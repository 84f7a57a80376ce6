// SPDX-License-Identifier: Apache-2.0
// Servers of the fediverse on 127.0.0.1, made of Fedify: on each one account, kim, who does what she is told over HTTP.
//
//   node peer.mjs PORT SPECIFICATION ...  SPECIFICATION: rfc9421 or draft-cavage-http-signatures-12, the only one known
//   GET  /seen                            what came to her inbox and was verified, in order
//   POST /do                              {"type", "id", "to" (an inbox), and what the activity holds}: she sends it
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const peers = createRequire(pathToFileURL(process.env.ONRECORD_FEDIFY + "/package.json"));
const load = (name) => import(pathToFileURL(peers.resolve(name)));
const { createFederation, MemoryKvStore, generateCryptoKeyPair, getDocumentLoader } = await load("@fedify/fedify");
const vocab = await load("@fedify/fedify/vocab");

async function serve(port, firstKnock) {
  const origin = `http://127.0.0.1:${port}`;
  const seen = [];
  const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, firstKnock });
  const pairs = await Promise.all([generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), generateCryptoKeyPair("Ed25519")]);

  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      if (identifier !== "kim") return null;
      const keys = await context.getActorKeyPairs(identifier);
      return new vocab.Person({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: "Kim",
        inbox: context.getInboxUri(identifier),
        endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
        url: new URL(`${origin}/@kim`),
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((key) => key.multikey),
      });
    })
    .setKeyPairsDispatcher(() => pairs);

  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(vocab.Activity, async (_context, activity) => {
      seen.push(await activity.toJsonLd());
      if (activity instanceof vocab.Move) await heed(activity).catch((error) => seen.push({ type: "Refused", error: String(error) }));
    })
    .onError((_context, error) => console.error(error));

  // Follow where an account that kim follows has moved, as servers do: if both accounts say so themselves.
  async function heed(move) {
    const options = { documentLoader: getDocumentLoader({ allowPrivateAddress: true }), allowPrivateAddress: true };
    options.contextLoader = options.documentLoader;
    const [old, target] = [move.actorId, move.targetId].map(({ href }) => href);
    const [left, entered] = await Promise.all([old, target].map((address) => vocab.lookupObject(address, options)));
    if (move.objectId?.href !== old) throw new Error("it moves another account than its own");
    if (left?.successorId?.href !== target) throw new Error(`${old} does not say movedTo ${target}`);
    if (!entered?.aliasIds.some(({ href }) => href === old)) throw new Error(`${target} does not say alsoKnownAs ${old}`);
    const id = `${origin}/follows/${seen.length}`;
    await perform({ type: "Follow", id, object: target, to: target, inbox: entered.inboxId.href });
  }

  async function perform(told) {
    const context = federation.createContext(new URL(origin), undefined);
    const { to, inbox, ...document } = told;
    const activity = await vocab.Activity.fromJsonLd({
      "@context": "https://www.w3.org/ns/activitystreams",
      actor: context.getActorUri("kim").href,
      to,
      ...document,
    }, context);
    const recipient = { id: new URL(inbox), inboxId: new URL(inbox), endpoints: null };
    await context.sendActivity({ identifier: "kim" }, recipient, activity, { immediate: true });
  }

  async function answer(request) {
    const { pathname } = new URL(request.url);
    const isOther = request.headers.has("signature-input") !== (firstKnock === "rfc9421");
    if (request.method === "POST" && request.headers.has("signature") && isOther) return new Response(null, { status: 401 });
    if (pathname === "/seen") return Response.json(seen);
    if (pathname === "/do") {
      try {
        await perform(await request.json());
        return Response.json({ sent: true });
      } catch (error) {
        return Response.json({ sent: false, error: String(error) }, { status: 502 });
      }
    }
    return federation.fetch(request, { contextData: undefined });
  }

  const server = createServer(async (incoming, outgoing) => {
    const pieces = [];
    for await (const piece of incoming) pieces.push(piece);
    const body = incoming.method === "GET" || incoming.method === "HEAD" ? undefined : Buffer.concat(pieces);
    const request = new Request(origin + incoming.url, { method: incoming.method, headers: incoming.headers, body });
    const response = await answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise((ready) => server.listen(Number(port), "127.0.0.1", ready));
}

const told = process.argv.slice(2);
for (let at = 0; at < told.length; at += 2) await serve(told[at], told[at + 1]);
