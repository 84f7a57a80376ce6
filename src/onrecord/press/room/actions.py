# SPDX-License-Identifier: Apache-2.0
"""What may be done with the press room: say that it changed. Pages follow by themselves."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.models import PressConference
from onrecord.press.room.events import RoomChanged


@transaction.atomic
def room_changed(row: models.Model, *, deed: str, by: User) -> None:
    """Journal that a row of the press room was `added`, `changed` or `deleted`. Raises NotAllowed.

    A press conference counts its changes: calendars take an appointment only if its number has grown.
    """
    require(by, Right.WRITE)
    if isinstance(row, PressConference) and deed == "changed":
        PressConference.objects.filter(pk=row.pk).update(changes=F("changes") + 1, changed_at=timezone.now())
    subject = f"{type(row).__name__.lower()}/{row.pk}"
    journal.write(RoomChanged(subject=subject, deed=deed), by=by.as_actor())
