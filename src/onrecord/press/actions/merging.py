# SPDX-License-Identifier: Apache-2.0
"""Entries that are probably one person, and making one of them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.journal import actions as journal
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press import events
from onrecord.press.errors import BadEntry
from onrecord.press.models import (
    EmbargoBreach,
    EmbargoLink,
    Journalist,
    JournalistBeat,
    JournalistLanguage,
    ListMember,
    PressDistribution,
    Standing,
)

_TAKEN_OVER = ("greeting", "phone", "phone_key", "time_zone", "note", "noticed_at", "notice")


def duplicates(limit: int = 50) -> list[list[Journalist]]:
    """Return groups of entries with the same name, or the same telephone number, oldest first."""
    groups: dict[tuple[int, ...], list[Journalist]] = {}
    for field in ("name_key", "phone_key"):
        twice = (
            Journalist.objects.exclude(**{field: ""})
            .values(field)
            .annotate(count=Count("pk"))
            .filter(count__gt=1)
            .order_by(field)[:limit]
        )
        keys = [row[field] for row in twice]
        rows = Journalist.objects.filter(**{f"{field}__in": keys}).select_related("contact")
        by_key: dict[str, list[Journalist]] = {}
        for row in rows.prefetch_related("roles__outlet").order_by("pk"):
            by_key.setdefault(getattr(row, field), []).append(row)
        for some in by_key.values():
            groups.setdefault(tuple(row.pk for row in some), some)
    return list(groups.values())[:limit]


@transaction.atomic
def merge(keep: Journalist, other: Journalist, *, by: User) -> Journalist:
    """Make one entry of two: what `keep` lacks comes from `other`, which goes.

    The address of `keep` stays, if it has one. If either wants nothing, so does the one that is left. What
    either was sent, may read before its time or has broken counts for that one.
    Raises BadEntry for one and the same, and NotAllowed.
    """
    require(by, Right.WRITE)
    if keep.pk == other.pk:
        raise BadEntry(_("Choose two entries."))
    rows = Journalist.objects.select_for_update().in_bulk([keep.pk, other.pk])
    kept, gone = rows[keep.pk], rows[other.pk]
    for name in _TAKEN_OVER:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    if gone.standing == Standing.STOPPED and kept.standing == Standing.ACTIVE:
        kept.standing, kept.stopped_at, kept.stop_reason = gone.standing, gone.stopped_at, gone.stop_reason
    _join_in_the_ledger(kept, gone)
    left_over = gone.contact
    if kept.contact is None and gone.contact is not None:
        gone.contact, moved = None, gone.contact
        gone.save(update_fields=["contact"])
        kept.contact, left_over = moved, None
    kept.save()
    _move(kept, gone)
    gone_id = gone.pk
    gone.delete()
    if left_over is not None:
        forget_unneeded(left_over)
    journal.write(events.JournalistsMerged(subject=kept.subject, merged=gone_id), by=by.as_actor())
    return kept


def _join_in_the_ledger(kept: Journalist, gone: Journalist) -> None:
    """Let what went to the one who goes count for the one who stays; what still waits goes there, once."""
    if gone.contact is not None:
        delivery.rename(gone.subject, kept.subject, address=gone.address)
        delivery.leave_out(gone.subject, address=gone.address)
        if kept.contact is not None:
            delivery.move(kept.subject, before=gone.address, address=kept.address)
    if kept.standing == Standing.STOPPED:
        for address in filter(None, (kept.address, gone.address)):
            delivery.leave_out(kept.subject, address=address)


def _move(kept: Journalist, gone: Journalist) -> None:
    JournalistBeat.objects.bulk_create(
        (JournalistBeat(journalist=kept, code=one.code) for one in gone.beats.all()), ignore_conflicts=True
    )
    JournalistLanguage.objects.bulk_create(
        (JournalistLanguage(journalist=kept, language=one.language) for one in gone.languages.all()),
        ignore_conflicts=True,
    )
    ListMember.objects.bulk_create(
        (ListMember(journalist=kept, media_list_id=one.media_list_id) for one in gone.memberships.all()),
        ignore_conflicts=True,
    )
    gone.coverage.update(journalist=kept)
    _move_what_was_sent(kept, gone)
    present = set(kept.roles.filter(until=None).values_list("outlet_id", flat=True))
    for role in gone.roles.all():
        if role.until is not None or role.outlet_id not in present:
            role.journalist = kept
            role.save(update_fields=["journalist"])


def _move_what_was_sent(kept: Journalist, gone: Journalist) -> None:
    has = EmbargoLink.objects.filter(journalist=kept).values("embargo")
    EmbargoLink.objects.filter(journalist=gone).exclude(embargo__in=has).update(journalist=kept)
    EmbargoBreach.objects.filter(journalist=gone).update(journalist=kept)
    for row in PressDistribution.objects.filter(people=gone):
        row.people.add(kept)
    for row in PressDistribution.objects.filter(without_people=gone):
        row.without_people.add(kept)
