# SPDX-License-Identifier: Apache-2.0
"""Telling people that they are listed, before or with the first thing that they are sent."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
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


def not_noticed() -> QuerySet[Journalist]:
    """Return who can be told and has not been: active, with an address."""
    return Journalist.objects.filter(standing=Standing.ACTIVE, contact__isnull=False, noticed_at__isnull=True)


@transaction.atomic
def give_notice(*, by: User) -> int:
    """Tell everybody who was not told yet, each in the language of their mails; return how many.

    Raises NoRelay and NotAllowed.
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
    delivery.freeze(
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
    not_noticed().filter(pk__lte=rows[-1].pk).update(noticed_at=now)
    journal.write(events.JournalistsNoticed(subject="press", count=len(rows)), by=by.as_actor())
    return len(rows)


def language_for(site: Site, row: Journalist) -> str:
    """Return the language of the newsroom in which somebody is written to."""
    return row.language if row.language in site.languages else site.default_language


def recipient(row: Journalist, variant: str, **fields: Any) -> Recipient:
    """Return a journalist as the ledger names them; `fields` fill the gaps of the letter."""
    return Recipient(
        key=row.subject,
        address=row.address,
        destination=row.address.rpartition("@")[2],
        data={
            "variant": variant,
            "door": row.door_number,
            "fields": {"source": row.source, "basis": row.legal_basis, **fields},
        },
    )
