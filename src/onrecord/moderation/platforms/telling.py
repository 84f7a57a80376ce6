# SPDX-License-Identifier: Apache-2.0
"""Outcomes by webhook, through the ledger. No link that opens a notice is in one: a token gets it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution, Lane
from onrecord.journal.events import CLOCK
from onrecord.moderation.models import Decision, ExternalItem, Platform
from onrecord.moderation.platforms import answers
from onrecord.moderation.platforms.actions import recipient
from onrecord.moderation.platforms.kind import ExternalKind
from onrecord.statements.pages.site import Site

FORMAT = "onrecord/moderation/1"


@transaction.atomic
def tell(decision_id: int, event: str, *, at: datetime, entry: int) -> Distribution | None:
    """Tell the platform whose thing a decision is about; None for things of our own, or without an address.

    Safe to repeat: an entry of the journal is told once.
    """
    decision = Decision.objects.filter(pk=decision_id).select_related("case").first()
    case = decision.case if decision and decision.case.item_kind == ExternalKind.name else None
    rows = ExternalItem.objects.select_related("platform")
    item = rows.filter(pk=int(case.item_key)).first() if case else None
    if case is None or item is None or not item.platform.webhook_url:
        return None
    platform = Platform.objects.select_for_update().get(pk=item.platform_id)
    if platform.ended_at is not None:
        return None
    document = {
        "v": FORMAT,
        "at": at.isoformat(),
        "newsroom": Site.current().address,
        "case": case.number,
        "decision": str(decision) if decision else "",
        "item": answers.of_item(item),
    }
    return delivery.freeze(
        transport="webhook",
        object_key=platform.subject,
        version=entry,
        purpose="outcome",
        label=f"{platform.name}: {event} {case.number}",
        body={"event": event, "document": document},
        recipients=[recipient(platform)],
        host=urlsplit(Site.current().address).hostname or "localhost",
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )
