# SPDX-License-Identifier: Apache-2.0
"""How well somebody is known: three levels, worked out from what happened, in words that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from onrecord.bakery.batch import once_per_batch
from onrecord.conversation.models import (
    Commenter,
    CommenterRestriction,
    Kind,
    Mode,
    Policy,
    Restriction,
    State,
    StatementPolicy,
)
from onrecord.conversation.models.policies import STRICTNESS
from onrecord.prepared import Prepared
from onrecord.statements.models import Publication
from onrecord.statements.pages.articles import statements_of_batch
from onrecord.statements.pages.gathered import Gathered

OFTEN = 5
CLEAN_FOR = timedelta(days=90)


_of_newsroom = Prepared(
    lambda pk: Policy.objects.filter(pk=pk).values_list("mode", "close_after_days", "mode_elsewhere")
)
_of_statement = Gathered(
    lambda pks: StatementPolicy.objects.filter(statement__in=pks).values_list(
        "statement", "mode", "stays_open"
    ),
    statements_of_batch,
)


class Level(IntEnum):
    NEW = 0
    KNOWN = 1
    TRUSTED = 2


@dataclass(frozen=True, slots=True)
class Trust:
    """A level, and the two numbers from which it follows."""

    level: Level
    shown: int
    """Comments of theirs that can be read, up to five."""
    restricted: int
    """Decisions that hold or seal something of theirs, begun in the last 90 days and not lifted."""

    def sentence(self) -> str:
        """Return why, for moderators."""
        shown = ngettext("%(count)d comment shown", "%(count)d comments shown", self.shown)
        restricted = ngettext(
            "%(count)d restricted in 90 days", "%(count)d restricted in 90 days", self.restricted
        )
        return f"{shown % {'count': self.shown}}, {restricted % {'count': self.restricted}}"


def trust_of(commenter: Commenter) -> Trust:
    """Work out how well somebody is known. One comment that can be read makes known, five make trusted."""
    shown = (
        commenter.comments.filter(state=State.SHOWN, appearance="readable").order_by("-pk")[:OFTEN].count()
    )
    restricted = Restriction.objects.filter(
        comment__commenter=commenter,
        kind__in=[Kind.HOLD, Kind.SEAL],
        lifted_at=None,
        since__gt=timezone.now() - CLEAN_FOR,
    ).count()
    level = Level.NEW
    if shown and not restricted:
        level = Level.TRUSTED if shown >= OFTEN else Level.KNOWN
    return Trust(level, shown, restricted)


def mode_for(statement_id: int, commenter: Commenter | None = None) -> Mode:
    """Return how a comment would be taken: the newsroom's mode, the statement's in its place, or stricter."""
    mode, close_after_days, elsewhere = _newsroom()
    own, stays_open = next(iter(_of_statement(statement_id)), ("", False))
    modes = [Mode(own or mode)]
    if close_after_days is not None and not stays_open:
        oldest = timezone.now() - timedelta(days=close_after_days)
        if Publication.objects.filter(statement=statement_id, first_released_at__lt=oldest).exists():
            modes.append(Mode.CLOSED)
    if commenter is not None and commenter.origin:
        modes.append(Mode(elsewhere))
    if commenter is not None:
        active = Q(until=None) | Q(until__gt=timezone.now())
        rows = CommenterRestriction.objects.filter(active, commenter=commenter, lifted_at=None)
        modes += map(Mode, rows.values_list("mode", flat=True))
    return max(modes, key=STRICTNESS.index)


@once_per_batch
def _newsroom() -> tuple[str, int | None, str]:
    return next(iter(_of_newsroom(Policy.ONLY)), (Mode.BEFORE.value, None, Mode.AFTER.value))
