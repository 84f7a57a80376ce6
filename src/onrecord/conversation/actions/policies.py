# SPDX-License-Identifier: Apache-2.0
"""Whether and how comments are taken, and with which words they wait."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from onrecord.conversation import events, folding
from onrecord.conversation.models import HoldWord, Mode, Policy, StatementPolicy
from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.models import Statement


@transaction.atomic
def set_policy(
    mode: Mode, close_after_days: int | None, *, elsewhere: Mode | None = None, by: User
) -> Policy:
    """Say how the newsroom takes comments. Comments that are there stay. Raises NotAllowed.

    `elsewhere`: how it takes those from the fediverse, if more strictly; None: as it did.
    """
    require(by, Right.MODERATE)
    before = Policy.objects.filter(pk=Policy.ONLY).first() or Policy()
    stricter = elsewhere or Mode(before.mode_elsewhere)
    policy, _is_new = Policy.objects.update_or_create(
        pk=Policy.ONLY,
        defaults={"mode": mode, "close_after_days": close_after_days, "mode_elsewhere": stricter},
    )
    earlier = (before.mode, before.close_after_days, before.mode_elsewhere)
    if earlier != (mode, close_after_days, stricter):
        journal.write(events.PolicyChanged(subject="conversation", mode=mode), by=by.as_actor())
    return policy


@transaction.atomic
def set_statement_policy(
    statement: Statement, mode: Mode | None, *, stays_open: bool = False, by: User
) -> StatementPolicy | None:
    """Say what is different for one statement; with `mode` None nothing is. Raises NotAllowed."""
    require(by, Right.MODERATE)
    if mode is None:
        changed = StatementPolicy.objects.filter(statement=statement).delete()[0] > 0
        row = None
    else:
        before = StatementPolicy.objects.filter(statement=statement, mode=mode, stays_open=stays_open)
        changed = not before.exists()
        row, _is_new = StatementPolicy.objects.update_or_create(
            statement=statement, defaults={"mode": mode, "stays_open": stays_open}
        )
    if changed:
        event = events.PolicyChanged(subject=f"statement/{statement.pk}", mode=mode or "")
        journal.write(event, by=by.as_actor())
    return row


@transaction.atomic
def set_hold_words(written: Iterable[str], *, by: User) -> None:
    """Replace the words with which a comment waits for a look. Raises NotAllowed."""
    require(by, Right.MODERATE)
    wanted = {folded: word.strip()[:80] for word in written if (folded := folding.folded(word)[:160])}
    removed = HoldWord.objects.exclude(folded__in=list(wanted)).delete()[0]
    known = set(HoldWord.objects.values_list("folded", flat=True))
    new = [
        HoldWord(written=word, folded=folded, added_by=by)
        for folded, word in wanted.items()
        if folded not in known
    ]
    HoldWord.objects.bulk_create(new)
    if new or removed:
        event = events.HoldWordsChanged(subject="conversation", added=len(new), removed=removed)
        journal.write(event, by=by.as_actor())
