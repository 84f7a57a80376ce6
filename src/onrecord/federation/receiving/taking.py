# SPDX-License-Identifier: Apache-2.0
"""An activity that was verified becomes a row, once. What it means is found out later, by a task."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.utils import timezone

from onrecord.federation.models import ReceivedActivity
from onrecord.federation.receiving import limits
from onrecord.federation.receiving.normal import Activity
from onrecord.federation.receiving.verifying import Sender

AGAIN = frozenset({"Follow", "Undo"})
"""Some servers use the ids of these again. They change nothing twice; the same request is a repetition."""


def take(activity: Activity, sender: Sender, *, signature: str, reader: str) -> bool:
    """Keep an activity until it is handled; False if it was taken before. Counts towards the limits."""
    digest = digest_of(activity.actor, activity.id, signature if activity.kind in AGAIN else "")
    try:
        with transaction.atomic():
            ReceivedActivity.objects.create(
                digest=digest,
                actor=sender.actor,
                document=activity.document,
                due_at=timezone.now(),
            )
            limits.count_activity(host=sender.actor.host.name, reader=reader)
    except IntegrityError:
        if ReceivedActivity.objects.filter(digest=digest).exists():
            return False
        raise
    return True


def note_deleted(actor: str, identity: str) -> None:
    """Note that something was deleted, in case its creation arrives later."""
    ReceivedActivity.objects.get_or_create(digest=digest_of(actor, identity, "deleted"))


def was_deleted(actor: str, identity: str) -> bool:
    """Tell whether the deletion of something arrived before it did."""
    return ReceivedActivity.objects.filter(digest=digest_of(actor, identity, "deleted")).exists()


def digest_of(actor: str, identity: str, more: str) -> bytes:
    """Return what an activity is known by."""
    return hashlib.sha256("\0".join([actor, identity, *([more] if more else [])]).encode()).digest()
