# SPDX-License-Identifier: Apache-2.0
"""Outlets: entered, changed, found by their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press import events
from onrecord.press.comparing import outlet_key
from onrecord.press.errors import BadEntry
from onrecord.press.models import Medium, Outlet
from onrecord.press.places import checked_country, checked_language


@dataclass(frozen=True, slots=True)
class OutletEntry:
    """An outlet as somebody enters it."""

    name: str
    medium: str = Medium.PRINT
    country: str = ""
    languages: Sequence[str] = ()
    website: str = ""
    note: str = ""


@transaction.atomic
def add_outlet(entry: OutletEntry, *, by: User) -> Outlet:
    """Enter an outlet. Raises BadEntry, also for a name that another has, and NotAllowed."""
    require(by, Right.WRITE)
    row = Outlet()
    _fill(row, entry)
    journal.write(events.OutletAdded(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def change_outlet(outlet: Outlet, entry: OutletEntry, *, by: User) -> Outlet:
    """Change details of an outlet. Raises BadEntry and NotAllowed."""
    require(by, Right.WRITE)
    row = Outlet.objects.select_for_update().get(pk=outlet.pk)
    _fill(row, entry)
    journal.write(events.OutletChanged(subject=row.subject), by=by.as_actor())
    return row


def outlet_called(name: str, *, by: User) -> Outlet:
    """Return the outlet of a name, entered now if there is none. Raises BadEntry and NotAllowed."""
    found = Outlet.objects.filter(name_key=outlet_key(name)).first()
    return found or add_outlet(OutletEntry(name=name), by=by)


def _fill(row: Outlet, entry: OutletEntry) -> None:
    row.name, row.name_key = entry.name.strip(), outlet_key(entry.name)
    if not row.name_key or len(row.name) > 200:
        raise BadEntry(_("Give the outlet a name of at most 200 letters."))
    same = Outlet.objects.filter(name_key=row.name_key).exclude(pk=row.pk).first()
    if same is not None:
        raise BadEntry(_("There is an outlet “%(name)s” already.") % {"name": same.name})
    if entry.medium not in Medium.values:
        raise BadEntry(
            _("“%(value)s” is no type of outlet. Use one of: %(known)s.")
            % {"value": entry.medium[:40], "known": ", ".join(Medium.values)}
        )
    if entry.website and not entry.website.startswith(("https://", "http://")):
        raise BadEntry(_("Write the website with its beginning, as https://paper.example."))
    row.medium = entry.medium
    row.country = checked_country(entry.country)
    row.languages = list(dict.fromkeys(checked_language(one) for one in entry.languages))
    row.website, row.note = entry.website.strip()[:500], entry.note.strip()
    row.save()
