# SPDX-License-Identifier: Apache-2.0
"""Addresses that the relay refuses while it is spoken to: that says as much as a bounce, and at once."""

from __future__ import annotations

import re
from datetime import timedelta

from onrecord.delivery.actions import addresses
from onrecord.delivery.inbound.reading import without_addresses
from onrecord.delivery.models import FORGOTTEN, Delivery, State
from onrecord.journal.events import Actor

TRANSPORT = "smtp"
APART = timedelta(days=1)
"""A relay that is set up wrongly refuses everybody, once: who is refused again later is believed gone."""
AT_ONCE = 500
_NO_SUCH_ADDRESS = re.compile(r"5\d\d[ -]5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
"""RFC 3463: no such mailbox, no such domain, no address at all, moved away, none such any more; disabled."""


def heed_refusals(distribution: int, *, by: Actor) -> int:
    """Send nothing more to whom the relay refused, now and a day or longer before; return how many.

    Whoever took something since the first of these is believed to be there. Safe to run twice.
    """
    failed = Delivery.objects.filter(
        distribution=distribution, distribution__transport=TRANSPORT, state=State.FAILED
    ).exclude(recipient=FORGOTTEN)
    gone, last = 0, 0
    while rows := list(failed.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        gone += sum(_heed(row, by) for row in rows)
        last = rows[-1].pk
    return gone


def _heed(row: Delivery, by: Actor) -> bool:
    if row.settled_at is None or not _NO_SUCH_ADDRESS.match(row.reply):
        return False
    to_them = Delivery.objects.filter(distribution__transport=TRANSPORT, recipient=row.recipient)
    earlier = to_them.filter(settled_at__lte=row.settled_at - APART, state__in=[State.FAILED, State.ACCEPTED])
    last = earlier.order_by("-settled_at").first()
    if last is None or last.state != State.FAILED or not _NO_SUCH_ADDRESS.match(last.reply):
        return False
    if to_them.filter(state=State.ACCEPTED, settled_at__gt=last.settled_at).exists():
        return False
    evidence = (
        f"refused by the relay, {last.settled_at:%Y-%m-%d} and {row.settled_at:%Y-%m-%d}:"
        f" {without_addresses(row.reply)}"
    )
    addresses.suppress(
        row.recipient, reason="hard_bounce", evidence=evidence, recipient_key=row.recipient_key, by=by
    )
    return True
