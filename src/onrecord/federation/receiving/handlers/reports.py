# SPDX-License-Identifier: Apache-2.0
"""Reports that a server elsewhere passes on. Who reported there it does not say; moderation hears of it."""

from __future__ import annotations

from django.db import transaction

from onrecord.federation.models import Flag, RemoteActor
from onrecord.federation.receiving import events, normal, remarks
from onrecord.federation.receiving.handlers.following import ELSEWHERE
from onrecord.federation.receiving.normal import Activity
from onrecord.journal import actions as journal

LONGEST = 3000
MOST_OBJECTS = 50


@transaction.atomic
def flag(activity: Activity, sender: RemoteActor) -> None:
    """Keep a report, and let it be known. The same one again changes nothing."""
    named = [one for one in normal.ids(activity.document.get("object")) if normal.address(one)]
    text = remarks.plain(normal.text(activity.document, "content"), LONGEST)
    row, is_new = Flag.objects.get_or_create(
        by=sender, uri=activity.id, defaults={"objects_named": named[:MOST_OBJECTS], "text": text}
    )
    if is_new:
        journal.write(events.Flagged(subject=row.subject, flag_id=row.pk), by=ELSEWHERE)
