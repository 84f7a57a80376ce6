# SPDX-License-Identifier: Apache-2.0
"""What whoever has a link does with it, and staff with the links of others."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.actions.journalists import JOURNALIST
from onrecord.press.embargoes import events
from onrecord.press.models import Embargo, EmbargoLink, Outlet, OutletRole


@transaction.atomic
def acknowledge(link: EmbargoLink, *, terms_version: int) -> EmbargoLink:
    """Note that whoever has a link keeps to the terms; they count only in the version that holds now."""
    embargo = Embargo.objects.select_for_update().get(pk=link.embargo_id)
    if terms_version == embargo.terms_version:
        again = Q(acknowledged_terms=None) | ~Q(acknowledged_terms=terms_version)
        won = EmbargoLink.objects.filter(again, pk=link.pk, revoked_at=None).update(
            acknowledged_at=timezone.now(), acknowledged_terms=terms_version
        )
        if won:
            event = events.EmbargoAcknowledged(
                subject=embargo.subject, link=link.pk, terms_version=terms_version
            )
            journal.write(event, by=JOURNALIST)
    link.refresh_from_db(fields=["acknowledged_at", "acknowledged_terms"])
    return link


def note_opened(link: EmbargoLink) -> None:
    """Note that the text was shown; the server knows it because it showed it."""
    now = timezone.now()
    EmbargoLink.objects.filter(pk=link.pk).update(
        opened=F("opened") + 1, last_opened_at=now, opened_at=Coalesce("opened_at", now)
    )


def revoke(link: EmbargoLink, *, by: User) -> int:
    """Let one link open nothing any more. Raises NotAllowed."""
    return _revoke(link.embargo, [link.pk], by)


def revoke_outlet(embargo: Embargo, outlet: Outlet, *, by: User) -> int:
    """Let the links of all who work at an outlet open nothing more; return how many. Raises NotAllowed."""
    today = timezone.localdate()
    there = OutletRole.objects.filter(Q(until__isnull=True) | Q(until__gte=today), outlet=outlet)
    mine = embargo.links.filter(journalist__in=there.values("journalist"))
    return _revoke(embargo, list(mine.order_by("pk").values_list("pk", flat=True)), by)


@transaction.atomic
def _revoke(embargo: Embargo, ids: Collection[int], by: User) -> int:
    require(by, Right.WRITE)
    open_ones = EmbargoLink.objects.filter(pk__in=ids, revoked_at=None).select_related("journalist__contact")
    rows = list(open_ones.order_by("pk"))
    EmbargoLink.objects.filter(pk__in=[row.pk for row in rows]).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    for row in rows:
        if row.journalist is not None:
            delivery.leave_out_of(embargo.subject, row.journalist.subject)
    if rows:
        event = events.EmbargoLinksRevoked(subject=embargo.subject, links=tuple(row.pk for row in rows))
        journal.write(event, by=by.as_actor())
    return len(rows)
