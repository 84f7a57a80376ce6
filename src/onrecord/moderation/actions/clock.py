# SPDX-License-Identifier: Apache-2.0
"""What the clock does: cases become final when nobody can appeal any more. It never decides anything."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.moderation import events
from onrecord.moderation.actions.cases import FINAL
from onrecord.moderation.models import CLOSED, Appeal, Case, CaseState, Owner
from onrecord.moderation.models.appeals import External


def finish_cases(*, limit: int = 200) -> int:
    """Close cases whose time to appeal is over; return how many. Open appeals and disputes keep them open."""
    over = Case.objects.filter(
        owner=Owner.CLOCK,
        state__in=[CaseState.DECIDED, CaseState.REDRESS_OPEN],
        deadline__lte=timezone.now(),
    )
    # Left out here, not in the loop: as many of them as are looked at once would keep all others open.
    appealed = Appeal.objects.filter(case=OuterRef("pk")).exclude(state__in=CLOSED)
    disputed = External.objects.filter(case=OuterRef("pk")).exclude(state__in=_ENDED)
    over = over.filter(~Exists(appealed), ~Exists(disputed))
    closed = 0
    for case in over.order_by("deadline")[:limit]:
        with transaction.atomic():
            won = over.filter(pk=case.pk, revision=case.revision).update(**FINAL, revision=case.revision + 1)
            if won:
                journal.write(events.CaseFinal(subject=case.subject), by=CLOCK)
                closed += 1
    return closed


_ENDED = (External.State.IMPLEMENTED, External.State.NOT_IMPLEMENTED)
