# SPDX-License-Identifier: Apache-2.0
"""Log commitments to decisions, many in one edition: a busy day is a few leaves (docs/record.md A8)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.proof import decision
from onrecord.record import actions, documents
from onrecord.record.models import Document

PATH = "/decided"
TITLE = "Decisions of moderation"


@transaction.atomic
def log(commitments: Collection[bytes], *, by: Actor = CLOCK) -> Document:
    """Log an edition that lists these commitments; return it with its leaf.

    The order in which they are given is lost: see proof.decision.batch. Raises what actions.append raises.
    """
    organisation = Organisation.current()
    actions.lock_head(organisation.origin)  # the number and the place of the next one are ours
    newest = Document.objects.filter(kind=Document.Kind.DECISIONS).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    members: dict[str, object] = {
        "statement": organisation.address.rstrip("/") + PATH,
        "edition": number,
        "op": decision.OPERATION,
        "lang": "en",
        "title": TITLE,
        "prev": documents.previous(newest),
        decision.OPERATION: decision.batch(list(commitments)),
    }
    return documents.log(
        members,
        path=f"{PATH}/{number}.json",
        kind=Document.Kind.DECISIONS,
        origin=organisation.origin,
        by=by,
    )
