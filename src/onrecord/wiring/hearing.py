# SPDX-License-Identifier: Apache-2.0
"""What follows what servers elsewhere send."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.conversation.models import Comment
from onrecord.conversation.pages import threads
from onrecord.federation import actors, objects, pages
from onrecord.federation.models import Actor, Flag
from onrecord.federation.moving import outpost
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.handlers import reactions
from onrecord.federation.receiving.tasks import handle
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import items
from onrecord.moderation.errors import ModerationError
from onrecord.moderation.items import Item
from onrecord.moderation.kinds import comments
from onrecord.people.models import Organisation
from onrecord.statements.models import Tombstone

REACTIONS_SECONDS = 300.0
"""How often the numbers on pages are brought up to date."""


def handle_received() -> None:
    """Kick the task that handles what was taken, if anything was."""
    if handling.anything_due():
        handle.enqueue()


def report_flagged(entry: Entry) -> None:
    """Let moderation look at whatever a server elsewhere reports of what stands here."""
    flag = Flag.objects.select_related("by__host").filter(pk=entry.data["flag_id"]).first()
    for address in flag.objects_named if flag is not None else ():
        item = _item_at(address)
        if item is not None and flag is not None:
            moderation.report_from_elsewhere(
                item, url=address, explanation=flag.text, server=flag.by.host.name
            )


def _item_at(address: str) -> Item | None:
    comment = Comment.objects.filter(source_id=address).first()
    publication = objects.publication_at(address)
    try:
        if comment is not None:
            return items.find(comments.NAME, str(comment.pk))
        return items.at(actors.base() + publication.path) if publication is not None else None
    except ModerationError:
        return None  # withdrawn or erased meanwhile


def bake_erased(entry: Entry) -> None:
    """Let the object of an erased statement say that it is gone."""
    stones = Tombstone.objects.filter(erasure=entry.data["erasure_id"])
    for path in stones.values_list("path", flat=True):
        if not path.rstrip("/").rpartition("/")[2].isdigit():  # that of one edition is no object
            outpost.remove(objects.key_at(path))
    bakery.bake(pages.keys_of_erased(stones.values_list("path", flat=True)))


def bake_account(entry: Entry) -> None:
    """Let the document of an account say which keys and which addresses are its own now."""
    actor = Actor.objects.filter(pk=entry.subject.rpartition("/")[2]).first()
    if actor is not None:
        bakery.bake(pages.keys_of_actor(actor))


def bake_reactions() -> None:
    """Bring the numbers on the pages of statements up to date that were taken up in the last minutes.

    However many like or share a statement, its page is drawn once in five minutes for it. Twice that time is
    looked at: a run may have been missed, and a page that has not changed is not written.
    """
    since = timezone.now() - 2 * timedelta(seconds=REACTIONS_SECONDS)
    for statement in reactions.changed_since(since):
        bakery.bake(threads.keys_of(statement))


def bake_counts() -> None:
    """Bring the numbers of statements up to date that no release changes in a large archive."""
    if Organisation.objects.exists():
        bakery.bake(pages.keys_by_the_clock())
