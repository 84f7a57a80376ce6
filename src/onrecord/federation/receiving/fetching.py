# SPDX-License-Identifier: Apache-2.0
"""Accounts and objects elsewhere, asked for with requests that the program's own account signs.

What stands at an address counts only if it says that this is its id. Where a redirect leads is asked anew,
with a signature of its own, and checked anew. Never to be called in a transaction: it waits for others.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.models import DomainBlock, RemoteActor, RemoteHost, SignatureKind
from onrecord.federation.receiving import normal, remarks
from onrecord.federation.receiving.errors import Blocked, Gone, Malformed, NotFetched, Refused
from onrecord.federation.receiving.normal import Document
from onrecord.federation.signatures import cavage, rfc9421
from onrecord.federation.signatures.messages import Message
from onrecord.outbound import OutboundError, Response, fetch
from onrecord.outbound.addresses import Private, host_of
from onrecord.outbound.errors import BadAddress, RefusedAddress, TooSlow

ACTIVITY_JSON = "application/activity+json"
PROFILE = "https://www.w3.org/ns/activitystreams"
ACCEPT = f'{ACTIVITY_JSON}, application/ld+json; profile="{PROFILE}"'
SECONDS = 8.0
"""For one address, redirects and a second kind of signature included."""
MOST_REDIRECTS = 3
MOST_KEYS = 10
MOST_ALIASES = 100
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KINDS = frozenset({"Application", "Group", "Organization", "Person", "Service"})
_BLOCKS = "SELECT id FROM federation_domainblock WHERE lifted_at IS NULL AND host IN"
_SENDER = """
SELECT actor.id, actor.keys, host.id, host.name
FROM federation_remoteactor actor JOIN federation_remotehost host ON host.id = actor.host_id
WHERE actor.uri = %s AND actor.gone_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Described:
    """An account as its server describes it, checked."""

    uri: str
    inbox: str
    shared_inbox: str
    followers: str
    handle: str
    name: str
    url: str
    also_known_as: list[str]
    keys: list[dict[str, str]]


def blocked(host: str) -> DomainBlock | None:
    """Return why nothing is taken from a host: the block of it, or of a host above it."""
    name = host.partition(":")[0].rstrip(".")  # a dot at the end leads to the same server
    above = [host, *(name.split(".", count)[-1] for count in range(name.count(".") + 1))]
    places = ", ".join(["%s"] * len(above))
    with connection.cursor() as cursor:  # written by hand: nearly every look finds nothing, and is in a hurry
        cursor.execute(f"{_BLOCKS} ({places})", above)
        numbers = [number for (number,) in cursor.fetchall()]
    found = DomainBlock.objects.filter(pk__in=numbers).order_by("pk") if numbers else ()
    now = timezone.now()
    return next((block for block in found if block.until is None or block.until > now), None)


def known_actor(uri: str) -> RemoteActor | None:
    """Return an account elsewhere as it was described last, without asking."""
    return RemoteActor.objects.select_related("host").filter(uri=uri).first()


def sender_known(uri: str) -> RemoteActor | None:
    """Return an account elsewhere that is there, with host and keys; the rest is read when it is needed."""
    with connection.cursor() as cursor:
        cursor.execute(_SENDER, [uri])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, keys, host, name = row
    keys = json.loads(keys) if isinstance(keys, str) else keys
    fields, values = ["id", "uri", "host_id", "keys", "gone_at"], [pk, uri, host, keys, None]
    actor = RemoteActor.from_db(connection.alias, fields, values)
    actor.host = RemoteHost.from_db(connection.alias, ["id", "name"], [host, name])
    return actor


def actor_at(uri: str, *, fresh: bool = False) -> RemoteActor:
    """Return an account elsewhere; ask for it if it is not known yet, or if `fresh` is wanted.

    Raises NotFetched, Refused, Gone, Blocked.
    """
    found = known_actor(uri)
    if found is not None and not fresh:
        if found.gone_at is not None:
            raise Gone(f"The account {uri} is gone.")
        return found
    described = described_by(document_at(uri))
    if described.uri != uri:
        raise Refused(f"The account at {uri} says that it is {described.uri}.")
    return remember(described)


def document_at(address: str) -> Document:
    """Return the document at an address, whose id that address is.

    Raises NotFetched if nobody answers, Gone if it is there no more, Refused if it is something else.
    """
    if not normal.address(address):
        raise Refused(f"{address[:80]!r} is no address that can be asked.")
    response = _asked(address)
    document = _document(response)
    said = normal.address(document.get("id"))
    if said not in {address, response.url}:
        raise Refused(f"What stands at {address} says that it is {str(document.get('id'))[:200]!r}.")
    if host_of(said) != host_of(address):
        raise Refused(f"What stands at {address} is of another host.")
    return document


def described_by(document: Document) -> Described:
    """Read the description of an account. Raises Refused for one that cannot be written to."""
    uri = normal.address(document.get("id"))
    if not uri or not KINDS & set(normal.kinds_of(document)):
        raise Refused("What stands there is no account.")
    endpoints = normal.first_object(document.get("endpoints"))
    inbox = _of_same_host(uri, document.get("inbox"))
    if not inbox:
        raise Refused(f"The account {uri} has no inbox on its own host.")
    return Described(
        uri=uri,
        inbox=inbox,
        shared_inbox=_of_same_host(uri, endpoints.get("sharedInbox")),
        followers=_of_same_host(uri, document.get("followers")),
        handle=remarks.plain(normal.text(document, "preferredUsername"), 200).replace("@", ""),
        name=remarks.plain(normal.text(document, "name"), 200),
        url=_page_of(document) or uri,
        also_known_as=[one for one in normal.ids(document.get("alsoKnownAs")) if normal.address(one)][
            :MOST_ALIASES
        ],
        keys=_keys(uri, document),
    )


def remember(described: Described) -> RemoteActor:
    """Keep how an account was described just now."""
    name = host_of(described.uri)
    host = RemoteHost.objects.filter(name=name).first()
    host = host or RemoteHost.objects.get_or_create(name=name)[0]
    fields = {name: getattr(described, name) for name in Described.__slots__ if name != "uri"}
    row, _is_new = RemoteActor.objects.update_or_create(
        uri=described.uri, defaults={**fields, "host": host, "fetched_at": timezone.now(), "gone_at": None}
    )
    return row


def note_gone(actor: RemoteActor) -> None:
    """Keep nothing of an account but its address, and that it is gone."""
    actor.inbox = actor.shared_inbox = actor.followers = actor.handle = actor.name = actor.url = ""
    actor.also_known_as, actor.keys = [], []
    actor.gone_at = actor.gone_at or timezone.now()
    actor.save()


def _asked(address: str) -> Response:
    """Ask an address, and where it leads, each with a signature of its own."""
    first = here = address
    until = time.monotonic() + SECONDS
    for _step in range(MOST_REDIRECTS + 1):
        _refuse_unsafe(first, here)
        response = _asked_once(here, first, until)
        target = response.headers.get("location")
        if response.status not in REDIRECTS or target is None:
            return response
        here = _joined(here, target)
    raise Refused(f"{address} leads on and on; {MOST_REDIRECTS} redirects are followed.")


def _joined(here: str, target: str) -> str:
    try:
        return urljoin(here, target)
    except ValueError as error:
        raise Refused(f"{here[:200]} leads to {target[:200]!r}, which is no address.") from error


def _refuse_unsafe(first: str, here: str) -> None:
    if not host_of(here):
        raise Refused(f"{here[:200]!r} is no address.")
    if host_of(here) == host_of(actors.shared_inbox()):
        raise Refused(f"{first} leads to this newsroom itself.")
    if (why := blocked(host_of(here))) is not None:
        raise Blocked(f"Nothing is asked of {host_of(here)}: {why.reason}")
    parts = urlsplit(here)
    # Over http anybody on the way could be whom they like. Loopback addresses of tests are the exception.
    if parts.scheme != "https" and not settings.STRANGERS_PRIVATE_ADDRESSES:
        raise Refused(f"{here[:200]} is not asked: it is not https.")


def _asked_once(here: str, first: str, until: float) -> Response:
    """Ask with the kind of signature that the host took last; once more with the other if it wants that."""
    known = RemoteHost.objects.filter(name=host_of(here)).values_list("signature", flat=True).first()
    kinds = [SignatureKind.CAVAGE, SignatureKind.RFC9421]
    if known == SignatureKind.RFC9421:
        kinds.reverse()
    private: Private = settings.STRANGERS_PRIVATE_ADDRESSES
    if urlsplit(here).hostname != urlsplit(first).hostname:
        private = False
    response = None
    for kind in kinds:
        left = until - time.monotonic()
        if left <= 0:
            raise _stalls(first)
        try:
            response = fetch(
                here,
                headers=_signed(here, kind) | {"Accept": ACCEPT},
                limit=normal.LARGEST,
                timeout=left,
                allow_private=private,
                redirects=0,
            )
        except (BadAddress, RefusedAddress) as error:
            raise Refused(str(error)) from error
        except TooSlow as error:
            raise _stalls(first) from error
        except OutboundError as error:
            raise NotFetched(str(error)) from error
        if response.status not in {400, 401}:
            break
    assert response is not None  # noqa: S101 - there are two kinds
    return response


def _stalls(first: str) -> NotFetched:
    return NotFetched(f"{first} gave no complete answer within {SECONDS:g} seconds.")


def _signed(address: str, kind: SignatureKind) -> dict[str, str]:
    program = actors.instance()
    sign = rfc9421.sign if kind == SignatureKind.RFC9421 else cavage.sign
    message = Message("GET", address.partition("#")[0])
    return sign(message, key_id=actors.key_id(program), key=actors.rsa(program), now=timezone.now())


def _document(response: Response) -> Document:
    if response.status in {404, 410}:
        raise Gone(f"{response.url} is gone ({response.status}).")
    if response.status != 200:
        raise NotFetched(f"{response.url} answers {response.status}.")
    if not _is_activity_json(response.headers.get("content-type", "")):
        raise Refused(
            f"What stands at {response.url} is no ActivityStreams: its Content-Type says otherwise."
        )
    try:
        return normal.read(response.body)
    except Malformed as error:
        raise Refused(f"{response.url}: {error}") from error


def _is_activity_json(content_type: str) -> bool:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media_type == "application/ld+json":
        said = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("profile=")]
        return any(PROFILE in one.split() for one in said)
    return media_type == ACTIVITY_JSON


def _of_same_host(uri: str, value: object) -> str:
    found = normal.address(normal.first_id(value))
    return found if found and host_of(found) == host_of(uri) else ""


def _page_of(document: Document) -> str:
    """Return the page of an account for people: an address, or the href of a link."""
    found = document.get("url")
    for one in found if isinstance(found, list) else [found]:
        said = one.get("href") if isinstance(one, dict) else one
        if normal.address(said):
            return str(said)
    return ""


def _keys(uri: str, document: Document) -> list[dict[str, str]]:
    """Return the keys that an account says are its own, on its own host."""
    found = []
    for kind, name, value in (
        ("pem", "publicKey", "publicKeyPem"),
        ("multikey", "assertionMethod", "publicKeyMultibase"),
    ):
        for key in normal.objects(document.get(name))[:MOST_KEYS]:
            owner = key.get("owner" if kind == "pem" else "controller", uri)
            identity, text = normal.address(key.get("id")), key.get(value)
            if (
                owner == uri
                and host_of(identity) == host_of(uri)
                and isinstance(text, str)
                and len(text) < 5000
            ):
                found.append({"id": identity, "kind": kind, "value": text})
    return found
