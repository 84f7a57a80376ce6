# SPDX-License-Identifier: Apache-2.0
"""What the newsroom chooses about the fediverse as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from onrecord.federation.models import Policy
from onrecord.federation.receiving import events
from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require

FIELDS = ("quoters", "public_blocks")


@transaction.atomic
def set_policy(values: Mapping[str, Any], *, by: User) -> Policy:
    """Choose who may quote, and whether blocks are published. Raises NotAllowed, ValidationError."""
    require(by, Right.ADMINISTER)
    row = Policy.current()
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    if changed:
        journal.write(events.PolicyChanged(subject="federation", fields=changed), by=by.as_actor())
    return row
