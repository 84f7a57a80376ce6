# SPDX-License-Identifier: Apache-2.0
"""The newsroom's own accounts: which there are, their addresses, their keys."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction

from onrecord.federation.events import ActorOpened
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.signatures import keys
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation
from onrecord.prepared import PreparedObjects

ACTORS = "/ap/actors/"
SHARED_INBOX = "/ap/inbox"
NEWSROOM_NAME = "press"
INSTANCE_NAME = "instance"


_only_one = {
    ActorKind.NEWSROOM: PreparedObjects(lambda: Actor.objects.filter(kind=ActorKind.NEWSROOM)[:1]),
    ActorKind.INSTANCE: PreparedObjects(lambda: Actor.objects.filter(kind=ActorKind.INSTANCE)[:1]),
}


def newsroom() -> Actor:
    """Return the account that says what the newsroom says; made at first use, safe in many processes."""
    return _only(ActorKind.NEWSROOM, NEWSROOM_NAME)


def instance() -> Actor:
    """Return the account of the program itself, which signs what it asks other servers; made at first use."""
    return _only(ActorKind.INSTANCE, INSTANCE_NAME)


def base() -> str:
    """Return the address of the site, on which every id stands, as https://news.example.org.

    Raises people.errors.NotSetUp before the newsroom is set up.
    """
    return Organisation.current().address.rstrip("/")


def home_of(actor: Actor) -> str:
    """Return the address of the site on which an account's id stands: today's, or a former one."""
    return actor.former_base or base()


def address_of(actor: Actor) -> str:
    """Return the id of an account, as https://news.example.org/ap/actors/press."""
    return f"{home_of(actor)}{ACTORS}{actor.local}"


def inbox_of(actor: Actor) -> str:
    """Return the address of the inbox of one account."""
    return f"{address_of(actor)}/inbox"


def shared_inbox() -> str:
    """Return the address of the inbox that serves all accounts."""
    return base() + SHARED_INBOX


def outbox_of(actor: Actor) -> str:
    """Return the address of the list of what an account said."""
    return f"{home_of(actor)}/ap/outboxes/{actor.local}"


def followers_of(actor: Actor) -> str:
    """Return the address of the collection of an account's followers; it tells their number only."""
    return f"{home_of(actor)}/ap/followers/{actor.local}"


def following_of(actor: Actor) -> str:
    """Return the address of the collection of those that an account follows: it is empty."""
    return f"{home_of(actor)}/ap/following/{actor.local}"


def featured_of(actor: Actor) -> str:
    """Return the address of the collection of statements that an account shows first."""
    return f"{home_of(actor)}/ap/featured/{actor.local}"


def handle_of(actor: Actor) -> str:
    """Return how people write an account, as @press@news.example.org."""
    return f"@{actor.local}@{urlsplit(home_of(actor)).netloc}"


def by_address(uri: str) -> Actor | None:
    """Return the account with this id, closed ones too; None if it is none of the newsroom's."""
    home, found, quoted = uri.partition(ACTORS)
    name = unquote(quoted)
    if not found or "\0" in name:  # PostgreSQL refuses even to look for it
        return None
    former_base = "" if home == base() else home
    host = f"@{urlsplit(home).netloc}" if former_base else ""
    return Actor.objects.filter(name=name + host, former_base=former_base).first()


def key_id(actor: Actor) -> str:
    """Return the id of an account's RSA key, which signs requests."""
    return address_of(actor) + key_fragment(actor)


def key_fragment(actor: Actor) -> str:
    """Return the last part of the id of the RSA key: another one after each change of keys.

    Whoever keeps keys by their id then asks for the new one, instead of trying the old one on it.
    """
    return "#main-key" if actor.key_number == 1 else f"#main-key-{actor.key_number}"


def proof_method(actor: Actor) -> str:
    """Return the id of an account's Ed25519 key, which proves documents."""
    return f"{address_of(actor)}#ed25519-{actor.key_number}"


def rsa(actor: Actor) -> RSAPrivateKey:
    """Return the key that signs an account's requests, made at first use."""
    return keys.rsa_key(rsa_file(actor))


def ed25519(actor: Actor) -> Ed25519PrivateKey:
    """Return the key that proves an account's documents, made at first use."""
    return keys.ed25519_key(ed25519_file(actor))


def rsa_file(actor: Actor) -> Path:
    """Return where the key is that signs an account's requests."""
    return _key_file(actor, actor.key_number, "rsa")


def ed25519_file(actor: Actor) -> Path:
    """Return where the key is that proves an account's documents."""
    return _key_file(actor, actor.key_number, "ed25519")


def _key_file(actor: Actor, number: int, kind: str) -> Path:
    return Path(settings.HOME) / "keys" / "federation" / f"{quote(actor.local)}-{number}-{kind}.pem"


def _only(kind: ActorKind, name: str) -> Actor:
    """Return the one account of its kind."""
    found = _only_one[kind].first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = Actor.objects.create(kind=kind, name=name)
            journal.write(ActorOpened(subject=made.subject, account=name, kind=kind.value), by=CLOCK)
            return made
    except IntegrityError:
        return Actor.objects.get(kind=kind)  # another process was first
