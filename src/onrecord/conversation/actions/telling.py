# SPDX-License-Identifier: Apache-2.0
"""Tell authors who asked for it that somebody answered them."""

from __future__ import annotations

from django.utils import timezone

from onrecord.conversation import mails
from onrecord.conversation.actions.asking import BY, TRANSPORT, recipient
from onrecord.conversation.models import Comment
from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.models import Distribution, Lane
from onrecord.statements.mails import letter
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site


def tell_of_answer(comment_id: int) -> Distribution | None:
    """Tell the author of what a comment answers, once, if they confirmed their address and asked for it.

    Returns None if there is nobody to tell. Safe to run twice.
    """
    answer = Comment.objects.select_related("parent__commenter__contact").filter(pk=comment_id).first()
    parent = answer.parent if answer is not None else None
    if answer is None or parent is None or not answer.is_readable or mail.relay() is None:
        return None
    author = parent.commenter
    unwanted = author.replies_stopped_at is not None or not parent.wants_replies
    if unwanted or author.contact is None or author.confirmed_at is None or author.pk == answer.commenter_id:
        return None
    publication = Publication.objects.select_related("edition").get(statement=answer.statement_id)
    site, title = Site.current(), str(publication.edition.data["title"])
    address = f"/comments/{answer.pk}"
    text = mails.answered(site, author.language, title=title, name=answer.name, address=address)
    return delivery.freeze(
        transport=TRANSPORT,
        object_key=answer.subject_name,
        version=1,
        purpose="answered",
        label=text.subject,
        body=letter(site, {author.language: text}, at=timezone.now()).to_json(),
        recipients=[recipient(author)],
        host=mail.own_name(),
        by=BY,
        lane=Lane.TRANSACTIONAL,
        despite=("request",),
    )
