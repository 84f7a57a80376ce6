# SPDX-License-Identifier: Apache-2.0
"""What is owed and how long everything may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.moderation import events
from onrecord.moderation.models import Policy
from onrecord.people.models import User
from onrecord.people.roles import Right, require

FIELDS = (
    "dsa_role",
    "decision_hours",
    "urgent_hours",
    "appeal_days",
    "appeal_hours",
    "announce_days",
    "public_entries",
    "sample_percent",
)


@transaction.atomic
def set_policy(values: Mapping[str, Any], *, by: User) -> Policy:
    """Change duties and deadlines. Raises ValidationError for fewer than 183 days to appeal, and the like."""
    require(by, Right.ADMINISTER)
    row = Policy.current()
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    if changed:
        journal.write(events.PolicyChanged(subject="moderation", fields=changed), by=by.as_actor())
    return row
