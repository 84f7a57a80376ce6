# SPDX-License-Identifier: Apache-2.0
"""What somebody says about a statement on a server elsewhere. Rules, doubts and trust are those of the form.

Who it is has been proved by the server it came from, so nobody is asked to confirm. Its author changes and
withdraws it there; what was decided about it meanwhile stays as it was when it was judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation import classifier, doubts, events, language, links, markup
from onrecord.conversation.actions.appearance import active, locked, settle
from onrecord.conversation.actions.authors import MOST_VERSIONS, withdraw
from onrecord.conversation.actions.learning import unlearn_in
from onrecord.conversation.actions.looking import LONGEST_NAME
from onrecord.conversation.actions.submitting import decide, weighed
from onrecord.conversation.actions.taking import SAME_WITHIN, new_commenter, place
from onrecord.conversation.errors import BadComment, Closed, SaidAlready, TooLate, WrongState
from onrecord.conversation.models import Comment, Commenter, CommentVersion, Kind, Mode, Source, State
from onrecord.conversation.trust import mode_for, trust_of
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.statements.models import Publication

ELSEWHERE = Actor(id=None, name="an account elsewhere")
LONGEST_SOURCE = 300
MOST_WAITING = 20
"""Of one account, so many comments wait at a time; what comes beyond is not taken."""
_HANDLES = re.compile(r"(?<!\w)@[\w.-]{1,60}@[\w.-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who said it: by the address of their account, for good."""

    origin: str
    name: str
    handle: str
    """As @jan@remote.example: shown with the name, so that nobody can look like somebody else."""
    link: str

    @property
    def shown_name(self) -> str:
        """What stands beside what they say."""
        handle = markup.one_line(self.handle, LONGEST_NAME)
        left = LONGEST_NAME - len(handle) - 3
        name = markup.one_line(self.name, max(left, 0)) if left > 3 else ""
        return f"{name} ({handle})" if name and name != handle else handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What was said, in the Markdown of comments. `language`: as its author says, or nothing."""

    uri: str
    text: str
    language: str = ""


def submit_from_elsewhere(
    publication: Publication, author: Author, remark: Remark, *, answers: Comment | None = None
) -> Comment:
    """Take what was said elsewhere as a comment. The same remark again changes nothing.

    Raises Closed, BadComment; SaidAlready for the same words, or more than may wait.
    """
    if not remark.uri or len(remark.uri) > LONGEST_SOURCE:
        raise BadComment("text", _("What was said has no address that can be kept."))
    text = markup.cleaned(remark.text)
    known = Comment.objects.filter(source_id=remark.uri).first()
    if known is not None:
        return known
    if answers is not None and (
        answers.statement_id != publication.statement_id or answers.state not in {State.HELD, State.SHOWN}
    ):
        raise BadComment("parent", _("What you answer is not there any more. Reload the page."))
    try:
        with transaction.atomic():
            return _take(publication, author, remark, text, answers)
    except IntegrityError:
        known = Comment.objects.filter(source_id=remark.uri).first()
        if known is None:
            raise
        return known  # another process was first


@transaction.atomic
def edit_elsewhere(comment: Comment, remark: Remark) -> Comment:
    """Follow a change that the author made there; what stood here before is kept as a version.

    Whoever is new, or says something doubtful now, waits for a moderator again. Raises TooLate while somebody
    looks at the comment, and after too many changes; WrongState for one that is gone.
    """
    row = locked(comment.pk)
    _refuse_edit(row)
    newest = row.versions.order_by("-number")[0]
    text = markup.cleaned(remark.text)
    if text == newest.text:
        return row
    if newest.number >= MOST_VERSIONS:
        raise TooLate(_("This comment was edited too often."))
    now, html, judged = timezone.now(), markup.rendered(text), classifier.judge(f"{row.name} {text}")
    likeness = doubts.likeness_of(text)
    Comment.objects.filter(pk=row.pk).update(digest="", shingles=None)  # nothing resembles itself
    found = doubts.doubts_about(_without_handles(text), html, row.name, "", judged, likeness=likeness)
    unlearn_in(row)
    row.digest, row.shingles = likeness.digest, likeness.shingles
    CommentVersion.objects.create(comment=row, number=newest.number + 1, text=text, html=html, at=now)
    row.doubts, row.score, row.edited_at = [list(doubt) for doubt in found], judged.score, now
    level = trust_of(row.commenter).level
    if row.state == State.SHOWN and (
        weighed(row.doubts, level) or mode_for(row.statement_id or 0, row.commenter) != Mode.AFTER
    ):
        row.state, row.doubts = State.HELD, [*row.doubts, ["edited", ""]]
    settle(row)
    event = events.Edited(
        subject=row.subject_name, comment_id=row.pk, version=newest.number + 1, state=row.state
    )
    journal.write(event, by=ELSEWHERE)
    return row


def withdraw_elsewhere(comment: Comment) -> Comment:
    """Take back what its author deleted there."""
    return withdraw(comment, by=ELSEWHERE)


def _take(
    publication: Publication, author: Author, remark: Remark, text: str, answers: Comment | None
) -> Comment:
    commenter = _commenter(author, publication.language)
    if mode_for(publication.statement_id, commenter) == Mode.CLOSED:
        raise Closed(_("Comments are closed here."))
    likeness = doubts.likeness_of(text)
    _refuse_more(publication, commenter, likeness.digest)
    now, html, judged = timezone.now(), markup.rendered(text), classifier.judge(f"{author.name} {text}")
    found = doubts.doubts_about(_without_handles(text), html, author.name, "", judged, likeness=likeness)
    path, depth = place(answers, now)
    row = Comment.objects.create(
        statement_id=publication.statement_id,
        edition=publication.edition.number,
        parent=answers,
        path=path,
        depth=depth,
        commenter=commenter,
        name=commenter.name,
        link=commenter.link,
        language=language.detected(text, remark.language or publication.language),
        source=Source.FEDIVERSE,
        source_id=remark.uri,
        created_at=now,
        digest=likeness.digest,
        shingles=likeness.shingles,
        doubts=[list(doubt) for doubt in found],
        score=judged.score,
    )
    CommentVersion.objects.create(comment=row, number=1, text=text, html=html, at=now)
    decide(row, commenter)
    settle(row)
    event = events.Submitted(subject=row.subject_name, comment_id=row.pk, state=row.state)
    journal.write(event, by=ELSEWHERE)
    return row


def _commenter(author: Author, language: str) -> Commenter:
    """Return who somebody elsewhere is here, with the name that they have there now."""
    link = _link(author.link)
    found = Commenter.objects.select_for_update().filter(origin=author.origin).first()
    if found is None:
        found = new_commenter(
            contact=None, name=author.shown_name, link=link, language=language, origin=author.origin
        )
        found.confirmed_at = timezone.now()
        found.save()
    elif (found.name, found.link) != (author.shown_name, link):
        found.name, found.link = author.shown_name, link
        found.save(update_fields=["name", "link"])
    return found


def _refuse_more(publication: Publication, commenter: Commenter, digest: str) -> None:
    same = commenter.comments.filter(
        statement=publication.statement_id, digest=digest, created_at__gt=timezone.now() - SAME_WITHIN
    )
    if same.exclude(state__in=[State.WITHDRAWN, State.ERASED]).exists():
        raise SaidAlready(_("You have said exactly this here already."))
    if commenter.comments.filter(state=State.HELD)[:MOST_WAITING].count() >= MOST_WAITING:
        raise SaidAlready(_("So many of your comments wait for a moderator that no more are taken now."))


def _refuse_edit(row: Comment) -> None:
    if row.state not in {State.HELD, State.SHOWN} or row.source != Source.FEDIVERSE:
        raise WrongState(_("This comment is gone."))
    if row.freezes.exists() or {Kind.HOLD, Kind.SEAL} & {one.kind for one in active(row)}:
        raise TooLate(_("Somebody reported this comment, so it cannot be edited any more."))


def _without_handles(text: str) -> str:
    """Names of accounts are no addresses that somebody gives away."""
    return _HANDLES.sub("@", text)


def _link(address: str) -> str:
    try:
        return links.checked(address)
    except BadComment:
        return ""
