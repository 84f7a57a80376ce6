# SPDX-License-Identifier: Apache-2.0
"""The address of the site stays while somebody follows an account under it: nobody would be taken along."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onrecord.federation.models import Follow
from onrecord.journal.models import Entry
from onrecord.people.events import OrganisationChanged
from onrecord.people.models import Organisation


def needs_address() -> str:
    """Say how the address is changed without losing who follows here; nothing if nobody does."""
    if not Follow.objects.filter(actor__former_base="", ended_at=None).exists():
        return ""
    return _(
        "Accounts in the fediverse follow the newsroom at %(address)s, and would be lost. Change the address"
        " with “onrecord federation change-domain”, which takes them along."
    ) % {"address": Organisation.current().address}


def address_changed_at() -> datetime | None:
    """Return when the site got the address that it has; None if it never had another."""
    changes = Entry.objects.filter(event=OrganisationChanged.name).order_by("-pk")
    return next((at for at, data in changes.values_list("at", "data") if "address" in data["changed"]), None)


def left_behind(changed: datetime) -> QuerySet[Follow]:
    """Return who follows an account of today's address, and did so before the site got it.

    A move of the newsroom leaves nobody behind: who followed then follows the account at the former address.
    """
    return Follow.objects.filter(actor__former_base="", ended_at=None, since__lt=changed)
