# SPDX-License-Identifier: Apache-2.0
"""Block a server, and lift that. What was said from there is sealed meanwhile: nothing of it is deleted.

A block is one row, kept for ever. From the moment it stands the inbox refuses what comes, its followers get
nothing, and what still waits for it goes out no more. Its remarks follow in steps (`follow_through`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment, Kind
from onrecord.delivery import actions as delivery
from onrecord.federation.blocking import names
from onrecord.federation.errors import BadHost, BlockedAlready, NoReason, NotBlocked
from onrecord.federation.models import DomainBlock, Interaction, InteractionKind, RemoteActor
from onrecord.federation.receiving import events
from onrecord.federation.receiving.fetching import blocked
from onrecord.federation.sending.transport import NAME
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import User
from onrecord.people.roles import Right, require

ACCOUNTS_AT_ONCE = 50
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""
LASTING = ("deletion",)
"""Purposes of deliveries that go out all the same: the law wants a copy deleted, wherever it is."""


@transaction.atomic
def block_host(host: str, *, reason: str, until: datetime | None = None, by: User) -> DomainBlock:
    """Take nothing more from a server and from those below it, and send it nothing.

    Raises NotAllowed; NoReason; BadHost for what is no host, this newsroom itself, or a moment that is over;
    BlockedAlready for a server that is blocked, itself or by one above it.
    """
    require_judge(by)
    name, why = names.normalised(host), " ".join(reason.split())
    if not why:
        raise NoReason(_("Say why: which rule, which facts. Whoever runs that server reads it."))
    if until is not None and until <= timezone.now():
        raise BadHost(_("That moment is over. Enter one to come, or leave it empty."))
    end_blocks()
    if (standing := blocked(name)) is not None:
        raise BlockedAlready(
            _("%(host)s is blocked already, by the block of %(other)s.")
            % {"host": name, "other": standing.host}
        )
    row = DomainBlock.objects.create(host=name, reason=why[:1000], until=until, by=by)
    for server in names.at_or_below(name):
        delivery.give_up(NAME, server.name, by=by.as_actor(), except_for=LASTING)
    event = events.HostBlocked(
        subject=row.subject, host=name, reason=row.reason, until=until.isoformat() if until else ""
    )
    journal.write(event, by=by.as_actor())
    return row


@transaction.atomic
def lift_block(block: DomainBlock, *, reason: str, by: User) -> DomainBlock:
    """Hear a server again, and send it what comes. Raises NotAllowed, NoReason, NotBlocked."""
    require_judge(by)
    why = " ".join(reason.split())
    if not why:
        raise NoReason(_("Say why it is lifted. It stays in the history of this server."))
    now = timezone.now()
    lifted = {"lifted_at": now, "lifted_by": by, "lift_reason": why[:1000]}
    if not DomainBlock.objects.filter(pk=block.pk, lifted_at=None).update(**lifted):
        raise NotBlocked(_("The block of %(host)s is lifted already.") % {"host": block.host})
    block.refresh_from_db()
    event = events.HostUnblocked(subject=block.subject, host=block.host, reason=block.lift_reason)
    journal.write(event, by=by.as_actor())
    return block


def end_blocks() -> int:
    """End the blocks whose time is over; return how many. For a chore."""
    over = DomainBlock.objects.filter(lifted_at=None, until__lte=timezone.now()).order_by("pk")
    ended = 0
    for row in over:
        with transaction.atomic():
            won = DomainBlock.objects.filter(pk=row.pk, lifted_at=None).update(lifted_at=row.until)
            if won:
                journal.write(events.HostUnblocked(subject=row.subject, host=row.host), by=CLOCK)
                ended += 1
    return ended


def follow_through(block_id: int) -> int:
    """Let remarks follow a block: seal what was said from there, or take that seal away if it holds no more.

    Whatever else a decision or the author did to a remark stays. Return how many accounts it was about. Safe
    to run twice, and while the block is lifted or put again by somebody else.
    """
    block = DomainBlock.objects.filter(pk=block_id).first()
    if block is None:
        return 0
    step = _seal if block.lifted_at is None else _unseal
    servers = list(names.at_or_below(block.host).values_list("pk", flat=True))
    spoke = Interaction.objects.filter(by=OuterRef("pk"), kind=InteractionKind.REPLY)
    done = 0
    for server in servers:
        after = 0
        while after is not None:
            rows = RemoteActor.objects.filter(Exists(spoke), host=server, pk__gt=after).order_by("pk")
            found = list(rows.values_list("pk", "uri")[:ACCOUNTS_AT_ONCE])
            if not found or not _one_step(block.pk, [uri for _pk, uri in found], step):
                break
            done, after = done + len(found), found[-1][0]
            time.sleep(PAUSE_SECONDS)
    return done


def require_judge(by: User) -> None:
    """Do nothing for whoever moderates or administers. Raises NotAllowed."""
    if not by.may(Right.ADMINISTER):
        require(by, Right.MODERATE)


def reference_of(block: DomainBlock, comment: Comment) -> str:
    """Return what the seal of a comment by a block is known by."""
    return f"{block.subject}/{comment.subject_name}"


@transaction.atomic
def _one_step(block_id: int, origins: list[str], step: Callable[[DomainBlock, Comment], bool]) -> bool:
    """Seal or unseal what these accounts said; False if the block is no more what it was."""
    block = DomainBlock.objects.select_for_update(of=("self",)).get(pk=block_id)
    rows = Comment.objects.filter(commenter__origin__in=origins).order_by("pk")
    return all(step(block, comment) for comment in rows)


def _seal(block: DomainBlock, comment: Comment) -> bool:
    if block.lifted_at is not None:
        return False
    with translation.override(comment.language):
        label = _("The server %(host)s is blocked here.") % {"host": block.host}
    conversation.restrict(
        comment, Kind.SEAL, reference=reference_of(block, comment), label=label, by=_by(block)
    )
    return True


def _unseal(block: DomainBlock, comment: Comment) -> bool:
    conversation.lift(reference_of(block, comment), by=CLOCK)
    return True


def _by(block: DomainBlock) -> Actor:
    return block.by.as_actor() if block.by is not None else CLOCK
