# SPDX-License-Identifier: Apache-2.0
"""Forgetting: words about somebody who is erased go, at once or as soon as no appeal is possible.

Decisions, effects and facts stay: nothing in them says who it was.
"""

from __future__ import annotations

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.moderation import events
from onrecord.moderation.actions.sampling import omit_erased
from onrecord.moderation.models import Case, CaseState, Notice, Proposal, Reasons


def forget_author(author: str) -> int:
    """Erase what decisions say about somebody; return how many cases wait until no appeal is possible."""
    if not author:
        return 0
    Case.objects.filter(author=author).update(forget=True)
    forget_words()
    return Case.objects.filter(author=author, forget=True).count()


def forget_words(*, limit: int = 200) -> int:
    """Erase the words of final cases whose author asked for it; return how many cases. For a chore."""
    due = Case.objects.filter(forget=True, state=CaseState.FINAL).order_by("pk")
    forgotten = 0
    for case in due[:limit]:
        with transaction.atomic():
            if not due.filter(pk=case.pk).update(forget=False, title="", author="", author_name=""):
                continue
            Notice.objects.filter(decision__case=case, party="author").update(person="", contact=None)
            Proposal.objects.filter(case=case).update(facts="", explanation="", reporter_reason="", answer="")
            omit_erased(case)
            for reasons in Reasons.objects.filter(decision__case=case).select_related("decision"):
                reasons.delete()
                journal.write(events.ReasonsErased(subject=reasons.decision.subject), by=CLOCK)
        forgotten += 1
    return forgotten
