# SPDX-License-Identifier: Apache-2.0
"""What the law wants erased: words of officers about it, tests of it. The ledger forgets what went out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution
from onrecord.journal.events import CLOCK
from onrecord.press.models import Embargo, EmbargoState, PressDistribution
from onrecord.statements.models import Edition


@transaction.atomic
def forget_erased() -> int:
    """Keep no words about a statement of which no edition is left, and send none; return how many sendings.

    Who got it, and when, stays.
    """
    left = Edition.objects.filter(statement=OuterRef("statement"))
    over = Embargo.objects.filter(
        statement=OuterRef("statement"), state__in=[EmbargoState.LIFTED, EmbargoState.ENDED]
    )
    was_public = Q(embargoed=False) | Exists(over)
    gone = PressDistribution.objects.filter(was_public, ~Exists(left), sent_at__isnull=False)
    worded = ~Q(subjects={}) | ~Q(covers={}) | Q(lists__note__gt="")
    forgotten = 0
    for row in gone.filter(worded).distinct().order_by("pk"):
        row.lists.update(note="")
        PressDistribution.objects.filter(pk=row.pk).update(subjects={}, covers={})
        about = {f"press-test/{row.pk}"} | {
            embargo.subject for embargo in Embargo.objects.filter(statement=row.statement_id)
        }
        for key, version in Distribution.objects.filter(object_key__in=about).values_list(
            "object_key", "version"
        ):
            delivery.forget_texts(key, version, by=CLOCK)
        forgotten += 1
    return forgotten
