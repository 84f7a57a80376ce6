# SPDX-License-Identifier: Apache-2.0
"""Who is told: inboxes, each once. Accounts on one server share an inbox where it offers one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import UNSETTLED, Delivery, State
from onrecord.federation.models import Actor, ActorKind, DomainBlock, Follow, Interaction, RemoteActor
from onrecord.federation.sending import hosts
from onrecord.outbound.addresses import host_of
from onrecord.statements.models import Edition, Publication

_GOT = (State.ACCEPTED, State.UNKNOWN, State.IN_FLIGHT)
"""Who has an earlier edition, or may have it."""
_LACKS = (*UNSETTLED, State.FAILED, State.SUPERSEDED, State.CANCELLED)


def recipient(inbox: str, *, letter: str = "", signature: str = "", suffix: str = "") -> Recipient:
    """Return an inbox as the ledger names it.

    `letter` is the one of the distribution's that it gets, `signature` the way to sign that its host wants if
    that is unusual, `suffix` tells several messages to one inbox apart.
    """
    data: dict[str, Any] = {"letter": letter} if letter else {}
    if signature:
        data["signature"] = signature
    return Recipient(key_of(inbox) + suffix, inbox, host_of(inbox), data)


def recipients(letters: Iterable[tuple[str, str, str]]) -> list[Recipient]:
    """Return inboxes, each with its letter and suffix, one host never many times in a row."""
    signatures = hosts.unusual_signatures()
    found = [
        recipient(inbox, letter=letter, signature=signatures.get(host_of(inbox), ""), suffix=suffix)
        for inbox, letter, suffix in letters
    ]
    return sorted(found, key=lambda one: one.key)  # the keys are hashes


def synchronised(recipients: Collection[Recipient], actor: Actor) -> list[Recipient]:
    """Return recipients; hosts whose turn it is also get a digest of who follows an account from there."""
    due = hosts.take_turns({one.destination for one in recipients})
    return [
        replace(one, data={**one.data, "digest": actor.name}) if one.destination in due else one
        for one in recipients
    ]


def key_of(inbox: str) -> str:
    """Return the ledger's name for an inbox."""
    return f"inbox/{hashlib.sha256(inbox.encode()).hexdigest()[:40]}"


def selections(edition: Edition) -> list[Actor]:
    """Return the accounts that announce an edition: of its language, of one of its topics, or of both."""
    topics = [topic["slug"] for topic in edition.data["topics"]]
    rows = Actor.objects.filter(
        kind=ActorKind.SELECTION, closed_at=None, moved_to="", language__in=("", edition.language)
    )
    return list(rows.filter(Q(topic=None) | Q(topic__slug__in=topics)).order_by("pk"))


def followers(actors: Collection[Actor]) -> set[str]:
    """Return the inboxes of those who follow any of these accounts now."""
    rows = Follow.objects.filter(actor__in=actors, ended_at=None, follower__gone_at=None)
    return _unblocked(_inboxes(rows, "follower__"))


def interested(publication: Publication) -> set[str]:
    """Return the inboxes of those who liked, shared, answered or quoted a statement."""
    rows = Interaction.objects.filter(publication=publication, by__gone_at=None)
    return _unblocked(_inboxes(rows, "by__"))


def everybody() -> set[str]:
    """Return the inboxes of everybody elsewhere that is known, whatever they do, blocked or not."""
    return set(_inboxes(RemoteActor.objects.filter(gone_at=None), ""))


def still_without(edition: Edition, transport: str) -> set[str]:
    """Return the inboxes that an earlier edition was meant for and that may have got none of them."""
    earlier = Delivery.objects.filter(
        distribution__transport=transport,
        distribution__object_key=edition.statement.subject,
        distribution__version__lt=edition.number,
    ).order_by()
    got = earlier.filter(state__in=_GOT).values("recipient")
    return set(
        earlier.filter(state__in=_LACKS).exclude(recipient__in=got).values_list("recipient", flat=True)
    )


def _inboxes(rows: QuerySet[Any], prefix: str) -> Iterator[str]:
    """Yield inboxes of rows that lead to accounts elsewhere, those of a server that are shared once."""
    shared = Coalesce(NullIf(F(f"{prefix}shared_inbox"), Value("")), F(f"{prefix}inbox"))
    found = rows.order_by().annotate(to=shared).exclude(to="").values_list("to", flat=True)
    yield from found.distinct().iterator(chunk_size=2000)


def is_blocked(host: str) -> bool:
    """Tell whether nothing goes to a host now."""
    return _is_below(host, _blocked())


def _blocked() -> set[str]:
    now = timezone.now()
    lasting = DomainBlock.objects.filter(Q(until=None) | Q(until__gt=now), lifted_at=None)
    return set(lasting.values_list("host", flat=True))


def _unblocked(inboxes: Iterable[str]) -> set[str]:
    blocked = _blocked()
    return {inbox for inbox in inboxes if not _is_below(host_of(inbox), blocked)}


def _is_below(host: str, blocked: set[str]) -> bool:
    """Tell whether a host is one of these, or below one."""
    if not blocked:
        return False
    name = host.partition(":")[0].rstrip(".")
    parts = name.split(".")
    return host in blocked or any(".".join(parts[start:]) in blocked for start in range(len(parts)))
