# SPDX-License-Identifier: Apache-2.0
"""Who has a link, who may get none, and what a link opens."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.press.embargoes.texts import Waiting
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import Embargo, EmbargoBreach, EmbargoLink, OutletRole

PREFIX = "/press-list/embargo/"


def behind(secret: str) -> EmbargoLink:
    """Return the link that a secret is. Raises NoSuchDoor, also for one that was revoked."""
    rows = EmbargoLink.objects.select_related("embargo__statement__locale", "journalist")
    found = rows.filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_("This link opens nothing. Write to the press office if you need one."))
    if found.revoked_at is not None or found.journalist is None or found.embargo.statement is None:
        raise NoSuchDoor(_("This link opens nothing any more. Write to the press office if you need one."))
    return found


def holders(waiting: Waiting) -> set[int]:
    """Return the ids of journalists who have a link to a text that waits, revoked or not."""
    return holders_of(waiting.statement.pk, waiting.number)


def holders_of(statement: int, number: int) -> set[int]:
    """Return the ids of journalists who have, or had, a link to an edition before its time."""
    rows = EmbargoLink.objects.filter(
        embargo__statement=statement, embargo__number=number, journalist__isnull=False
    )
    return set(rows.order_by().values_list("journalist", flat=True))


def readers_of(statement: int, number: int) -> set[int]:
    """Return the ids of journalists whose link to an edition before its time was not revoked."""
    rows = EmbargoLink.objects.filter(
        embargo__statement=statement, embargo__number=number, journalist__isnull=False, revoked_at=None
    )
    return set(rows.order_by().values_list("journalist", flat=True))


def barred() -> set[int]:
    """Return the ids of journalists who get nothing early: they, or an outlet of theirs, broke an embargo."""
    open_ones = EmbargoBreach.objects.filter(forgiven_at=None)
    themselves = open_ones.filter(journalist__isnull=False).order_by().values_list("journalist", flat=True)
    outlets = open_ones.filter(outlet__isnull=False).order_by().values("outlet")
    today = timezone.now().date()
    there = OutletRole.objects.filter(Q(until__isnull=True) | Q(until__gte=today), outlet__in=outlets)
    return {*themselves, *there.order_by().values_list("journalist", flat=True)}


def of_edition(statement: int, number: int) -> Embargo | None:
    """Return the embargo under which an edition was told before its time, if it was."""
    return Embargo.objects.filter(statement=statement, number=number).first()
