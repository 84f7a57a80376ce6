# SPDX-License-Identifier: Apache-2.0
"""Whose request it is. Nothing of it is stored before that is known.

In this order, the cheap before the dear: the signature has to cover what was sent and be of this hour; its
key has to be on the host of the account that the activity is from; the host must not be blocked, and not have
sent too much; the key has to be one of that account; the signature has to hold. Keys are kept. One that does
not fit is asked for once more, in case it is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.http import HttpRequest
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.blocking import objecting
from onrecord.federation.models import Actor, RemoteActor
from onrecord.federation.receiving import fetching, limits
from onrecord.federation.receiving.errors import (
    Blocked,
    Gone,
    Malformed,
    NotFetched,
    NotFromThem,
    TooMuch,
)
from onrecord.federation.receiving.normal import Activity
from onrecord.federation.signatures import cavage, keys, rfc9421
from onrecord.federation.signatures.errors import BadKey, BadSignature, SignatureError
from onrecord.federation.signatures.messages import Claim, Message, PublicKey
from onrecord.outbound.addresses import host_of
from onrecord.statements.pages.site import Site
from onrecord.waiting import Crowded, for_an_answer

FRESH = timedelta(seconds=60)
"""Keys that were asked for so lately are not asked for again."""
TAKES_BACK = frozenset({"Delete", "Undo"})
"""Heard from blocked servers too: whoever said something there may take it back."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom an activity is from, beyond doubt; `left` if that account is gone by its server's own word."""

    actor: RemoteActor
    left: bool = False


def message_of(request: HttpRequest, body: bytes) -> Message:
    """Return a request as whoever sent it to the newsroom's address wrote and signed it."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    address = _address_asked(request)
    return Message(request.method or "", address + request.get_full_path(), headers, body)


def _address_asked(request: HttpRequest) -> str:
    """Return the address of the site that a request was sent to: today's, or a former one."""
    address, host = Site.current().address, request.META.get("HTTP_HOST", "").lower()
    if host and host != host_of(address):
        bases = Actor.objects.filter(former_base__in=[f"https://{host}", f"http://{host}"])
        return bases.values_list("former_base", flat=True).first() or address
    return address


def reader_of(request: HttpRequest) -> RemoteActor:
    """Return the account elsewhere that signed a request to read. Raises NotFromThem, Blocked, TooMuch."""
    claim = claim_of(message_of(request, b""))
    host, reader = host_of(claim.key_id), request.META.get("REMOTE_ADDR", "")
    limits.refuse_too_many(host=host, reader=reader)
    uri = claim.key_id.partition("#")[0].removesuffix("/main-key")
    known = fetching.known_actor(uri)
    if known is not None and known.gone_at is None and _holds(claim, known):
        return known
    limits.count_fetch(host=host, reader=reader)
    try:
        actor = _asked(uri)
    except Blocked:
        raise
    except NotFetched as error:
        raise NotFromThem(f"The account {uri} could not be asked for its key: {error}") from error
    if not _holds(claim, actor):
        raise NotFromThem(f"The request is not signed with the key {claim.key_id}.")
    return actor


def claim_of(message: Message) -> Claim:
    """Return what the signature of a request claims. Raises NotFromThem."""
    read = rfc9421.read if "signature-input" in message.headers else cavage.read
    try:
        return read(message, now=timezone.now())
    except SignatureError as error:
        raise NotFromThem(str(error)) from error


def refuse_blocked(host: str, kind: str) -> None:
    """Raise Blocked for an activity of a server that nothing is taken from, unless it takes something back.

    The text says why, and how to object.
    """
    block = fetching.blocked(host) if kind not in TAKES_BACK else None
    if block is not None:
        raise Blocked(
            f"Nothing is taken from {block.host}. The reason: {block.reason}\n{objecting.how_to_object()}"
        )


def sender_of(claim: Claim, activity: Activity, *, reader: str) -> Sender | None:
    """Return whom an activity is from; None for the end or the change of an account nobody here knows.

    None too for what the newsroom sends itself, to see whether it arrives as it was signed. Raises
    NotFromThem, TooMuch, Malformed; NotFetched if the account cannot be asked for now.
    """
    host = host_of(claim.key_id)
    if host_of(activity.actor) != host:
        raise NotFromThem(f"The key {claim.key_id} is of another host than {activity.actor}.")
    if host_of(activity.id) != host:
        raise Malformed(f"The activity {activity.id} is of another host than {activity.actor}.")
    limits.refuse_too_many(host=host, reader=reader)
    known = fetching.sender_known(activity.actor)
    if known is not None and _holds(claim, known):
        return Sender(known)
    if (own := actors.by_address(activity.actor)) is not None:
        _refuse_unless_ours(claim, own, activity)
        return None
    known = fetching.known_actor(activity.actor)
    if known is None and activity.kind in {"Delete", "Update"}:
        return None
    if known is not None and known.gone_at is not None:
        if activity.kind == "Delete":
            return None
        known = None
    if known is not None and timezone.now() - known.fetched_at < FRESH:
        raise NotFromThem(_wrong(claim, activity))
    return _asked_again(claim, activity, known, reader)


def _asked_again(claim: Claim, activity: Activity, known: RemoteActor | None, reader: str) -> Sender:
    """Ask for an account that is new, or whose key may be."""
    limits.count_fetch(host=host_of(activity.actor), reader=reader)
    try:
        actor = _asked(activity.actor)
    except Gone as error:
        if known is not None and activity.kind == "Delete" and activity.object_id == activity.actor:
            return Sender(known, left=True)
        raise NotFromThem(f"The account {activity.actor} is gone.") from error
    except Blocked:
        raise
    except NotFetched as error:
        raise NotFromThem(f"The account {activity.actor} could not be asked for its key: {error}") from error
    if not _holds(claim, actor):
        raise NotFromThem(_wrong(claim, activity))
    return Sender(actor)


def _asked(uri: str) -> RemoteActor:
    """Ask for an account while somebody waits; few do at once, or nobody would be left to serve readers."""
    try:
        with for_an_answer():
            return fetching.actor_at(uri, fresh=True)
    except Crowded as error:
        raise TooMuch(
            "Too many accounts are being asked for at this moment."
            f" Send this again after {limits.AGAIN_AFTER} seconds."
        ) from error


def _refuse_unless_ours(claim: Claim, own: Actor, activity: Activity) -> None:
    try:
        if claim.key_id != actors.key_id(own):
            raise BadSignature("The key is not the one that signs here now.")
        claim.verify(actors.rsa(own).public_key())
    except BadSignature as error:
        raise NotFromThem(_wrong(claim, activity)) from error


def _holds(claim: Claim, actor: RemoteActor) -> bool:
    """Tell whether a key of this account, of the name that the signature gives, made the signature."""
    for key in actor.keys:
        if key["id"] == claim.key_id:
            try:
                claim.verify(_key(key["kind"], key["value"]))
            except (BadSignature, BadKey):
                continue
            return True
    return False


@lru_cache(maxsize=1000)
def _key(kind: str, value: str) -> PublicKey:
    return keys.from_pem(value) if kind == "pem" else keys.from_multikey(value)


def _wrong(claim: Claim, activity: Activity) -> str:
    key, actor = claim.key_id, activity.actor
    return f"The request is not signed with the key {key} of {actor}, or it was changed on the way."
