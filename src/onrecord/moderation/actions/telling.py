# SPDX-License-Identifier: Apache-2.0
"""Telling parties: rows of the ledger in the transaction of what they are told, and what became of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.doors import new_door
from onrecord.delivery.mail.message import Text
from onrecord.delivery.models import Delivery, Distribution, Lane
from onrecord.delivery.models import State as DeliveryState
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.moderation import doors, events, items, mails, ways
from onrecord.moderation.models import Case, CaseState, Decision, Notice, NoticeState, Party, Policy, Report
from onrecord.moderation.moments import deadline
from onrecord.people.models import Contact
from onrecord.statements.directions import apart
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
DESPITE = ("request", "one_click", "staff")
"""Who wants no news is still told of what concerns them."""
GONE = (
    DeliveryState.BOUNCED,
    DeliveryState.FAILED,
    DeliveryState.SUPPRESSED,
    DeliveryState.COMPLAINED,
    DeliveryState.CANCELLED,
    DeliveryState.SUPERSEDED,
)


def tell_author(decision: Decision, *, by: Actor, by_mail: bool = True) -> Notice | None:
    """Tell the author of a decision; None where nobody is its author. Spam gets a page and no mail."""
    case = decision.case
    if not case.author:
        return None
    person = items.kind_named(case.item_kind).person(case.author)
    contact = Contact.objects.filter(address=person.address.lower()).first() if person else None
    notice = _new(decision, Party.AUTHOR, person.language if person else case.language)
    notice.person, notice.contact = case.author, contact
    notice.state = NoticeState.QUEUED if person and by_mail and mail.relay() else NoticeState.PAGE_ONLY
    notice.save()
    if person and notice.state == NoticeState.QUEUED:
        _send_notice(notice, person.address, by=by)
    elif person is None and by_mail:
        _tell_elsewhere(notice)
    return notice


def tell_reporter(decision: Decision, report: Report, *, by: Actor) -> Notice:
    """Tell whoever reported what was decided (DSA Art. 16(5)); without an address, on the page alone."""
    notice = _new(decision, Party.REPORTER, report.language)
    notice.report, notice.contact = report, report.contact
    reachable = report.contact is not None and mail.relay() is not None
    notice.state = NoticeState.QUEUED if reachable else NoticeState.PAGE_ONLY
    notice.save()
    if report.contact is not None and reachable:
        _send_notice(notice, report.contact.address, by=by)
    return notice


def send(
    *, subject: str, purpose: str, version: int, text: Text, address: str, door: str, by: Actor
) -> Distribution | None:
    """Put one mail into the ledger; without a relay there is none."""
    if mail.relay() is None:
        return None
    site = Site.current()
    return delivery.freeze(
        transport=TRANSPORT,
        object_key=subject,
        version=version,
        purpose=purpose,
        label=text.subject,
        body=letter(site, {text.language: text}, at=timezone.now()).to_json(),
        recipients=[
            Recipient(
                key=subject,
                address=address,
                destination=address.rpartition("@")[2],
                data={"variant": text.language, "door": door},
            )
        ],
        host=mail.own_name(),
        by=by,
        lane=Lane.TRANSACTIONAL,
        despite=DESPITE,
    )


def address_of(notice: Notice) -> str:
    """Return where a party gets mail; empty if nobody knows."""
    if notice.party == Party.REPORTER:
        return notice.contact.address if notice.contact else ""
    person = items.kind_named(notice.decision.case.item_kind).person(notice.person)
    return person.address if person else ""


def seen(notice: Notice) -> Notice:
    """Note that a party has opened the page: at the latest from now on the time to appeal runs."""
    if notice.informed_at is None:
        _informed(notice, timezone.now(), "page", notice.state)
    return notice


def follow_notices(*, limit: int = 200) -> int:
    """Note which mails arrived or came back; return how many notices changed. For a chore."""
    settled = Delivery.objects.filter(distribution_id=OuterRef("distribution_id"), settled_at__isnull=False)
    waiting = Notice.objects.filter(Exists(settled), state=NoticeState.QUEUED).order_by("pk")[:limit]
    changed = 0
    for notice in list(waiting):
        sent = Delivery.objects.filter(distribution_id=notice.distribution_id or 0)
        row = sent.select_related("distribution").first()
        if row is None or row.settled_at is None:
            continue
        elsewhere = row.distribution.transport != TRANSPORT
        with transaction.atomic():
            if row.state == DeliveryState.UNKNOWN or (row.state == DeliveryState.ACCEPTED and elsewhere):
                # It may have come, or be shown, or not: time runs from when the page is opened.
                Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT)
            elif row.state == DeliveryState.ACCEPTED:
                _informed(notice, row.settled_at, "mail", NoticeState.SENT)
            elif row.state in GONE:
                Notice.objects.filter(pk=notice.pk).update(state=NoticeState.BOUNCED)
            else:
                continue
        changed += 1
    return changed


def party_of(notice: Notice) -> str:
    """Return how marks name a party: the author as the item's kind does, a reporter by their contact."""
    if notice.party == Party.AUTHOR:
        return notice.person
    return f"contact/{notice.contact_id}" if notice.contact_id else ""


def tell_elsewhere(notice: Notice, subject: str, words: str) -> int | None:
    """Tell an author who has no address here that there is something to read on their page."""
    case = notice.decision.case
    message = ways.Message(
        subject=subject,
        words=words,
        link=Site.current().url(doors.notice_path(notice)),
        language=notice.language,
        item_kind=case.item_kind,
        item_key=case.item_key,
    )
    return ways.write(notice.person, message)


def _tell_elsewhere(notice: Notice) -> None:
    with translation.override(notice.language):
        words = _(
            "A decision was taken about what you wrote here: case %(number)s. The reasons stand on this page,"
            " and with it you can appeal, without an account. It is for you alone:"
        ) % {"number": apart(notice.decision.public_number)}
    notice.distribution_id = tell_elsewhere(notice, notice.subject, words)
    if notice.distribution_id is not None:
        notice.state = NoticeState.QUEUED
        notice.save(update_fields=["state", "distribution_id"])


def _new(decision: Decision, party: Party, language: str) -> Notice:
    site, door = Site.current(), new_door()
    return Notice(
        decision=decision,
        party=party,
        language=language if language in site.languages else site.default_language,
        door_number=door.number,
        door_hash=door.secret_hash,
    )


def _send_notice(notice: Notice, address: str, *, by: Actor) -> None:
    distribution = send(
        subject=notice.subject,
        purpose="notice",
        version=1,
        text=mails.notice(Site.current(), notice),
        address=address,
        door=notice.door_number,
        by=by,
    )
    if distribution is not None:
        notice.distribution_id = distribution.pk
        notice.save(update_fields=["distribution_id"])


def _informed(notice: Notice, at: datetime, how: str, state: str) -> None:
    with transaction.atomic():
        until = at + Policy.current().appeal_window
        won = Notice.objects.filter(pk=notice.pk, informed_at=None).update(
            informed_at=at, appeal_until=until, state=state
        )
        if not won:
            Notice.objects.filter(pk=notice.pk).update(state=state)
        notice.refresh_from_db()
        if won:
            journal.write(events.Informed(subject=notice.subject, how=how), by=CLOCK)
            open_redress(notice.decision.case)


def open_redress(case: Case) -> None:
    """Move a decided case on: its next step is the end of the time to appeal, as far as that is known."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state not in {CaseState.DECIDED, CaseState.REDRESS_OPEN}:
        return
    notices = Notice.objects.filter(decision__case=case)
    ends = list(notices.values_list("appeal_until", flat=True))
    unknown = case.decided_at or timezone.now()
    latest = max((end or unknown + 2 * Policy.current().appeal_window for end in ends), default=unknown)
    informed = all(end is not None for end in ends)
    case.state = CaseState.REDRESS_OPEN if informed else CaseState.DECIDED
    case.deadline = deadline(latest, Policy.current().appeal_window * 0)
    case.revision += 1
    case.save(update_fields=["state", "deadline", "revision"])
