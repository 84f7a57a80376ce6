# SPDX-License-Identifier: Apache-2.0
"""An activity that was verified becomes a row, once. What it means is found out later, by a task."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from onrecord.federation.models import ReceivedActivity
from onrecord.federation.receiving import limits
from onrecord.federation.receiving.normal import Activity
from onrecord.federation.receiving.verifying import Sender

AGAIN = frozenset({"Follow", "Undo"})
"""Some servers use the ids of these again. They change nothing twice; the same request is a repetition."""

_TAKE = """
INSERT INTO federation_receivedactivity (digest, at, actor_id, document, due_at, tries, last_error)
VALUES (%s, %s, %s, %s, %s, 0, '') ON CONFLICT (digest) DO NOTHING
"""
"""Written by hand: Django takes longer to write it than the database to do it, and an inbox is busy."""


def take(activity: Activity, sender: Sender, *, signature: str, reader: str) -> bool:
    """Keep an activity until it is handled; False if it was taken before. Counts towards the limits."""
    digest = digest_of(activity.actor, activity.id, signature if activity.kind in AGAIN else "")
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    # Parsed and written anew: what is kept is what was understood.
    document = json.dumps(activity.document)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [digest, now, sender.actor.pk, document, now])
            is_new = bool(cursor.rowcount == 1)
        if is_new:
            limits.count_activity(host=sender.actor.host.name, reader=reader)
    return is_new


def note_deleted(actor: str, identity: str) -> None:
    """Note that something was deleted, in case its creation arrives later."""
    ReceivedActivity.objects.get_or_create(digest=digest_of(actor, identity, "deleted"))


def was_deleted(actor: str, identity: str) -> bool:
    """Tell whether the deletion of something arrived before it did."""
    return ReceivedActivity.objects.filter(digest=digest_of(actor, identity, "deleted")).exists()


def deleted_of(named: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return of which of these, each an account and an id, the deletion arrived before they did."""
    digests = {digest_of(actor, identity, "deleted"): (actor, identity) for actor, identity in named}
    rows = ReceivedActivity.objects.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return {digests[bytes(digest)] for digest in rows}


def digest_of(actor: str, identity: str, more: str) -> bytes:
    """Return what an activity is known by."""
    return hashlib.sha256("\0".join([actor, identity, *([more] if more else [])]).encode()).digest()
