# SPDX-License-Identifier: Apache-2.0
"""Forgetting: words about and of somebody who is erased go, at once or as soon as no appeal is possible.

With them goes what they sent along with an appeal. Decisions, effects and facts stay: nothing in them says
who it was.
"""

from __future__ import annotations

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.moderation import events, files
from onrecord.moderation.actions.sampling import omit_erased
from onrecord.moderation.models import (
    Appeal,
    Attachment,
    Case,
    CaseState,
    Notice,
    Party,
    Proposal,
    Reasons,
    Remark,
)


def forget_author(author: str) -> int:
    """Erase what decisions say about somebody; return how many cases wait until no appeal is possible."""
    if not author:
        return 0
    Case.objects.filter(author=author).update(forget=True)
    _forget_due(limit=200)
    return Case.objects.filter(author=author, forget=True).count()


def forget_words(*, limit: int = 200) -> int:
    """Erase the words of final cases whose author asked for it; return how many cases. For a chore.

    Files of appeals that nothing names any more go too, these and those of appeals that came to nothing.
    """
    forgotten = _forget_due(limit=limit)
    files.sweep()  # here alone: outside any transaction that may yet be taken back
    return forgotten


def _forget_due(*, limit: int) -> int:
    due = Case.objects.filter(forget=True, state=CaseState.FINAL).order_by("pk")
    forgotten = 0
    for case in due[:limit]:
        with transaction.atomic():
            if not due.filter(pk=case.pk).update(forget=False, title="", author="", author_name=""):
                continue
            Notice.objects.filter(decision__case=case, party="author").update(person="", contact=None)
            Proposal.objects.filter(case=case).update(facts="", explanation="", reporter_reason="", answer="")
            _forget_appeals(case)
            omit_erased(case)
            for reasons in Reasons.objects.filter(decision__case=case).select_related("decision"):
                reasons.delete()
                journal.write(events.ReasonsErased(subject=reasons.decision.subject), by=CLOCK)
        forgotten += 1
    return forgotten


def _forget_appeals(case: Case) -> None:
    appeals = Appeal.objects.filter(case=case, party=Party.AUTHOR)
    Remark.objects.filter(appeal__in=appeals).update(text="")
    Attachment.objects.filter(appeal__in=appeals).delete()
    appeals.update(text="")
