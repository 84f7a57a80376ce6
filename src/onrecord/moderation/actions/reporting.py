# SPDX-License-Identifier: Apache-2.0
"""Reports (DSA Art. 16): anybody may, without an account. One counts once its address is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.moderation import events, items, mails
from onrecord.moderation.actions import cases, facts, senders, telling
from onrecord.moderation.categories import NOT_SPECIFIED, REPORTABLE
from onrecord.moderation.errors import BadReport, WrongState
from onrecord.moderation.items import Item
from onrecord.moderation.models import (
    UNDECIDED,
    Case,
    Conduct,
    Report,
    ReportState,
    Source,
    TrustedFlagger,
)
from onrecord.people import addresses
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact, User
from onrecord.people.roles import Right, require
from onrecord.statements.pages.site import Site

REPORTER = Actor(id=None, name="a reporter")
UNCONFIRMED_FOR = timedelta(days=7)
SHORTEST, LONGEST = 10, 5000
LONGEST_NAME, LONGEST_ADDRESS = 200, addresses.LONGEST


@dataclass(frozen=True, slots=True)
class Notification:
    """What somebody says in a report; without name and address where it is about the abuse of children."""

    url: str
    explanation: str
    category: str
    name: str = ""
    address: str = ""
    good_faith: bool = False
    anonymous: bool = False
    """It is about the abuse of children, so nobody has to say who they are (Art. 16(2)(c))."""


def report(said: Notification, *, language: str, about: Item | None = None) -> Report:
    """Take a report of what stands at its address, or of a thing on another platform (`about`).

    It joins a case once its sender has confirmed it by link; one without an address does at once.

    Raises BadReport naming what is missing, NoSuchItem, TooOften for somebody who is suspended.
    """
    with transaction.atomic():
        row = _take(said, language, about)
        if row.contact is None or mail.relay() is None:
            return _receive(row)  # nobody is asked, or without mail nobody could confirm anything
        telling.send(
            subject=row.subject,
            purpose="confirm",
            version=1,
            text=mails.confirm_report(Site.current(), row),
            address=row.contact.address,
            door=row.door_number,
            by=REPORTER,
        )
    return row


@transaction.atomic
def report_for(said: Notification, *, language: str, about: Item) -> Report:
    """Take a report of whom a platform knows: it counts at once, no mail asks. Raises what `report` does."""
    return confirm(_take(said, language, about))


@transaction.atomic
def report_from_elsewhere(item: Item, *, url: str, explanation: str, server: str) -> Report | None:
    """Take what a server of the fediverse passes on. Who reported there it does not say: nobody is answered.

    The same server's report of the same words joins once; None where it did before.
    """
    known = Report.objects.filter(
        item_kind=item.kind, item_key=item.key, item_version=item.version, name=server[:LONGEST_NAME]
    )
    if known.filter(contact=None, state=ReportState.IN_CASE).exists():
        return None
    said = Notification(url=url, explanation=explanation or "–", category=NOT_SPECIFIED, name=server)
    row = _create(said, item, None, item.language)
    journal.write(events.Reported(subject=row.subject), by=REPORTER)
    return _receive(row)


@transaction.atomic
def confirm(row: Report) -> Report:
    """Let a report count: the owner of the address wants it. A second time changes nothing.

    Raises WrongState for one that has expired or was withdrawn.
    """
    row = Report.objects.select_for_update(of=("self",)).select_related("contact").get(pk=row.pk)
    if row.state == ReportState.UNCONFIRMED:
        if row.contact_id:
            Contact.objects.filter(pk=row.contact_id, confirmed_at=None).update(confirmed_at=timezone.now())
        return _receive(row)
    if row.state in {ReportState.EXPIRED, ReportState.WITHDRAWN}:
        raise WrongState(_("This report was not confirmed in time, or was withdrawn. Report it again."))
    return row


@transaction.atomic
def withdraw(row: Report) -> Report:
    """Take back a report that nobody has answered. Its case goes on. Raises WrongState."""
    open_ones = (ReportState.UNCONFIRMED, ReportState.RECEIVED, ReportState.IN_CASE)
    won = Report.objects.filter(pk=row.pk, state__in=open_ones).update(state=ReportState.WITHDRAWN)
    row.refresh_from_db()
    if not won:
        raise WrongState(_("This report was answered already, so it cannot be taken back."))
    journal.write(events.ReportClosed(subject=row.subject, state=row.state), by=REPORTER)
    return row


def expire_unconfirmed() -> int:
    """Forget what was reported with addresses that nobody confirmed in seven days. For a chore."""
    old = Report.objects.filter(
        state=ReportState.UNCONFIRMED, created_at__lt=timezone.now() - UNCONFIRMED_FOR
    )
    expired = 0
    for pk in list(old.order_by("created_at").values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            won = old.filter(pk=pk).update(
                state=ReportState.EXPIRED, explanation="", name="", contact=None, url=""
            )
            if won:
                event = events.ReportClosed(subject=f"report/{pk}", state=ReportState.EXPIRED)
                journal.write(event, by=CLOCK)
                expired += 1
    return expired


@transaction.atomic
def add_flagger(*, name: str, address: str, field: str, awarded_by: str, by: User) -> TrustedFlagger:
    """Let somebody's reports come first. Raises BadReport for an address that is none."""
    require(by, Right.ADMINISTER)
    row, _new = TrustedFlagger.objects.update_or_create(
        address=_address(address),
        defaults={
            "name": name.strip()[:200],
            "field": field.strip()[:200],
            "awarded_by": awarded_by.strip()[:200],
            "added_by": by,
            "ended_at": None,
        },
    )
    journal.write(events.FlaggerAdded(subject=f"flagger/{row.pk}", flagger=row.name), by=by.as_actor())
    return row


@transaction.atomic
def end_flagger(row: TrustedFlagger, *, by: User) -> TrustedFlagger:
    """Let their reports come like those of everybody else. Raises WrongState for one that has ended."""
    require(by, Right.ADMINISTER)
    if not TrustedFlagger.objects.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now()):
        raise WrongState(_("%(name)s is no trusted flagger any more.") % {"name": row.name})
    journal.write(events.FlaggerEnded(subject=f"flagger/{row.pk}", flagger=row.name), by=by.as_actor())
    row.refresh_from_db()
    return row


def open_by_staff(item: Item, *, category: str, by: User) -> Case:
    """Open a case of the newsroom's own accord."""
    require(by, Right.MODERATE)
    return cases.open_case(item, by=by.as_actor(), category=category)


def _take(said: Notification, language: str, about: Item | None) -> Report:
    _check(said)
    item = about or items.at(said.url)
    if item is None:
        raise BadReport(
            _("Nothing that can be reported stands at this address. Copy the whole address of what you mean.")
        )
    contact = _contact(said)
    senders.refuse_suspended(f"contact/{contact.pk}" if contact else "", Conduct.REPORTS)
    row = _create(said, item, contact, language)
    journal.write(events.Reported(subject=row.subject), by=REPORTER)
    return row


def _receive(row: Report) -> Report:
    """Join the report to the case about its item. What was deleted meanwhile is answered on its page."""
    item = items.find(row.item_kind, row.item_key)
    joined = Case.objects.filter(item_kind=item.kind, item_key=item.key, state__in=UNDECIDED)
    row.duplicate = joined.exists()
    row.flagger = _flagger(row.contact)
    row.source = Source.TRUSTED if row.flagger else Source.READER
    urgent = row.flagger is not None or row.anonymous
    case = cases.open_case(item, by=REPORTER, category=row.category, urgent=urgent)
    case = cases.move(case)  # whoever decides on a page without this report is told, and reads it first
    row.case, row.state, row.received_at = case, ReportState.IN_CASE, timezone.now()
    row.save()
    items.kind_named(item.kind).reported(item.key, by=REPORTER)
    facts.of_report(row)
    if row.contact is not None:
        telling.send(
            subject=row.subject,
            purpose="receipt",
            version=2,
            text=mails.receipt(Site.current(), row, case),
            address=row.contact.address,
            door=row.door_number,
            by=REPORTER,
        )
    journal.write(events.ReportReceived(subject=row.subject, case_id=case.pk), by=REPORTER)
    return row


def _flagger(contact: Contact | None) -> TrustedFlagger | None:
    if contact is None:
        return None
    return TrustedFlagger.objects.filter(address=contact.address, ended_at=None).first()


def _check(said: Notification) -> None:
    if said.category not in REPORTABLE:
        raise BadReport(_("Choose what it is about. If you are not sure, say so."))
    if len(said.explanation.strip()) < SHORTEST:
        raise BadReport(_("Say why you think that it is illegal or breaks a rule."))
    if len(said.explanation) > LONGEST:
        raise BadReport(_("Your explanation has more than %(most)s letters. Shorten it.") % {"most": LONGEST})
    if not said.good_faith:
        raise BadReport(_("Confirm that you believe in good faith that what you say is right and complete."))
    if not said.anonymous and not said.name.strip():
        raise BadReport(_("Give your name: the law asks for it. The author does not learn it."))
    if not said.anonymous or said.address.strip():
        _address(said.address)


def _address(text: str) -> str:
    try:
        return addresses.normalised(text)
    except BadAddress as refusal:
        raise BadReport(str(refusal)) from None


def _contact(said: Notification) -> Contact | None:
    if not said.address.strip():
        return None
    return Contact.objects.get_or_create(address=_address(said.address))[0]


def _create(said: Notification, item: Item, contact: Contact | None, language: str) -> Report:
    door = new_door()
    return Report.objects.create(
        item_kind=item.kind,
        item_key=item.key,
        item_version=item.version,
        url=said.url[:500],
        category=said.category,
        explanation=said.explanation.strip(),
        name=said.name.strip()[:LONGEST_NAME],
        contact=contact,
        good_faith=True,
        anonymous=said.anonymous,
        language=language,
        door_number=door.number,
        door_hash=door.secret_hash,
    )
