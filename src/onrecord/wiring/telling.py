# SPDX-License-Identifier: Apache-2.0
"""What follows for readers: audiences that are frozen, webhooks, feed readers, addresses that are gone."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.delivery import actions as delivery
from onrecord.federation import actors
from onrecord.federation import pages as accounts
from onrecord.federation.models import Actor
from onrecord.federation.moving import outpost
from onrecord.federation.moving import telling as moving
from onrecord.federation.receiving.handlers import following
from onrecord.federation.sending import actions as fediverse
from onrecord.federation.sending import gone
from onrecord.followers import actions as readers
from onrecord.followers import pages as follow_pages
from onrecord.followers.webhooks import actions as webhooks
from onrecord.followers.websub import actions as websub
from onrecord.followers.websub.tasks import verify as verify_feed_readers
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.statements import actions as statements
from onrecord.statements.pages.feeds import keys_without_hub
from onrecord.statements.tasks import announce_hub
from onrecord.wiring.sending import baked


def tell_followers(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        readers.tell_of(entry.data["edition_id"])


def tell_webhooks(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        webhooks.tell_of(entry.data["edition_id"])


def distribute_feeds(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        websub.distribute(entry.data["edition_id"])


def tell_fediverse(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        fediverse.tell(entry.data["edition_id"], baked)


def tell_former_hosts(entry: Entry) -> None:
    """Let a later edition be read under the ids of former hosts too, and tell whoever knows it by these."""
    if statements.is_there(entry.data["edition_id"]):
        outpost.keep_up(entry.data["edition_id"])
        moving.tell_later(entry.data["edition_id"])


def tell_fediverse_of_erasure(entry: Entry) -> None:
    readers.forget_erased()  # so that nothing pending comes after it
    fediverse.tell_erased(entry.data["erasure_id"], baked)
    moving.tell_erased(entry.data["erasure_id"])


def tell_move(entry: Entry) -> None:
    """Tell who follows an account that it has moved, once both documents say so.

    Those of a former address wait until it is seen that they can be read there: federation.moving.domain.
    """
    actor = Actor.objects.get(pk=entry.subject.rpartition("/")[2])
    if actor.former_base:
        return
    target = actors.by_address(actor.moved_to)
    bakery.bake([key for one in (actor, target) if one is not None for key in accounts.keys_of_actor(one)])
    moving.tell(actor)


def heed_gone(entry: Entry) -> None:
    distribution = int(entry.subject.partition("/")[2])
    webhooks.heed_gone(distribution)
    websub.heed_gone(distribution)
    for account in gone.followers(distribution):
        following.end(account, reason="gone")


def heed_refusals(entry: Entry) -> None:
    delivery.heed_refusals(int(entry.subject.partition("/")[2]), by=CLOCK)


def heed_all_gone() -> None:
    webhooks.heed_gone()
    websub.heed_gone()
    for account in gone.followers():
        following.end(account, reason="gone")


def verify_waiting_feed_readers() -> None:
    if websub.anything_due():
        verify_feed_readers.enqueue()


def announce_hub_again() -> None:
    if Organisation.objects.exists() and keys_without_hub():
        announce_hub.enqueue()


def forget_letters(_entry: Entry) -> None:
    readers.forget_erased()


def end_unreachable(entry: Entry) -> None:
    readers.end_unreachable(entry.data["recipient_key"])


def bake_follow_pages() -> None:
    if Organisation.objects.exists():
        bakery.bake(follow_pages.all_keys())
