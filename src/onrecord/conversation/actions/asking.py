# SPDX-License-Identifier: Apache-2.0
"""The mail that asks whether an address is somebody's own. It goes out by the ledger, never in a request."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from onrecord.conversation import mails
from onrecord.conversation.models import Comment, Commenter
from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Lane
from onrecord.journal.events import Actor
from onrecord.statements.mails import letter
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
MAIL_AGAIN_AFTER = timedelta(minutes=5)
MOST_MAILS = 5
"""Until something is confirmed: the address may be somebody else's."""
BY = Actor(id=None, name="a commenter")


def ask(commenter: Commenter, publication: Publication, comment: Comment) -> bool:
    """Send a locked commenter the link with which they confirm; return whether they are mailed again so soon.

    In the transaction in which the comment is stored.
    """
    now = timezone.now()
    soon = commenter.mailed_at is not None and commenter.mailed_at > now - MAIL_AGAIN_AFTER
    if soon or commenter.mails >= MOST_MAILS:
        return False
    commenter.mails, commenter.mailed_at = commenter.mails + 1, now
    commenter.save(update_fields=["mails", "mailed_at"])
    site = Site.current()
    title = str(publication.edition.data["title"])
    text = mails.confirmation(site, commenter.language, title=title, name=comment.name)
    assert commenter.contact is not None  # noqa: S101 - who is asked has an address
    delivery.freeze(
        transport=TRANSPORT,
        object_key=comment.subject_name,
        version=1,
        purpose="confirm",
        label=text.subject,
        body=letter(site, {commenter.language: text}, at=now).to_json(),
        recipients=[recipient(commenter)],
        host=mail.own_name(),
        by=BY,
        lane=Lane.TRANSACTIONAL,
        despite=("request",),  # who wants no newsletter may comment all the same
    )
    return True


def recipient(commenter: Commenter) -> Recipient:
    """Return a commenter as the ledger names them."""
    assert commenter.contact is not None  # noqa: S101 - asked for those who can be mailed
    address = commenter.contact.address
    return Recipient(
        key=f"commenter/{commenter.pk}",
        address=address,
        destination=address.rpartition("@")[2],
        data={"variant": commenter.language, "door": commenter.door_number},
    )
