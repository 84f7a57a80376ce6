# SPDX-License-Identifier: Apache-2.0
"""Media lists: made, filled by hand, described by criteria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press import beats, events, exports, segments
from onrecord.press.errors import BadEntry
from onrecord.press.models import (
    Criterion,
    Field,
    Journalist,
    ListKind,
    ListMember,
    Match,
    MediaList,
    Medium,
    Outlet,
)
from onrecord.press.places import checked_country, checked_language

MOST_CRITERIA = 30


@transaction.atomic
def add_list(name: str, kind: ListKind, *, match: Match = Match.ALL, note: str = "", by: User) -> MediaList:
    """Make a list with nobody on it yet. Raises BadEntry for a name that another has, and NotAllowed."""
    require(by, Right.WRITE)
    row = MediaList.objects.create(name=_name(name), kind=kind, match=match, note=note.strip())
    journal.write(events.ListAdded(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def change_list(media_list: MediaList, name: str, *, match: Match, note: str, by: User) -> MediaList:
    """Call a list otherwise, or let all or any of its criteria count. Raises BadEntry and NotAllowed."""
    require(by, Right.WRITE)
    row = MediaList.objects.select_for_update().get(pk=media_list.pk)
    row.name, row.match, row.note = _name(name, row), match, note.strip()
    row.save()
    _changed(row, by)
    return row


@transaction.atomic
def archive(media_list: MediaList, *, by: User) -> MediaList:
    """Offer a list no more. Raises NotAllowed."""
    require(by, Right.WRITE)
    if MediaList.objects.filter(pk=media_list.pk, archived_at=None).update(archived_at=timezone.now()):
        journal.write(events.ListArchived(subject=media_list.subject), by=by.as_actor())
    media_list.refresh_from_db()
    return media_list


@transaction.atomic
def add_member(media_list: MediaList, journalists: Sequence[Journalist], *, by: User) -> int:
    """Put people on a list chosen by hand; return how many are new. Raises BadEntry and NotAllowed."""
    require(by, Right.WRITE)
    if media_list.kind != ListKind.STATIC:
        raise BadEntry(_("“%(name)s” goes by criteria; nobody is put there by hand.") % {"name": media_list})
    before = media_list.members.count()
    ListMember.objects.bulk_create(
        (ListMember(media_list=media_list, journalist=one) for one in journalists), ignore_conflicts=True
    )
    new = media_list.members.count() - before
    if new:
        _changed(media_list, by)
    return new


@transaction.atomic
def remove_member(media_list: MediaList, journalist: Journalist, *, by: User) -> None:
    """Take somebody off a list that is chosen by hand. Raises NotAllowed."""
    require(by, Right.WRITE)
    if media_list.members.filter(journalist=journalist).delete()[0]:
        _changed(media_list, by)


@transaction.atomic
def add_criterion(
    media_list: MediaList, field: Field, values: Sequence[str], *, excludes: bool = False, by: User
) -> Criterion:
    """Let a list also ask for one of these values; a second call for a field adds to the first.

    Raises BadEntry for a value that there is not, and NotAllowed.
    """
    require(by, Right.WRITE)
    row = MediaList.objects.select_for_update().get(pk=media_list.pk)
    if row.kind != ListKind.CRITERIA:
        raise BadEntry(_("“%(name)s” is chosen by hand; it has no criteria.") % {"name": row})
    checked = [_checked(field, value) for value in values if value.strip()]
    if not checked:
        raise BadEntry(_("Choose what the criterion asks for."))
    found = row.criteria.filter(field=field, excludes=excludes).first()
    if found is None:
        if row.criteria.count() >= MOST_CRITERIA:
            raise BadEntry(_("A list has %(most)d criteria at most.") % {"most": MOST_CRITERIA})
        last = row.criteria.aggregate(last=Max("position"))["last"]
        found = Criterion(media_list=row, field=field, excludes=excludes, position=(last or 0) + 1)
    found.values = list(dict.fromkeys([*found.values, *checked]))
    found.save()
    _changed(row, by)
    return found


@transaction.atomic
def remove_criterion(criterion: Criterion, value: str | None = None, *, by: User) -> None:
    """Ask for a value no more, or for nothing of a criterion at all. Raises NotAllowed."""
    require(by, Right.WRITE)
    row = Criterion.objects.select_for_update(of=("self",)).select_related("media_list").get(pk=criterion.pk)
    left = [] if value is None else [one for one in row.values if str(one) != value]
    if left:
        row.values = left
        row.save(update_fields=["values"])
    else:
        row.delete()
    _changed(row.media_list, by)


def export_list(media_list: MediaList, *, by: User) -> Iterator[str]:
    """Return who is on a list now as lines of CSV, as an import reads them. Raises NotAllowed."""
    require(by, Right.WRITE)
    with transaction.atomic():
        ids = list(segments.members(media_list).order_by("pk").values_list("pk", flat=True))
        event = events.ListExported(subject=media_list.subject, people=len(ids))
        journal.write(event, by=by.as_actor())
    return exports.table(ids)


def _checked(field: Field, value: str) -> str | int:
    value = value.strip()
    if field == Field.BEAT:
        if value not in beats.every():
            raise BadEntry(_("There is no beat “%(beat)s”. Choose from the list.") % {"beat": value[:60]})
        return value
    if field == Field.LANGUAGE:
        return checked_language(value)
    if field == Field.COUNTRY:
        return checked_country(value)
    if field == Field.MEDIUM:
        if value not in Medium.values:
            raise BadEntry(
                _("“%(value)s” is no type of outlet. Use one of: %(known)s.")
                % {"value": value[:40], "known": ", ".join(Medium.values)}
            )
        return value
    found = Outlet.objects.filter(pk=int(value)).first() if value.isdecimal() else None
    if found is None:
        raise BadEntry(_("There is no outlet “%(value)s”. Choose from the list.") % {"value": value[:60]})
    return found.pk


def _name(name: str, row: MediaList | None = None) -> str:
    name = name.strip()
    same = MediaList.objects.filter(name__iexact=name).exclude(pk__in=[row.pk] if row else [])
    if not name or len(name) > 100 or same.exists():
        raise BadEntry(_("Give the list a name of at most 100 letters that no other list has."))
    return name


def _changed(row: MediaList, by: User) -> None:
    journal.write(events.ListChanged(subject=row.subject), by=by.as_actor())
