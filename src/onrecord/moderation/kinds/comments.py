# SPDX-License-Identifier: Apache-2.0
"""Comments: what is told of them to whoever judges, and how effects of decisions reach them."""

from __future__ import annotations

import json
import re
from typing import ClassVar
from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.translation import gettext as _

from onrecord.conversation import actions as conversation
from onrecord.conversation import doubts
from onrecord.conversation.keeping import Keep
from onrecord.conversation.models import Comment, Commenter, Kind, Mode, State
from onrecord.conversation.models.comments import Appearance
from onrecord.conversation.pages.fragments import CommentLink
from onrecord.conversation.questions import content_of, image_of
from onrecord.journal.events import Actor
from onrecord.moderation.errors import NotEligible
from onrecord.moderation.items import Item, Order, Person
from onrecord.moderation.models import Case, CaseState, EffectKind
from onrecord.people.models import User
from onrecord.statements.directions import apart
from onrecord.statements.models import Publication

NAME = "comment"
ON_COMMENTS = {EffectKind.LABEL: Kind.LABEL, EffectKind.HOLD: Kind.HOLD, EffectKind.SEAL: Kind.SEAL}
ON_COMMENTERS = {
    EffectKind.LIMIT: Mode.BEFORE,
    EffectKind.SUSPEND: Mode.CLOSED,
    EffectKind.TERMINATE: Mode.CLOSED,
}
"""A warning is told and counted; nothing has to be carried out."""
ORDINARY = frozenset({"new", "before", "edited", "crowded"})
"""Doubts that are about no program's suspicion."""
TITLE = 80
_AT = re.compile(r"#comment-(\d{1,18})$|^/comments/(\d{1,18})(?:/|$)")
_BEFORE = 3


class CommentKind:
    """Comments by their number, commenters as `commenter/<number>`."""

    name: ClassVar[str] = NAME
    content_type: ClassVar[str] = "CONTENT_TYPE_TEXT"
    effects: ClassVar[frozenset[str]] = frozenset(EffectKind.values)

    def label(self) -> str:
        return _("comment")

    def find(self, key: str) -> Item | None:
        comment = _comment(key)
        if comment is None or comment.state == State.UNCONFIRMED or comment.statement_id is None:
            return None
        return _item(comment, context=_before(comment))

    def at(self, url: str) -> str | None:
        found = _AT.search(url)
        if found is None:
            return None
        key = found[1] or found[2]
        readable = Comment.objects.filter(pk=int(key)).exclude(appearance="absent")
        return key if readable.exists() else None

    def person(self, author: str) -> Person | None:
        commenter = _commenter(author)
        if commenter is None or commenter.contact is None:
            return None
        return Person(commenter.name, commenter.contact.address, commenter.language)

    def image(self, key: str) -> bytes:
        comment = _comment(key)
        if comment is None:
            return b""
        return json.dumps([image_of(comment).decode(), comment.fragment], ensure_ascii=False).encode()

    def apply(self, order: Order, *, by: Actor) -> None:
        comment, kind = _comment(order.key), EffectKind(order.kind)
        commenter = _commenter(order.person)
        if comment is not None and kind in ON_COMMENTS:
            conversation.restrict(
                comment,
                ON_COMMENTS[kind],
                reference=order.reference,
                label=order.words,
                until=order.until,
                by=by,
            )
        if commenter is not None and kind in ON_COMMENTERS:
            conversation.restrict_commenter(
                commenter, ON_COMMENTERS[kind], reference=order.reference, until=order.until, by=by
            )

    def undo(self, order: Order, *, by: Actor) -> None:
        if EffectKind(order.kind) in ON_COMMENTS:
            conversation.lift(order.reference, by=by)
        elif EffectKind(order.kind) in ON_COMMENTERS:
            conversation.lift_commenter(order.reference, by=by)

    def approve(self, key: str, *, by: Actor) -> None:
        comment, person = _comment(key), User.objects.filter(pk=by.id or 0).first()
        if person is None:
            raise NotEligible(_("Only a member of staff approves what is held."))
        if comment is not None:
            conversation.approve(comment, by=person)

    def reported(self, key: str, *, by: Actor) -> None:
        comment = _comment(key)
        if comment is not None:
            conversation.freeze_editing(comment, reference=f"reported/comment/{comment.pk}", by=by)


def learn(key: str, *, by: Actor) -> None:
    """Let the classifier learn from a comment that was decided to be spam."""
    comment = _comment(key)
    if comment is not None and comment.state != State.ERASED:
        conversation.learn(comment, unwanted=True, by=by)


def unlearn(key: str, *, by: Actor) -> None:
    """Let the classifier forget what it learned from a comment: the decision was wrong."""
    comment = _comment(key)
    if comment is not None:
        conversation.unlearn(comment, by=by)


def needed(comment_id: int) -> Keep | None:
    """Tell why the text of a comment has to be kept although its author is gone: a case about it is open."""
    cases = Case.objects.filter(item_kind=NAME, item_key=str(comment_id))
    case = cases.exclude(state=CaseState.FINAL).order_by("deadline").last()
    if case is None:
        return None
    reason = _("Case %(number)s is open; an appeal is possible.") % {"number": apart(case.number)}
    return Keep(reason, case.deadline)


REPORT_LINK = CommentLink("report", lambda: _("Report"), lambda pk: f"/report?url=/comments/{pk}")


def _item(comment: Comment, *, context: tuple[Item, ...]) -> Item:
    content = content_of(comment)
    publication = Publication.objects.select_related("edition").filter(statement=comment.statement_id).first()
    suspicious = [kind for kind, _detail in comment.doubts if kind not in ORDINARY]
    start = content.text[:TITLE] + ("…" if len(content.text) > TITLE else "")
    return Item(
        kind=NAME,
        key=str(comment.pk),
        version=f"comment/{comment.pk}/{content.number}",
        title=f"{comment.name}: {start}" if content.text else comment.name,
        text=content.text,
        html=content.html or format_html("<p>{}</p>", _("It is withdrawn or erased.")),
        language=comment.language,
        url=_address(comment, publication.path if publication else "/"),
        created_at=comment.created_at,
        author=f"commenter/{comment.commenter_id}",
        author_name=comment.name,
        held=comment.state == State.HELD,
        score=round(comment.score * 100),
        signals=tuple(doubts.sentences(comment.doubts)),
        noticed_by="spam-chain/1" if suspicious else "",
        origin=_host(comment.commenter.origin),
        context=context,
    )


def _host(origin: str) -> str:
    """Return the server on which somebody from elsewhere has their account."""
    return urlsplit(origin).netloc.lower() if origin else ""


def _address(comment: Comment, page: str) -> str:
    """Return an address that leads to a comment on whichever page of its thread it stands, then and later."""
    if comment.appearance == Appearance.ABSENT:
        return f"{page}#comment-{comment.pk}"  # nothing leads to what nobody sees
    return f"/comments/{comment.pk}"


def _before(comment: Comment) -> tuple[Item, ...]:
    """Return what a comment answers, at most three steps back, oldest first."""
    found: list[Item] = []
    parent = comment.parent
    while parent is not None and len(found) < _BEFORE:
        found.append(_item(parent, context=()))
        parent = parent.parent
    return tuple(reversed(found))


def _comment(key: str) -> Comment | None:
    rows = Comment.objects.select_related("commenter", "parent")
    return rows.filter(pk=int(key)).first() if key.isdecimal() else None


def _commenter(author: str) -> Commenter | None:
    _kind, _slash, key = author.partition("/")
    return (
        Commenter.objects.select_related("contact").filter(pk=int(key)).first() if key.isdecimal() else None
    )
