# SPDX-License-Identifier: Apache-2.0
"""Timestamps of the newest checkpoint by an authority outside, at most once a day (docs/timestamps.md).

They show that the log had so many leaves by then, without anybody having to believe the newsroom's clock.
Optional: whatever goes wrong here keeps nothing else from happening.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.proof.checkpoint import parse
from onrecord.record import pages
from onrecord.record.authority import Authority, ask
from onrecord.record.errors import NotTimestamped
from onrecord.record.events import Timestamped
from onrecord.record.models import Timestamp, TimestampTrouble
from onrecord.record.pages import TEXT, LogFile

ANCHORS = f"{pages.LOG}/anchors"
REPLY_MEDIA_TYPE = "application/timestamp-reply"
EVERY = timedelta(days=1)


def authority() -> Authority | None:
    """Return who is asked; None if the operator named nobody."""
    if not settings.TIMESTAMP_AUTHORITY:
        return None
    return Authority(
        settings.TIMESTAMP_AUTHORITY, settings.TIMESTAMP_ROOT, allow_private=settings.ALLOW_PRIVATE_ADDRESSES
    )


def is_due() -> bool:
    """Tell whether there is an authority, a checkpoint without a timestamp, and the last one is a day old."""
    if not settings.TIMESTAMP_AUTHORITY:
        return False
    size, newest = pages.size(), newest_timestamp()
    if newest is None:
        return size > 0
    return newest.size < size and newest.at <= timezone.now() - EVERY


def stamp(*, by: Actor = CLOCK) -> Timestamp | None:
    """Have the newest checkpoint timestamped if that is due, and keep the answer once it is verified.

    Returns None if nothing was due, or if it failed: then the reason is kept for `onrecord check` and the
    desk. Asks another machine: not to be called inside a transaction. Safe to run twice.
    """
    asked = authority()
    if asked is None or not is_due():
        return None
    checkpoint = pages.checkpoint_file().body
    size = parse(checkpoint).size
    try:
        answered = ask(asked, checkpoint)
    except NotTimestamped as error:
        _note_trouble(str(error))
        return None
    with transaction.atomic():
        made, new = Timestamp.objects.get_or_create(
            size=size,
            defaults={
                "checkpoint": checkpoint,
                "reply": answered.reply,
                "at": answered.at,
                "authority": asked.url,
            },
        )
        TimestampTrouble.objects.all().delete()
        if new:
            journal.write(Timestamped(subject=f"checkpoint/{size}", size=size, at=made.at.isoformat()), by=by)
    return made


def newest_timestamp() -> Timestamp | None:
    """Return the timestamp over the most leaves; None if there is none."""
    return Timestamp.objects.order_by("-size").first()


def trouble() -> TimestampTrouble | None:
    """Return why there is no newer timestamp; None if the last attempt went well."""
    return TimestampTrouble.objects.first()


def files_of(size: int) -> Iterator[LogFile]:
    """Return the checkpoint over so many leaves and its timestamp; nothing if it has none.

    The checkpoint comes first. Not immutable: a database that was restored may have it stamped again.
    """
    found = Timestamp.objects.filter(size=size).first()
    if found is not None:
        yield LogFile(f"{ANCHORS}/{size}.checkpoint", bytes(found.checkpoint), TEXT, immutable=False)
        yield LogFile(f"{ANCHORS}/{size}.tsr", bytes(found.reply), REPLY_MEDIA_TYPE, immutable=False)


def sizes() -> Iterator[int]:
    """Name the sizes of the log that have a timestamp, for files_of."""
    yield from Timestamp.objects.order_by("size").values_list("size", flat=True)


def _note_trouble(reason: str) -> None:
    now = timezone.now()
    defaults = {"reason": reason[:1000], "at": now}
    TimestampTrouble.objects.update_or_create(
        pk=TimestampTrouble.ONLY, defaults=defaults, create_defaults={**defaults, "since": now}
    )
