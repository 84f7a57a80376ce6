# SPDX-License-Identifier: Apache-2.0
"""What the newsroom chose about coverage."""

from __future__ import annotations

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.coverage import events
from onrecord.press.models import CoveragePolicy

FIELDS = ("takes_mentions", "is_public")


@transaction.atomic
def set_policy(chosen: CoveragePolicy, *, by: User) -> CoveragePolicy:
    """Keep what was chosen. An editor's matter: it says what the public sees. Raises NotAllowed."""
    require(by, Right.APPROVE)
    before = CoveragePolicy.current()
    changed = [name for name in FIELDS if getattr(before, name) != getattr(chosen, name)]
    if changed:
        CoveragePolicy.objects.update_or_create(
            pk=CoveragePolicy.ONLY, defaults={name: getattr(chosen, name) for name in FIELDS}
        )
        event = events.CoveragePolicyChanged(subject="coverage-policy", fields=changed)
        journal.write(event, by=by.as_actor())
    return CoveragePolicy.current()
