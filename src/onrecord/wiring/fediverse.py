# SPDX-License-Identifier: Apache-2.0
"""What follows what is decided at the desk about the fediverse: blocks, and what the newsroom chooses."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.bakery import actions as bakery
from onrecord.federation import counting, pages
from onrecord.federation import events as own
from onrecord.federation.blocking import actions as blocking
from onrecord.federation.blocking import pages as blocks
from onrecord.federation.checks import looking
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.receiving import events
from onrecord.federation.sending import accounts
from onrecord.federation.tasks import count_followers, look_from_outside
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.journal.reactions import Follower, Lane
from onrecord.moderation.transparency import pages as transparency
from onrecord.people.models import Organisation
from onrecord.plugins import Chore
from onrecord.wiring.sending import baked


def bake_blocks(_entry: Entry) -> None:
    bakery.bake(blocks.all_keys())


def follow_block(entry: Entry) -> None:
    """Seal what was said from a blocked server, or show it again."""
    blocking.follow_through(int(entry.subject.rpartition("/")[2]))


def heed_policy(entry: Entry) -> None:
    """Every object says who may quote it, so all are baked again when that changes."""
    if "quoters" in entry.data["fields"]:
        bakery.bake_all()


def bake_transparency(_entry: Entry) -> None:
    bakery.bake(transparency.all_keys())


def bake_account(entry: Entry) -> None:
    """Let an account be read as it is now."""
    actor = _account(entry)
    if actor is not None:
        bakery.bake(pages.keys_of_actor(actor))


def bake_opened(entry: Entry) -> None:
    """Let an account be read that was opened at the desk. Others are made while something is baked."""
    if entry.data["kind"] == ActorKind.SELECTION:
        bake_account(entry)


def tell_changed_account(entry: Entry) -> None:
    bake_account(entry)
    actor = _account(entry)
    if actor is not None and actor.closed_at is None:
        accounts.tell_changed(actor, baked, version=entry.pk)


def tell_closed_account(entry: Entry) -> None:
    bake_account(entry)
    actor = _account(entry)
    if actor is not None:
        accounts.tell_closed(actor, version=entry.pk)


def _account(entry: Entry) -> Actor | None:
    return Actor.objects.filter(pk=entry.subject.rpartition("/")[2]).first()


def count_again() -> None:
    """Kick the task that counts followers, if that is due."""
    if Organisation.objects.exists() and counting.is_due():
        count_followers.enqueue()


def look_again() -> None:
    """Kick the task that looks at the newsroom as another server would, if that is due."""
    if Organisation.objects.exists() and looking.is_time_to_look():
        look_from_outside.enqueue()


FOLLOWERS: Mapping[type[Event], tuple[Follower, ...]] = {
    own.ActorOpened: (
        Follower("federation.bake_opened", bake_opened, Lane.NOW),
        Follower("federation.bake_account", bake_account),
    ),
    own.ActorDescribed: (
        Follower("federation.bake_account", bake_account, Lane.NOW),
        Follower("federation.tell_changed_account", tell_changed_account),
    ),
    own.ActorClosed: (
        Follower("federation.bake_account", bake_account, Lane.NOW),
        Follower("federation.tell_closed_account", tell_closed_account),
    ),
    events.HostBlocked: (
        Follower("federation.bake_blocks", bake_blocks, Lane.NOW),
        Follower("federation.follow_block", follow_block),
    ),
    events.HostUnblocked: (
        Follower("federation.bake_blocks", bake_blocks, Lane.NOW),
        Follower("federation.follow_block", follow_block),
    ),
    events.PolicyChanged: (
        Follower("federation.bake_blocks", bake_blocks, Lane.NOW),
        Follower("moderation.bake_transparency", bake_transparency),
        Follower("federation.heed_policy", heed_policy),
    ),
}

CHORES = (
    Chore("federation.end_blocks", 30.0, blocking.end_blocks),
    Chore("federation.count_followers", 60.0, count_again),
    Chore("federation.look_from_outside", 600.0, look_again),
)
