# SPDX-License-Identifier: Apache-2.0
"""Who quotes a statement, and the stamp that says they may (FEP-044f). Quoting the record is the point of it:
everybody may unless the newsroom chose otherwise, it is noted who did, and a moderator can take a stamp back.
"""

from __future__ import annotations

import secrets
from typing import Any  # JSON

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.federation import actors, objects
from onrecord.federation.errors import FederationError
from onrecord.federation.models import Follow, Interaction, InteractionKind, Policy, Quoters, RemoteActor
from onrecord.federation.receiving import events, normal
from onrecord.federation.receiving.handlers import reactions
from onrecord.federation.receiving.handlers.following import ELSEWHERE
from onrecord.federation.receiving.normal import Activity
from onrecord.federation.sending.actions import send_to
from onrecord.journal import actions as journal
from onrecord.outbound.addresses import host_of
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.models import Publication

STAMPS = "/ap/quotes/"
CONTEXT: list[Any] = [
    "https://www.w3.org/ns/activitystreams",
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]


def request(activity: Activity, sender: RemoteActor) -> None:
    """Give somebody who quotes a statement the stamp for it, or say that there is none for them."""
    publication = objects.publication_at(activity.object_id)
    quote = normal.address(normal.first_id(activity.document.get("instrument")))
    if publication is None or not quote or host_of(quote) != host_of(sender.uri):
        return
    if not may_quote(sender, quote):
        _answer("Reject", activity, sender, publication, quote)
        return
    with transaction.atomic():
        number = secrets.token_hex(16)
        row = reactions.note(publication, InteractionKind.QUOTE, sender, quote, number=number)
        if row is None:
            return
        if row.number == number:
            event = events.QuoteAuthorised(
                subject=f"quote/{row.pk}", statement_id=publication.statement_id, uri=quote
            )
            journal.write(event, by=ELSEWHERE)
        _answer("Accept", activity, sender, publication, quote, stamp=row)


def may_quote(sender: RemoteActor, quote: str) -> bool:
    """Tell whether somebody is given a stamp for a quote: as the newsroom chose, and never one again."""
    mine = Interaction.objects.filter(by=sender, kind=InteractionKind.QUOTE, uri=quote)
    if mine.filter(revoked_at__isnull=False).exists():
        return False
    quoters = Policy.current().quoters
    if quoters == Quoters.FOLLOWERS:
        return Follow.objects.filter(actor=actors.newsroom(), follower=sender, ended_at=None).exists()
    return quoters == Quoters.ANYONE


@transaction.atomic
def revoke(quote: Interaction, *, by: User) -> Interaction:
    """Take a stamp back: its address answers “gone”, and whoever quotes is told. Raises NotAllowed."""
    require(by, Right.MODERATE)
    row = (
        Interaction.objects.select_for_update(of=("self",))
        .select_related("by", "publication")
        .get(pk=quote.pk)
    )
    if row.kind != InteractionKind.QUOTE or row.ended_at is not None:
        raise FederationError(_("This is no quote whose stamp still holds."))
    row.ended_at = row.revoked_at = timezone.now()
    row.save(update_fields=["ended_at", "revoked_at"])
    event = events.QuoteRevoked(
        subject=f"quote/{row.pk}", statement_id=row.publication.statement_id, uri=row.uri
    )
    journal.write(event, by=by.as_actor())
    if row.by.gone_at is None:
        ours = actors.newsroom()
        told = {
            "@context": CONTEXT,
            "id": f"{address_of(row)}#delete",
            "type": "Delete",
            "actor": actors.address_of(ours),
            "to": [row.by.uri],
            "object": {"id": address_of(row), "type": "QuoteAuthorization"},
        }
        send_to(ours, row.by, told, purpose="revoke")
    return row


def address_of(quote: Interaction) -> str:
    """Return the address of a stamp."""
    return f"{actors.base()}{STAMPS}{quote.number}"


def stamp(quote: Interaction) -> dict[str, Any]:
    """Return the stamp that says that a quote is allowed."""
    return {
        "@context": CONTEXT,
        "id": address_of(quote),
        "type": "QuoteAuthorization",
        "attributedTo": actors.address_of(actors.newsroom()),
        "interactingObject": quote.uri,
        "interactionTarget": objects.address_of(quote.publication),
    }


def _answer(
    kind: str,
    activity: Activity,
    sender: RemoteActor,
    publication: Publication,
    quote: str,
    *,
    stamp: Interaction | None = None,
) -> None:
    ours = actors.newsroom()
    number = stamp.number if stamp is not None else "none"
    answer = {
        "@context": CONTEXT,
        "id": f"{actors.address_of(ours)}#quote-{number}-{secrets.token_hex(8)}",
        "type": kind,
        "actor": actors.address_of(ours),
        "to": [sender.uri],
        "object": {
            "id": activity.id,
            "type": "QuoteRequest",
            "actor": sender.uri,
            "object": objects.address_of(publication),
            "instrument": quote,
        },
    }
    if stamp is not None:
        answer["result"] = address_of(stamp)
    send_to(ours, sender, answer, purpose=kind.lower())
