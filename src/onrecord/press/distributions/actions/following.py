# SPDX-License-Identifier: Apache-2.0
"""Later editions: whoever got an earlier one as press gets what changed, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import PENDING, Delivery, Distribution, Lane, State
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.press.actions.noticing import recipient
from onrecord.press.distributions import audience, editions, events, greetings, letters
from onrecord.press.distributions.audience import HAVE_IT, PREFIX, TRANSPORT
from onrecord.press.distributions.letters import Frame
from onrecord.press.embargoes import links
from onrecord.press.models import DistributionPolicy, Journalist, PressDistribution, Standing
from onrecord.statements.edition_mails import Said
from onrecord.statements.mails import letter
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site


@transaction.atomic
def tell_of(edition_id: int) -> Distribution | None:
    """Tell whoever got an earlier edition of this statement as press, and still is; None if nobody is told.

    Whoever had it before its time is told otherwise. Minor changes are told to nobody.
    A withdrawal stops what is still pending. Safe to run twice.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    if edition.published_at is None or edition.number == 1 or mail.relay() is None:
        return None
    if edition.change == "minor" and edition.op != "withdraw":
        return None
    editions.hold([edition.statement_id])
    told = links.readers_of(edition.statement_id, edition.number)
    waits = {pk: due for pk, due in _had_earlier(edition).items() if pk not in told}
    if not waits:
        return None
    site = Site.current()
    text = letters.of_edition(
        Frame(site, _reply_to(edition)), Said(edition, edition.statement.publication.path)
    )
    sent = delivery.freeze(
        transport=TRANSPORT,
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=f"{PREFIX}{'withdrawal' if edition.op == 'withdraw' else edition.change or 'update'}",
        label=text.subject,
        body=letter(site, {"0": text}, at=edition.published_at).to_json(),
        recipients=_recipients(waits, edition.language),
        host=mail.own_name(),
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
        cancels_older=edition.op == "withdraw",
    )
    count = sent.deliveries.count()
    event = events.PressFollowedUp(subject=edition.statement.subject, number=edition.number, recipients=count)
    journal.write(event, by=CLOCK)
    return sent


def _had_earlier(edition: Edition) -> dict[int, datetime | None]:
    """Return who got an earlier edition, with the moment for which it waits if it has not gone out yet."""
    rows = Delivery.objects.filter(
        distribution__transport=TRANSPORT,
        distribution__object_key=edition.statement.subject,
        distribution__version__lt=edition.number,
        distribution__purpose__startswith=PREFIX,
        state__in=HAVE_IT,
    )
    if edition.op == "withdraw":  # who has nothing yet gets nothing
        rows = rows.exclude(state__in=PENDING)
    now = timezone.now()
    found: dict[int, datetime | None] = {}
    for key, state, due_at in rows.order_by("pk").values_list("recipient_key", "state", "due_at"):
        for pk in audience.ids_of([key]):
            pending = state == State.QUEUED and due_at > now
            found[pk] = due_at if pending and found.get(pk, due_at) is not None else None
    return found


def _recipients(waits: dict[int, datetime | None], language: str) -> Iterator[Recipient]:
    template = greetings.usual(language)
    for some in audience.batches(waits):
        rows = Journalist.objects.filter(pk__in=some, standing=Standing.ACTIVE, contact__isnull=False)
        for one in rows.select_related("contact").defer("note").order_by("pk"):
            hello = greetings.greeting(template, one, language)
            yield recipient(one, "0", due_at=waits[one.pk], greeting=hello)


def _reply_to(edition: Edition) -> str:
    """Return where answers go: to the mailbox, or to whoever sent this statement to the press last."""
    policy = DistributionPolicy.current()
    if policy.replies == policy.Replies.MAILBOX:
        return policy.mailbox
    family = [edition.statement_id, edition.statement.original_id or edition.statement_id]
    last = PressDistribution.objects.filter(statement__in=family, sent_at__isnull=False).order_by("-sent_at")
    row = last.select_related("made_by").first()
    return row.made_by.email if row else ""
