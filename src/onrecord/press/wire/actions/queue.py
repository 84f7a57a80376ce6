# SPDX-License-Identifier: Apache-2.0
"""The queue of each destination: numbers without gaps, one thing at a time, the next when the last is taken.

A row of the ledger is made for everything at once, but it is due only when its turn comes. What a destination
does not take stops that destination alone. Something newer about the same statement takes the place, and the
number, of what has not gone yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # the ledger takes any JSON as the data of a delivery

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery.actions import NOT_YET, Recipient
from onrecord.delivery.models import PENDING, UNSETTLED, Lane
from onrecord.delivery.models import State as DeliveryState
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.press.formats.items import Item
from onrecord.press.formats.stored import to_json
from onrecord.press.models import Destination, DestinationState, Transmission, Turn, Way, WireItem
from onrecord.press.models.wire import EMBARGOED, WITHHELD
from onrecord.press.wire import events
from onrecord.press.wire.letters import of_item as letter_of

PUSHED, FETCHED, MAILED = "wire", "wire-pull", "smtp"
"""What the ledger calls the transports."""
TRANSPORTS = {Way.HTTPS: PUSHED, Way.SFTP: PUSHED, Way.PULL: FETCHED, Way.MAIL: MAILED}
TOLD_EARLY = Q(item__purpose__startswith=EMBARGOED) | Q(item__purpose__startswith=WITHHELD)
"""What is true of what was told before its time, also once that time has come."""
_TAKEN = (
    DeliveryState.ACCEPTED,
    DeliveryState.UNKNOWN,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
)
_NOT_GONE = (*PENDING, DeliveryState.FAILED)
"""Not taken so far; a newer edition takes its place and its number."""
_OVERTAKEN = (DeliveryState.SUPERSEDED, DeliveryState.CANCELLED)
_AT_ONCE = 100
FETCHED_WITHIN = timedelta(days=2)
"""So long an edition counts as going out because somebody has not fetched it."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes out: the row, the item in it, and how the ledger names both."""

    row: WireItem
    item: Item
    object_key: str
    purpose: str
    cancels_older: bool = False
    label: str = ""
    """What the ledger calls it; the headline, unless administrators may not see that yet."""


def put(carried: Carried, destinations: Iterable[Destination]) -> list[Transmission]:
    """Put one item into the queues of destinations, in the caller's transaction; return where it stands."""
    rows = Destination.objects.select_for_update().exclude(state=DestinationState.CLOSED)
    chosen = list(rows.filter(pk__in=[row.pk for row in destinations]).order_by("pk"))
    placed = {row.pk: _place(row, carried.row) for row in chosen}
    for transport in dict.fromkeys(TRANSPORTS[Way(row.transport)] for row in chosen):
        some = [row for row in chosen if TRANSPORTS[Way(row.transport)] == transport]
        _freeze(carried, transport, some, placed)
    for row in chosen:
        advance(row)
    return list(placed.values())


def advance(destination: Destination, *, try_again_as: Actor | None = None) -> None:
    """Let the first of a queue go if it is its turn; stop the queue if it was not taken.

    With `try_again_as`, what was not taken is tried again first, at somebody's word.
    """
    with transaction.atomic():
        row = Destination.objects.select_for_update().get(pk=destination.pk)
        if row.state != DestinationState.ACTIVE or row.fetches:
            return
        waiting = row.transmissions.filter(turn=Turn.OPEN).select_related("delivery__distribution")
        for one in waiting.order_by("number")[:_AT_ONCE]:
            sent = one.delivery
            if sent is None or sent.state in _TAKEN:
                _done(row, one, sent.reply if sent else "")
            elif sent.state in _OVERTAKEN:
                _finish(one, Turn.LEFT_OUT)
            elif sent.state in UNSETTLED:
                delivery.let_go([sent.pk])
                _heed(row, sent.state, sent.reply)
                return
            elif try_again_as is not None and delivery.retry_one(sent, by=try_again_as):
                return
            else:
                _stop(row, one, sent.reply)
                return


def advance_all() -> int:
    """Let every queue go on in which something happened; return how many those were. For a chore."""
    mine = Transmission.objects.filter(destination=OuterRef("pk"), turn=Turn.OPEN).order_by("number")
    rows = (
        Destination.objects.filter(Exists(mine), state=DestinationState.ACTIVE)
        .exclude(transport=Way.PULL)
        .annotate(
            head=Subquery(mine.values("delivery__state")[:1]),
            head_due=Subquery(mine.values("delivery__due_at")[:1]),
            head_reply=Subquery(mine.values("delivery__reply")[:1]),
        )
    )
    moved = 0
    for row in rows.order_by("pk"):
        on_its_way = row.head in UNSETTLED and row.head_due != NOT_YET
        if on_its_way and (row.head != DeliveryState.DEFERRED or row.head_reply == row.last_answer):
            continue
        advance(row)
        moved += 1
    return moved


def fetched(opened: QuerySet[Transmission], after: int) -> int:
    """Note that whoever was shown these has them up to a number; return how much of that is new."""
    waiting = opened.filter(turn=Turn.OPEN, number__lte=after)
    found = dict(waiting.values_list("pk", "delivery_id"))
    if not found:
        return 0
    with transaction.atomic():
        delivery.fetched([pk for pk in found.values() if pk], reply="Fetched.")
        return Transmission.objects.filter(pk__in=list(found), turn=Turn.OPEN).update(
            turn=Turn.DONE, done_at=timezone.now()
        )


def settle_unfetched() -> int:
    """Say of what nobody has fetched for two days that it was not; it can still be. For a chore."""
    return delivery.unfetched(
        FETCHED, before=timezone.now() - FETCHED_WITHIN, reply="Not fetched for two days; it still can be."
    )


def offer(destination: Destination, numbers: Collection[int]) -> None:
    """Note that whoever fetches is shown these numbers now: from here on they stay what they are."""
    new = destination.transmissions.filter(number__in=numbers, offered_at=None)
    if numbers and new.exists():
        with transaction.atomic():
            Destination.objects.select_for_update().get(pk=destination.pk)
            new.update(offered_at=timezone.now())


def hold_back(destination: Destination, *, for_good: bool = False) -> None:
    """Let everything wait that has not gone; with `for_good` it never goes."""
    waiting = destination.transmissions.filter(turn=Turn.OPEN)
    if for_good:
        delivery.leave_out(destination.subject, address=recipient(destination, 0).address)
        waiting.update(turn=Turn.LEFT_OUT, done_at=timezone.now())
    else:
        delivery.hold([pk for pk in waiting.values_list("delivery_id", flat=True) if pk])


def leave_out_early(destination: Destination) -> int:
    """Send a destination nothing of what waits for it before its time; return how much that was."""
    waiting = destination.transmissions.filter(TOLD_EARLY, turn=Turn.OPEN)
    found = dict(waiting.values_list("pk", "delivery"))
    delivery.replace([pk for pk in found.values() if pk])
    return Transmission.objects.filter(pk__in=list(found)).update(turn=Turn.LEFT_OUT, done_at=timezone.now())


def let_pending_go_to(destination: Destination, *, before: str) -> None:
    """Carry what waits to where, and how, the destination takes things now."""
    waiting = destination.transmissions.filter(turn=Turn.OPEN, delivery__isnull=False)
    for pk, number in waiting.values_list("delivery_id", "number"):
        if pk is not None:
            delivery.redirect(pk, recipient(destination, number))


def recipient(row: Destination, number: int) -> Recipient:
    """Return a destination as the ledger names it, for one number; it is due when it is let go."""
    if row.transport == Way.MAIL:
        mail: dict[str, Any] = {"variant": row.format, "fields": {"number": str(number)}}
        return Recipient(row.subject, row.address, row.host, mail, NOT_YET)
    if row.fetches:
        # There is no host: the screens about deliveries, whose addresses hold it, show the name instead.
        return Recipient(row.subject, row.subject, row.name.replace("/", " "), {"number": number}, NOT_YET)
    keys = [{"number": row.number, "until": None}]
    if row.earlier_until is not None and row.earlier_until > timezone.now():
        keys.append({"number": row.earlier_number, "until": row.earlier_until.isoformat()})
    data: dict[str, Any] = {
        "format": row.format,
        "name": row.name,
        "number": number,
        "keys": keys,
        "host_key": row.host_key,
    }
    return Recipient(row.subject, row.address, row.host, data, NOT_YET)


def body_of(item: Item, transport: str, formats: Iterable[str]) -> dict[str, object]:
    """Return what the ledger keeps of an item for one transport."""
    now = timezone.now()
    if transport == MAILED:
        return letter_of(item, set(formats), at=now).to_json()
    if transport == FETCHED:
        return {"fetched": item.uri}
    return {"item": to_json(item), "sender": Organisation.current().host, "at": now.isoformat()}


def _place(row: Destination, item: WireItem) -> Transmission:
    """Return the place of an item: that of an earlier one about the same statement which has not gone."""
    earlier = (
        row.transmissions.filter(
            turn=Turn.OPEN,
            item__statement=item.statement_id,
            delivery__state__in=_NOT_GONE,
            offered_at=None,  # what was shown to somebody keeps its number, for numbers are cursors
        )
        .order_by("-number")
        .first()
    )
    if earlier is not None:
        if earlier.delivery_id is not None:
            delivery.replace([earlier.delivery_id])
        earlier.item, earlier.delivery = item, None
        earlier.save(update_fields=["item", "delivery"])
        return earlier
    row.sequence += 1
    row.save(update_fields=["sequence"])
    return Transmission.objects.create(destination=row, number=row.sequence, item=item)


def _freeze(
    carried: Carried, transport: str, some: list[Destination], placed: dict[int, Transmission]
) -> None:
    item = carried.item
    distribution = delivery.freeze(
        transport=transport,
        object_key=carried.object_key,
        version=item.version,
        purpose=carried.purpose,
        label=carried.label or item.headline,
        body=body_of(item, transport, {row.format for row in some}),
        recipients=[recipient(row, placed[row.pk].number) for row in some],
        host=Organisation.current().host,
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
        cancels_older=carried.cancels_older,
    )
    made = dict(distribution.deliveries.values_list("recipient_key", "pk"))
    delivery.hold(list(made.values()))  # an earlier version on its way has made some of them due after it
    for row in some:
        one = placed[row.pk]
        one.delivery_id = made[row.subject]
        one.save(update_fields=["delivery"])


def _done(row: Destination, one: Transmission, reply: str) -> None:
    _finish(one, Turn.DONE)
    Destination.objects.filter(pk=row.pk).update(failing_since=None, last_answer=reply)


def _finish(one: Transmission, turn: Turn) -> None:
    Transmission.objects.filter(pk=one.pk).update(turn=turn, done_at=timezone.now())


def _heed(row: Destination, state: str, reply: str) -> None:
    if state == DeliveryState.DEFERRED and reply and reply != row.last_answer:
        Destination.objects.filter(pk=row.pk).update(
            failing_since=row.failing_since or timezone.now(), last_answer=reply
        )


def _stop(row: Destination, one: Transmission, reply: str) -> None:
    Destination.objects.filter(pk=row.pk).update(
        state=DestinationState.STOPPED, failing_since=row.failing_since or timezone.now(), last_answer=reply
    )
    event = events.DestinationStopped(
        subject=row.subject, destination=row.name, number=one.number, reply=reply[:200]
    )
    journal.write(event, by=CLOCK)
