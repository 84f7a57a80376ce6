# SPDX-License-Identifier: Apache-2.0
"""Asking for accreditation: without an account, with a link that opens the application again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people import addresses
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact
from onrecord.press.accreditation import events, files, mails
from onrecord.press.accreditation.actions.telling import send
from onrecord.press.accreditation.errors import BadApplication, NotNow
from onrecord.press.accreditation.files import Checked, Sent
from onrecord.press.models import Application, ApplicationFile, ApplicationState
from onrecord.statements.pages.site import Site

APPLICANT = Actor(id=None, name="somebody who asks for accreditation")
LONGEST_TIME = timedelta(days=366)
RENEW_FROM = timedelta(days=60)
"""So long before the end it can be renewed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for."""

    name: str
    address: str
    outlet: str
    role: str
    purpose: str
    begins_on: date | None
    ends_on: date | None


def apply(asked: Asked, *, language: str, sent: Sequence[Sent] = ()) -> Application:
    """Ask for accreditation. It counts once the address is confirmed by link; at once where no mail is sent.

    Raises BadApplication naming what is missing.
    """
    address = _checked(asked)
    kept = files.check(sent)
    files.keep(kept)
    with transaction.atomic():
        contact, _new = Contact.objects.get_or_create(address=address)
        row = _create(asked, language, kept, contact=contact)
        journal.write(events.AccreditationRequested(subject=row.subject), by=APPLICANT)
        if mail.relay() is None:
            return _submit(row)
        send(row, "confirm", mails.confirm(Site.current(), row), by=APPLICANT)
    return row


@transaction.atomic
def confirm(row: Application) -> Application:
    """Let an application count: it is from the owner of the address. A second time changes nothing."""
    row = Application.objects.select_for_update(of=("self",)).select_related("contact").get(pk=row.pk)
    if row.state != ApplicationState.UNCONFIRMED:
        return row
    if row.contact is not None:
        Contact.objects.filter(pk=row.contact.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    return _submit(row)


def renew(row: Application, ends_on: date | None, *, sent: Sequence[Sent] = ()) -> Application:
    """Ask for the time after an accreditation, as the same person: a new application, judged anew.

    Raises NotNow unless it ends within sixty days or has just ended, BadApplication for a day that cannot be.
    """
    if not may_renew(row):
        raise NotNow(_("This cannot be renewed now. You can apply anew at any time."))
    begins = max(timezone.localdate(), row.ends_on + timedelta(days=1))
    asked = Asked(
        *(row.name, row.contact.address if row.contact else "", row.outlet_name, row.role, row.purpose),
        *(begins, ends_on),
    )
    _checked(asked)
    kept = files.check(sent)
    files.keep(kept)
    with transaction.atomic():
        before = Application.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if before.renewals.exclude(state=ApplicationState.WITHDRAWN).exists():
            raise NotNow(_("You have asked for a renewal already."))
        new = _create(asked, row.language, kept, contact=row.contact, renews=before)
        ApplicationFile.objects.bulk_create(
            ApplicationFile(
                application=new, name=one.name, media_type=one.media_type, size=one.size, sha256=one.sha256
            )
            for one in before.files.order_by("pk")
        )
        journal.write(events.AccreditationRequested(subject=new.subject), by=APPLICANT)
        new = _submit(new)
        send(new, "receipt", mails.received(Site.current(), new), by=APPLICANT)
    return new


def may_renew(row: Application) -> bool:
    """Tell whether this is the time to ask for a renewal."""
    today = timezone.localdate()
    if row.reduced_at is not None or row.contact is None:
        return False
    if row.state == ApplicationState.DECIDED:
        sealed = any(order["kind"] == "seal" for order in row.orders.values())
        return not sealed and row.ends_on - RENEW_FROM <= today
    return row.state == ApplicationState.ENDED


@transaction.atomic
def take_back(row: Application) -> Application:
    """Take an application back, or give an accreditation up, as whoever sent it. Raises NotNow."""
    open_ones = (ApplicationState.UNCONFIRMED, ApplicationState.WAITING, ApplicationState.DECIDED)
    claimed = Application.objects.filter(pk=row.pk, state__in=open_ones)
    if claimed.update(state=ApplicationState.WITHDRAWN, over_at=timezone.now()) != 1:
        raise NotNow(_("It is over already."))
    row.refresh_from_db()
    journal.write(events.AccreditationTakenBack(subject=row.subject), by=APPLICANT)
    return row


def _submit(row: Application) -> Application:
    row.state, row.submitted_at = ApplicationState.WAITING, timezone.now()
    row.save(update_fields=["state", "submitted_at"])
    journal.write(events.AccreditationSubmitted(subject=row.subject), by=APPLICANT)
    return row


def _checked(asked: Asked) -> str:
    """Return the address as it is kept, or refuse."""
    for value, longest, words in (
        (asked.name, 200, _("Write your name.")),
        (asked.outlet, 200, _("Write for which outlet you work, or “freelance”.")),
        (asked.role, 100, _("Write what you do there, as “reporter” or “camera”.")),
    ):
        if not 1 <= len(value.strip()) <= longest:
            raise BadApplication(words)
    if len(asked.purpose) > 1000:
        raise BadApplication(_("Say in at most 1,000 letters what it is for."))
    begins, ends, today = asked.begins_on, asked.ends_on, timezone.localdate()
    if begins is None or ends is None or ends < begins or ends < today:
        raise BadApplication(_("Say from which day until which day; the last one lies ahead."))
    if ends > today + LONGEST_TIME:
        raise BadApplication(_("An accreditation lasts a year at most. Choose an earlier day."))
    try:
        return addresses.normalised(asked.address)
    except BadAddress as error:
        raise BadApplication(str(error)) from error


def _create(
    asked: Asked,
    language: str,
    kept: Sequence[Checked],
    *,
    contact: Contact | None,
    renews: Application | None = None,
) -> Application:
    assert asked.begins_on is not None and asked.ends_on is not None  # noqa: S101, PT018 - it was checked
    door, card = new_door(), new_door()
    row = Application.objects.create(
        name=asked.name.strip(),
        outlet_name=asked.outlet.strip(),
        role=asked.role.strip(),
        purpose=asked.purpose.strip(),
        contact=contact,
        language=language,
        begins_on=asked.begins_on,
        ends_on=asked.ends_on,
        renews=renews,
        door_number=door.number,
        door_hash=door.secret_hash,
        card_number=card.number,
        card_hash=card.secret_hash,
    )
    ApplicationFile.objects.bulk_create(
        ApplicationFile(
            application=row, name=one.name, media_type=one.media_type, size=len(one.body), sha256=one.sha256
        )
        for one in kept
    )
    return row
