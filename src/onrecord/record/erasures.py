# SPDX-License-Identifier: Apache-2.0
"""Say in public that leaves cannot be opened any more, and why (docs/record.md A7)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.record import actions, documents
from onrecord.record.errors import WrongLeaf
from onrecord.record.models import Document, Leaf

PATH = "/erased"
TITLE = "Erased from the record"


@transaction.atomic
def erase(leaves: Collection[int], *, reason: str, legal_ground: str = "", by: Actor = CLOCK) -> Document:
    """Log an edition that names these leaves and says why, and forget what opens them; all or nothing.

    The edition stays readable for good, so neither it nor its reason may repeat what is erased.
    """
    if not leaves:
        raise WrongLeaf("No leaf is named, so there is nothing to erase.")
    organisation = Organisation.current()
    actions.lock_head(organisation.origin)  # the number and the place of the next one are ours
    newest = Document.objects.filter(kind=Document.Kind.ERASE).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    members: dict[str, object] = {
        "statement": organisation.address.rstrip("/") + PATH,
        "edition": number,
        "op": "erase",
        "lang": "en",
        "title": TITLE,
        "prev": documents.previous(newest),
        "reason": reason,
        "erases": sorted(set(leaves)),
    }
    if legal_ground:
        members["legal_ground"] = legal_ground
    document = documents.log(
        members,
        path=f"{PATH}/{number}.json",
        kind=Document.Kind.ERASE,
        origin=organisation.origin,
        by=by,
    )
    actions.erase_leaves(leaves, erased_by=Leaf.objects.get(commitment=document.commitment), by=by)
    return document
