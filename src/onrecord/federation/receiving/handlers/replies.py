# SPDX-License-Identifier: Apache-2.0
"""What is said about a statement becomes a comment: only what is public, only under what is on the site."""

from __future__ import annotations

import logging

from onrecord.conversation import actions as conversation
from onrecord.conversation.errors import ConversationError
from onrecord.conversation.models import Comment, State
from onrecord.federation import actors, objects
from onrecord.federation.models import InteractionKind, RemoteActor
from onrecord.federation.receiving import fetching, limits, normal, remarks, taking
from onrecord.federation.receiving.handlers import moving, reactions
from onrecord.federation.receiving.normal import Activity, Document
from onrecord.outbound.addresses import host_of
from onrecord.statements.models import Publication

_log = logging.getLogger(__name__)


def create(activity: Activity, sender: RemoteActor) -> None:
    """Take an answer to a statement, or to a comment under it."""
    document = _said(activity, sender)
    if document is None or not (normal.is_public(document) and normal.is_public(activity.document)):
        return
    if taking.was_deleted(sender.uri, document["id"]):
        return
    publication, answers = target_of(document)
    if publication is None:
        return
    try:
        comment = conversation.submit_from_elsewhere(
            publication, author_of(sender), _remark(document), answers=answers
        )
    except ConversationError as error:
        _log.info("An answer from %s was not taken: %s", sender.host.name, error)
        return
    if comment.commenter.origin == sender.uri:
        reactions.note(publication, InteractionKind.REPLY, sender, document["id"])


def update(activity: Activity, sender: RemoteActor) -> None:
    """Follow a change of what was said, or of who said it."""
    if activity.object_id == sender.uri:
        fetching.actor_at(sender.uri, fresh=True)
        return
    comment = _comment(activity.object_id, sender)
    document = _said(activity, sender) if comment is not None else None
    if comment is None or document is None:
        return
    try:
        if normal.is_public(document):
            conversation.edit_elsewhere(comment, _remark(document))
        else:
            conversation.withdraw_elsewhere(comment)  # not for everybody any more
    except ConversationError as error:
        _log.info("A change from %s was not taken: %s", sender.host.name, error)


def delete(activity: Activity, sender: RemoteActor) -> None:
    """Take back what its author deleted there, or forget the author."""
    identity = activity.object_id
    if identity == sender.uri:
        moving.leave(sender)
        return
    if not identity or host_of(identity) != host_of(sender.uri):
        return
    taking.note_deleted(sender.uri, identity)
    comment = _comment(identity, sender)
    if comment is not None and comment.state not in {State.WITHDRAWN, State.ERASED}:
        conversation.withdraw_elsewhere(comment)
    reactions.end(sender, identity)


def target_of(document: Document) -> tuple[Publication | None, Comment | None]:
    """Return what something answers: a statement that stands, and perhaps a comment under it."""
    uri = normal.first_id(document.get("inReplyTo"))
    publication, comment = objects.publication_at(uri) if uri else None, None
    if publication is None and uri:
        comment = Comment.objects.filter(source_id=uri, statement__isnull=False).first()
        publication = _publication_of(comment) if comment is not None else None
    if publication is None or publication.withdrawn:
        return None, None
    return publication, comment


def author_of(sender: RemoteActor) -> conversation.Author:
    """Return an account elsewhere as conversation knows people."""
    name = sender.host.name
    handle = f"@{sender.handle or sender.uri.rstrip('/').rpartition('/')[2]}@{name}"
    return conversation.Author(origin=sender.uri, name=sender.name, handle=handle, link=sender.url)


def _said(activity: Activity, sender: RemoteActor) -> Document | None:
    """Return the object of an activity if it is the sender's own words; asked for where only its id came."""
    document = activity.object
    identity = normal.address(document.get("id"))
    if not identity or host_of(identity) != host_of(sender.uri):
        return None
    if len(document) == 1:  # the id alone
        limits.count_fetch(host=sender.host.name, reader="")
        document = fetching.document_at(identity)
    if normal.ids(document.get("attributedTo"))[:1] != [sender.uri]:
        return None
    return document if remarks.TEXTS & set(normal.kinds_of(document)) else None


def _comment(identity: str, sender: RemoteActor) -> Comment | None:
    """Return the comment of this name elsewhere, if it is the sender's."""
    if not identity:
        return None
    rows = Comment.objects.select_related("commenter")
    return rows.filter(source_id=identity, commenter__origin=sender.uri).first()


def _publication_of(comment: Comment) -> Publication | None:
    publication = Publication.objects.filter(statement=comment.statement_id).first()
    return objects.publication_at(objects.address_of(publication)) if publication is not None else None


def _remark(document: Document) -> conversation.Remark:
    remark = remarks.remark(document, is_own=_is_own)
    return conversation.Remark(uri=document["id"], text=remark.text, language=remark.language)


def _is_own(address: str) -> bool:
    return host_of(address) == host_of(actors.shared_inbox())
