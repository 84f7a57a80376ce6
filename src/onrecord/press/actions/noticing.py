# SPDX-License-Identifier: Apache-2.0
"""Telling people that they are listed, before or with the first thing that they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Delivery, Distribution, State
from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press import events, mails
from onrecord.press.errors import NoRelay
from onrecord.press.models import Journalist, Standing
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
NOTICE = "press-notice"
"""What such a distribution is for."""


LOST = (
    State.FAILED,
    State.BOUNCED,
    State.SUPPRESSED,
    State.CANCELLED,
    State.SUPERSEDED,
)
"""What became of a notice that nobody has got."""
_AT_ONCE = 2000


def not_noticed() -> QuerySet[Journalist]:
    """Return who can be told and has not been, nor is being: active, with an address."""
    return Journalist.objects.filter(
        standing=Standing.ACTIVE, contact__isnull=False, noticed_at__isnull=True, notice__isnull=True
    )


@transaction.atomic
def give_notice(*, by: User) -> int:
    """Tell everybody who was not told yet, each in the language of their mails; return how many.

    They count as told once their mail was accepted. Raises NoRelay and NotAllowed.
    """
    require(by, Right.WRITE)
    if mail.relay() is None:
        raise NoRelay(_("No mail relay is set, so nobody can be told by mail."))
    rows = list(not_noticed().select_related("contact").order_by("pk"))
    if not rows:
        return 0
    site, now = Site.current(), timezone.now()
    languages = {language_for(site, row) for row in rows}
    texts = {language: mails.notice(site, language) for language in sorted(languages)}
    sent = delivery.freeze(
        transport=TRANSPORT,
        object_key=f"press-notice/{now:%Y%m%dT%H%M%S%f}",
        version=1,
        purpose=NOTICE,
        label=texts[min(texts)].subject,
        body=letter(site, texts, at=now).to_json(),
        recipients=(recipient(row, language_for(site, row)) for row in rows),
        host=mail.own_name(),
        by=by.as_actor(),
    )
    keep_notices(sent)
    journal.write(events.JournalistsNoticed(subject="press", count=len(rows)), by=by.as_actor())
    return len(rows)


def keep_notices(sent: Distribution) -> int:
    """Remember which mail tells whom that they are listed, of those whom nothing told before."""
    key = Concat(Value("journalist/"), Cast(OuterRef("pk"), CharField()))
    theirs = Delivery.objects.filter(distribution=sent, recipient_key=key)
    return not_noticed().filter(Exists(theirs)).update(notice=Subquery(theirs.values("pk")[:1]))


def settle_notices() -> int:
    """Count as told whose notice was accepted, as not told whose was lost; return how many. For a chore."""
    being_told = Journalist.objects.filter(noticed_at__isnull=True, notice__isnull=False)
    rows = list(being_told.order_by("pk").values_list("pk", "notice__state", "notice__settled_at")[:20_000])
    settled = 0
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        told = [pk for pk, state, _at in some if state in (State.ACCEPTED, State.COMPLAINED)]
        lost = [pk for pk, state, _at in some if state in LOST]
        when = Delivery.objects.filter(pk=OuterRef("notice")).values("settled_at")[:1]
        settled += Journalist.objects.filter(pk__in=told).update(
            noticed_at=Coalesce(Subquery(when), timezone.now())
        )
        settled += Journalist.objects.filter(pk__in=lost).update(notice=None)
    return settled


def unsettle_notice(row: Journalist) -> bool:
    """Count somebody as not told whose notice came back after it had been accepted; tell whether it was."""
    if row.notice is None or row.notice.state != State.BOUNCED:
        return False
    return bool(Journalist.objects.filter(pk=row.pk).update(notice=None, noticed_at=None))


def language_for(site: Site, row: Journalist) -> str:
    """Return the language of the newsroom in which somebody is written to."""
    return row.language if row.language in site.languages else site.default_language


def recipient(
    row: Journalist,
    variant: str,
    *,
    due_at: datetime | None = None,
    doors: Mapping[str, str] | None = None,
    **fields: Any,
) -> Recipient:
    """Return a journalist as the ledger names them; `fields`, and secrets of `doors`, fill the gaps."""
    return Recipient(
        key=row.subject,
        address=row.address,
        destination=row.address.rpartition("@")[2],
        data={
            "variant": variant,
            "door": row.door_number,
            **({"doors": dict(doors)} if doors else {}),
            "fields": {"source": row.source, "basis": row.legal_basis, **fields},
        },
        due_at=due_at,
    )
