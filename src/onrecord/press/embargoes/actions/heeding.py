# SPDX-License-Identifier: Apache-2.0
"""What becomes of the moment: whoever has a link is told of another one, and of none."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.message import Text
from onrecord.delivery.models import Lane
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Event
from onrecord.press.actions.noticing import recipient
from onrecord.press.distributions import audience, greetings
from onrecord.press.distributions.audience import PREFIX, TRANSPORT
from onrecord.press.distributions.letters import Frame
from onrecord.press.embargoes import events, letters
from onrecord.press.embargoes.letters import Terms
from onrecord.press.embargoes.texts import Waiting, waiting
from onrecord.press.embargoes.wording import Moments
from onrecord.press.models import DistributionPolicy, Embargo, EmbargoState, Journalist, Standing
from onrecord.statements.mails import letter
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site


def heed() -> int:
    """Tell whoever has a link that it has another moment, or is on hold; return how many embargoes changed.

    For a chore, and whenever a date is set or taken back. Safe to run twice.
    """
    open_ones = Embargo.objects.filter(state__in=[EmbargoState.STANDING, EmbargoState.HELD])
    return sum(_heed(pk) for pk in list(open_ones.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _heed(pk: int) -> bool:
    rows = Embargo.objects.select_for_update(of=("self",)).select_related("statement__locale")
    row = rows.get(pk=pk)
    if not row.is_open:
        return False
    if row.statement is None:
        return _hold(row, "")
    if Edition.objects.filter(statement=row.statement, number__gte=row.number).exists():
        return False  # it is released, and told
    found = waiting(row.statement)
    if found is None or found.number != row.number:
        return _hold(row, row.statement.language)
    same = (row.until, row.zone, row.terms) == (found.until, found.zone, found.terms)
    if same and row.state == EmbargoState.STANDING:
        return False
    return _move(row, found, same=same)


def _move(row: Embargo, found: Waiting, *, same: bool) -> bool:
    row.until, row.zone, row.terms = found.until, found.zone, found.terms
    row.terms_version += not same
    row.told += 1
    row.state = EmbargoState.STANDING
    row.save()
    contacts = list(found.statement.contacts.all())
    text = letters.moved(Frame(Site.current(), reply_to(row)), Terms(found.language, row.terms, contacts))
    event = events.EmbargoMoved(
        subject=row.subject, until=row.until.isoformat(), terms_version=row.terms_version
    )
    _tell(row, "embargo-moved", text, event)
    return True


def _hold(row: Embargo, language: str) -> bool:
    if row.state == EmbargoState.HELD:
        return False
    row.state = EmbargoState.HELD
    row.told += 1
    row.save()
    site = Site.current()
    contacts = list(row.statement.contacts.all()) if row.statement else []
    text = letters.held(Frame(site, reply_to(row)), Terms(language or site.default_language, "", contacts))
    _tell(row, "embargo-held", text, events.EmbargoHeld(subject=row.subject))
    return True


def _tell(row: Embargo, purpose: str, text: Text, event: Event) -> None:
    journal.write(event, by=CLOCK)
    if mail.relay() is None:
        return
    delivery.freeze(
        transport=TRANSPORT,
        object_key=row.subject,
        version=row.told,
        purpose=f"{PREFIX}{purpose}",
        label=text.subject,
        body=letter(Site.current(), {"0": text}, at=timezone.now()).to_json(),
        recipients=_recipients(row, text.language),
        host=mail.own_name(),
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )


def _recipients(row: Embargo, language: str) -> Iterator[Recipient]:
    moments, template = Moments(row.until, language, row.zone), greetings.usual(language)
    links = row.links.filter(revoked_at=None, journalist__isnull=False)
    numbers = dict(links.order_by("pk").values_list("journalist", "door_number"))
    for some in audience.batches(numbers):
        rows = Journalist.objects.filter(pk__in=some, standing=Standing.ACTIVE, contact__isnull=False)
        for one in rows.select_related("contact").defer("note").order_by("pk"):
            yield recipient(
                one,
                "0",
                doors={"pass": numbers[one.pk]},
                greeting=greetings.greeting(template, one, language),
                moment=moments.of(one.time_zone),
            )


def reply_to(row: Embargo) -> str:
    """Return where answers go: to the mailbox, or to whoever handed out the last links."""
    policy = DistributionPolicy.current()
    if policy.replies == policy.Replies.MAILBOX:
        return policy.mailbox
    last = row.links.select_related("distribution__made_by").order_by("-pk").first()
    return last.distribution.made_by.email if last else ""
