# SPDX-License-Identifier: Apache-2.0
"""Accounts on servers elsewhere, and how these check who sent them something."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from onrecord.federation import actors
from onrecord.federation.models import Actor, Follow, RemoteActor, RemoteHost
from onrecord.federation.sending import hosts, signing, synchronising
from onrecord.federation.sending.transport import ActivityPubTransport, Learned
from onrecord.federation.signatures import rfc9421
from onrecord.federation.signatures.messages import Message
from onrecord.outbound.addresses import networks
from tests.outbound.servers import Seen, Server

LOOPBACK = networks("127.0.0.0/8")


def reaching_this_machine() -> ActivityPubTransport:
    """Return the transport as the program has it, but that it may ask this machine."""
    return ActivityPubTransport(
        Learned(signing.load, hosts.remember_signature, synchronising.header), LOOPBACK
    )


def somebody(name: str = "rosa", *, at: str = "https://social.example", shared: bool = True) -> RemoteActor:
    """Store an account elsewhere."""
    host, _ = RemoteHost.objects.get_or_create(name=urlsplit(at).netloc)
    return RemoteActor.objects.create(
        uri=f"{at}/users/{name}",
        host=host,
        inbox=f"{at}/users/{name}/inbox",
        shared_inbox=f"{at}/inbox" if shared else "",
        handle=name,
    )


def follow(actor: Actor, who: RemoteActor) -> Follow:
    """Let an account elsewhere follow one of ours."""
    return Follow.objects.create(actor=actor, follower=who, activity=f"{who.uri}#follow")


def key_of(actor: Actor) -> RSAPublicKey:
    """Return the public key that an account of ours signs with now."""
    return signing.load(actor.name).key.public_key()


def check_cavage(seen: Seen, server: Server, actor: Actor) -> None:
    """Check a request as draft-cavage says, by a computation of the tests' own."""
    given = dict(part.split("=", 1) for part in seen.headers["signature"].split(","))
    said = {name: value.strip('"') for name, value in given.items()}
    assert said["keyId"] == actors.key_id(actor)
    assert said["headers"] == "(request-target) host date digest"
    assert (
        seen.headers["digest"] == "SHA-256=" + base64.b64encode(hashlib.sha256(seen.body).digest()).decode()
    )
    lines = [f"(request-target): post {seen.path}"]
    lines += [f"{name}: {seen.headers[name]}" for name in ("host", "date", "digest")]
    assert seen.headers["host"] == urlsplit(server.url).netloc
    signature = base64.b64decode(said["signature"])
    key_of(actor).verify(signature, "\n".join(lines).encode(), PKCS1v15(), SHA256())


def check_rfc9421(seen: Seen, server: Server, actor: Actor) -> None:
    """Check a request as RFC 9421 says, with the verifier that was proved against others."""
    message = Message("POST", server.url + seen.path, seen.headers, seen.body)
    claim = rfc9421.read(message, now=datetime.now(UTC))
    assert claim.key_id == f"https://news.elmford.example/ap/actors/{actor.name}#main-key"
    claim.verify(key_of(actor))
