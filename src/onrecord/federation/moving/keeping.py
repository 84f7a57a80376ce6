# SPDX-License-Identifier: Apache-2.0
"""The address of the site stays while somebody follows an account under it: nobody would be taken along."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.federation.models import Follow
from onrecord.people.models import Organisation


def needs_address() -> str:
    """Say how the address is changed without losing who follows here; nothing if nobody does."""
    if not Follow.objects.filter(actor__former_base="", ended_at=None).exists():
        return ""
    return _(
        "Accounts in the fediverse follow the newsroom at %(address)s, and would be lost. Change the address"
        " with “onrecord federation change-domain”, which takes them along."
    ) % {"address": Organisation.current().address}
