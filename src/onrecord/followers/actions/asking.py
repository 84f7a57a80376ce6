# SPDX-License-Identifier: Apache-2.0
"""Coming: asking to follow, confirming that the address is one's own, choosing otherwise."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.doors import new_door
from onrecord.delivery.models import Lane
from onrecord.followers import events, mails
from onrecord.followers.choices import Choices
from onrecord.followers.errors import NoRelay, NoSuchDoor
from onrecord.followers.models import State, Subscription
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.addresses import normalised
from onrecord.people.models import Contact
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

FOLLOWER = Actor(id=None, name="a follower")
TRANSPORT = "smtp"
MAIL_AGAIN_AFTER = timedelta(minutes=10)
TELL_AGAIN_AFTER = timedelta(days=1)
"""Who follows already is told so no more often: anybody may send the form with their address."""
MOST_MAILS = 5
"""Mails about a subscription that nobody has confirmed: the address may be somebody else's."""


def follow(address: str, choices: Choices, *, language: str) -> None:
    """Ask to follow with an address: a mail goes there, and only who opens its link follows.

    Tells nothing about whether the address is known. Who follows already is told so by mail, and nothing
    changes. Raises NoRelay, BadAddress, BadChoice.
    """
    if mail.relay() is None:
        raise NoRelay(_("This newsroom sends no mail at present. Follow it with a feed instead."))
    address = normalised(address)
    choices.check()
    with transaction.atomic():
        Contact.objects.get_or_create(address=address)
        contact = Contact.objects.select_for_update().get(address=address)
        row = contact.subscriptions.exclude(state=State.ENDED).first()
        if row is None:
            door = new_door()
            row = Subscription(contact=contact, door_number=door.number, door_hash=door.secret_hash)
        if row.state == State.UNCONFIRMED:
            is_new, row.language = row.pk is None, language
            row.save()
            choices.store(row)
            if is_new:
                journal.write(events.Asked(subject=row.subject), by=FOLLOWER)
        if _may_be_mailed(row):
            _mail(row)


@transaction.atomic
def confirm(subscription: Subscription) -> Subscription:
    """Let a subscription begin: the owner of the address wants it. One that has begun stays as it is.

    Raises NoSuchDoor for one that has ended.
    """
    now = timezone.now()
    won = Subscription.objects.filter(pk=subscription.pk, state=State.UNCONFIRMED).update(
        state=State.CONFIRMED, confirmed_at=now
    )
    subscription.refresh_from_db()
    if subscription.state != State.CONFIRMED:
        raise NoSuchDoor(_("This subscription has ended. Ask again on the page “Follow”."))
    if won:
        contact = subscription.contact
        Contact.objects.filter(pk=contact.pk, confirmed_at=None).update(confirmed_at=now)
        delivery.allow(contact.address, reason="request", by=FOLLOWER)
        journal.write(events.Confirmed(subject=subscription.subject), by=FOLLOWER)
    return subscription


@transaction.atomic
def change(subscription: Subscription, choices: Choices, *, by: Actor = FOLLOWER) -> Subscription:
    """Choose other topics, languages, or how often. Raises BadChoice, and NoSuchDoor if it has ended."""
    choices.check()
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if row.state != State.CONFIRMED:
        raise NoSuchDoor(_("This subscription has ended. Ask again on the page “Follow”."))
    if Choices.of(row) != choices:
        choices.store(row)
        journal.write(events.Changed(subject=row.subject), by=by)
    return row


def _may_be_mailed(row: Subscription) -> bool:
    if row.state == State.UNCONFIRMED and row.mails >= MOST_MAILS:
        return False
    again_after = MAIL_AGAIN_AFTER if row.state == State.UNCONFIRMED else TELL_AGAIN_AFTER
    return row.mailed_at is None or row.mailed_at < timezone.now() - again_after


def _mail(row: Subscription) -> None:
    row.mails, row.mailed_at = row.mails + 1, timezone.now()
    row.save(update_fields=["mails", "mailed_at"])
    asked = row.state == State.UNCONFIRMED
    site = Site.current()
    text = mails.confirmation(site, row.language) if asked else mails.known_already(site, row.language)
    delivery.freeze(
        transport=TRANSPORT,
        object_key=row.subject,
        version=row.mails,
        purpose="confirm" if asked else "known",
        label=text.subject,
        body=letter(site, {row.language: text}, at=row.mailed_at).to_json(),
        recipients=[recipient(row, row.contact.address, row.language)],
        host=mail.own_name(),
        by=FOLLOWER,
        lane=Lane.TRANSACTIONAL,
        despite=("request",),  # who unsubscribed once may ask again
    )


def recipient(row: Subscription, address: str, variant: str) -> Recipient:
    """Return a follower as the ledger names them."""
    return Recipient(
        key=row.subject,
        address=address,
        destination=address.rpartition("@")[2],
        data={"variant": variant, "door": row.door_number},
    )
