# SPDX-License-Identifier: Apache-2.0
"""A server elsewhere on this machine, with people on it who sign what they send as they should, or not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.test import Client
from django.utils import timezone

from onrecord.federation.signatures import cavage, rfc9421
from onrecord.federation.signatures.keys import rsa_key, to_pem
from onrecord.federation.signatures.messages import Message
from tests.federation.signing import Signer, folder
from tests.outbound.servers import Answer, Seen, serving

HOME = "https://news.elmford.example"
SHARED = f"{HOME}/ap/inbox"
ACTIVITY_JSON = "application/activity+json"
CONTEXT = "https://www.w3.org/ns/activitystreams"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_numbers = itertools.count(1)


def key_of(name: str) -> RSAPrivateKey:
    """Return the key of somebody, made once for all tests."""
    return rsa_key(folder() / f"{name}.pem")


@dataclass
class Remote:
    """A server: what it serves by path, and the requests that it got."""

    url: str
    documents: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def somebody(self, name: str = "jan", **more: Any) -> Somebody:
        """Put an account on the server."""
        there = Somebody(self, f"{self.url}/users/{name}", key_of(name))
        self.documents[f"/users/{name}"] = there.document(name, **more)
        return there

    def put(self, path: str, document: dict[str, Any]) -> str:
        """Serve a document; return its address."""
        self.documents[path] = {"id": self.url + path, **document}
        return self.url + path

    def answer(self, asked: Seen) -> Answer:
        self.seen.append(asked)
        if asked.path in self.answers:
            return self.answers[asked.path]
        if asked.path not in self.documents:
            return Answer(404)
        body = json.dumps(self.documents[asked.path]).encode()
        return Answer(200, body, {"Content-Type": ACTIVITY_JSON})


@dataclass
class Somebody:
    """An account elsewhere, and what it sends."""

    home: Remote
    uri: str
    key: RSAPrivateKey

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    def document(self, name: str, **more: Any) -> dict[str, Any]:
        return {
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": name,
            "name": name.title(),
            "inbox": f"{self.uri}/inbox",
            "endpoints": {"sharedInbox": f"{self.home.url}/inbox"},
            "url": f"{self.home.url}/@{name}",
            "publicKey": {
                "id": self.key_id,
                "owner": self.uri,
                "publicKeyPem": to_pem(self.key.public_key()),
            },
            **more,
        }

    def activity(self, kind: str, what: Any, **more: Any) -> dict[str, Any]:
        """Return an activity with an id of its own."""
        return {
            "@context": CONTEXT,
            "id": f"{self.uri}/activities/{next(_numbers)}",
            "type": kind,
            "actor": self.uri,
            "object": what,
            **more,
        }

    def note(self, content: str, answers: str, **more: Any) -> dict[str, Any]:
        """Return words in answer to something, for everybody to read."""
        return {
            "id": f"{self.uri}/notes/{next(_numbers)}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": content,
            "inReplyTo": answers,
            "to": [PUBLIC],
            "cc": [],
            **more,
        }

    def create(self, note: dict[str, Any]) -> dict[str, Any]:
        return self.activity("Create", note, to=note["to"], cc=note["cc"])

    def signed(
        self,
        document: dict[str, Any] | bytes,
        *,
        sign: Signer = cavage.sign,
        url: str = SHARED,
        now: datetime | None = None,
        key_id: str = "",
        key: RSAPrivateKey | None = None,
    ) -> Message:
        """Return a request as it arrives."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        message = Message("POST", url, {}, body)
        made = sign(message, key_id=key_id or self.key_id, key=key or self.key, now=now or timezone.now())
        headers = {"host": message.host} | {name.lower(): value for name, value in made.items()}
        return replace(message, headers=headers)

    def send(self, document: dict[str, Any] | bytes, **more: Any) -> Reply:
        """Send something to the newsroom."""
        return post(self.signed(document, **more))


@dataclass(frozen=True)
class Reply:
    """What the inbox said."""

    status: int
    text: str
    headers: dict[str, str]


def post(message: Message, *, reader: str = "198.51.100.7") -> Reply:
    """Deliver a request to the inbox."""
    path = message.url.removeprefix(HOME)
    headers = {name: value for name, value in message.headers.items() if name != "host"}
    answer = Client().post(
        path,
        data=message.body,
        content_type=headers.pop("content-type", ACTIVITY_JSON),
        headers={"host": message.headers.get("host", "news.elmford.example"), **headers},
        REMOTE_ADDR=reader,
    )
    return Reply(answer.status_code, answer.content.decode(), dict(answer.items()))


@contextmanager
def remote() -> Iterator[Remote]:
    """Run a server elsewhere until the block ends."""
    there = Remote("")
    with serving(there.answer) as server:
        there.url = server.url
        yield there


SIGNERS: tuple[Callable[..., dict[str, str]], ...] = (cavage.sign, rfc9421.sign)
