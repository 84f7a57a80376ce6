# SPDX-License-Identifier: Apache-2.0
"""What is somebody's own: the link in their mails opens it. Looking changes nothing; buttons do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.conversation import actions, doors, exports
from onrecord.conversation.errors import BadComment, Closed, NoSuchDoor, TooLate, WrongState
from onrecord.conversation.models import Appearance, Comment, Commenter, State
from onrecord.conversation.pages import threads
from onrecord.conversation.questions import content_of
from onrecord.conversation.views import answering
from onrecord.statements.answering import private, site_now
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

SHOWN = 100
"""Comments that the page lists; the file has all."""


# The secret in the address is the key; a foreign page does not know it, so it has nothing to forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def mine(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what is somebody's, with buttons to confirm, edit, withdraw, stop mail and erase."""
    return _behind(secret, lambda site, row: _mine(request, site, row, secret))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def edit(request: HttpRequest, secret: str, pk: int) -> HttpResponse:
    """Show a comment to be edited; POST changes it."""

    def answer(site: Site, row: Commenter) -> HttpResponse:
        comment = row.comments.filter(pk=pk).first()
        if comment is None:
            raise NoSuchDoor(_("This comment is not yours, or it is gone."))
        text, error = request.POST.get("text", "")[:20_000], ""
        if request.method == "POST":
            try:
                actions.edit(comment, text)
            except (TooLate, BadComment) as refused:
                error = str(refused)
            except Comment.DoesNotExist as gone:
                raise NoSuchDoor(_("This comment is not yours, or it is gone.")) from gone
            else:
                return _listed(site, row, secret, notice=_("Changed. What stood there before is kept."))
        context: dict[str, Any] = {
            "here": f"{doors.PREFIX}{secret}/",
            "comment": comment,
            "text": text or content_of(comment).text,
            "error": error or actions.why_not_edit(comment),
        }
        return answering.page("comment_edit.html", site, _spoken(site, row), _("Edit"), **context)

    return _behind(secret, answer)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def replies(request: HttpRequest, secret: str) -> HttpResponse:
    """End mail about answers: GET shows a button; POST acts, also for mail programs (RFC 8058)."""

    def answer(site: Site, row: Commenter) -> HttpResponse:
        if request.method == "POST":
            actions.stop_replies(row)
            row.refresh_from_db()
            return _listed(site, row, secret, notice=_("No more mail about answers."))
        here = f"{doors.PREFIX}{secret}/"
        return answering.page(
            "comment_replies.html", site, _spoken(site, row), _("Mail about answers"), here=here
        )

    return _behind(secret, answer)


@require_safe
@private
def data(request: HttpRequest, secret: str) -> HttpResponse:
    """Give somebody everything that is kept about them, as JSON."""

    def answer(site: Site, row: Commenter) -> HttpResponse:
        body = json.dumps(exports.about(row), ensure_ascii=False, indent=2)
        response = HttpResponse(body, "application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="comments.json"'
        return response

    return _behind(secret, answer)


def _mine(request: HttpRequest, site: Site, row: Commenter, secret: str) -> HttpResponse:
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    if deed == "erase" and request.POST.get("sure") == "yes":
        return _erased(site, row)
    if deed in {"remember", "forget"}:
        return _with_cookie(request, _listed(site, row, secret, notice=_told(deed)), row, deed)
    notice, error = "", ""
    try:
        notice = _do(deed, row, request.POST.get("comment", ""))
    except (Closed, WrongState, TooLate) as refused:
        error = str(refused)
    except Comment.DoesNotExist:  # deleted since it was looked for, as by a second press of the button
        error = _("This comment is not yours, or it is gone.")
    row.refresh_from_db()
    return _listed(site, row, secret, notice=notice, error=error)


def _do(deed: str, row: Commenter, number: str) -> str:
    """Do what a button says; return what is to be told of it."""
    if deed == "resume_replies":
        actions.resume_replies(row)
        return _("You are told of answers again.")
    if deed not in {"confirm", "disown", "withdraw"} or not number.isascii() or not number.isdigit():
        return ""
    comment = row.comments.filter(pk=int(number[:18])).first()
    if comment is None:
        raise WrongState(_("This comment is not yours, or it is gone."))
    if deed == "confirm":
        confirmed = actions.confirm(comment)
        if confirmed.state == State.SHOWN:
            return _("Confirmed. It can be read within seconds.")
        return _("Confirmed. A moderator looks at it before it is shown.")
    if deed == "disown":
        actions.disown(comment)
        return _("Deleted. Nobody has read it.")
    actions.withdraw(comment)
    return _("Withdrawn. Its text is gone; its place stays.")


def _erased(site: Site, row: Commenter) -> HttpResponse:
    language, kept = _spoken(site, row), actions.kept_of(row)
    try:
        actions.erase(row)
    except (WrongState, Commenter.DoesNotExist) as gone:  # by a second press of the button
        raise NoSuchDoor(_("This link opens nothing any more.")) from gone
    text = _("Your address, your name and your words are gone. Your comments are marks in their places.")
    for keep in kept:
        until = f" ({keep.until:%Y-%m-%d})" if keep.until else ""
        text += f" {keep.reason}{until}"
    response = answering.said(site, language, _("Erased"), text)
    response.delete_cookie(doors.COOKIE, path=doors.COOKIE_PATH, samesite="Strict")
    return response


def _told(deed: str) -> str:
    if deed == "remember":
        return _("This browser knows you now: with this address, comments from it need no mail.")
    return _("No browser knows you any more.")


def _with_cookie(request: HttpRequest, response: HttpResponse, row: Commenter, deed: str) -> HttpResponse:
    """Let this browser know somebody, or no browser any more. Only who asks for it gets the cookie."""
    if deed == "remember":
        response.set_cookie(
            doors.COOKIE,
            doors.cookie_for(row),
            max_age=doors.COOKIE_SECONDS,
            path=doors.COOKIE_PATH,
            secure=request.is_secure(),
            httponly=True,
            samesite="Strict",
        )
    else:
        actions.forget_browsers(row)
        response.delete_cookie(doors.COOKIE, path=doors.COOKIE_PATH, samesite="Strict")
    return response


def _listed(site: Site, row: Commenter, secret: str, *, notice: str = "", error: str = "") -> HttpResponse:
    comments = list(row.comments.order_by("-pk")[:SHOWN])
    titles = {
        publication.statement_id: str(publication.edition.data["title"])
        for publication in Publication.objects.filter(
            statement__in={comment.statement_id for comment in comments}
        ).select_related("edition")
    }
    context: dict[str, Any] = {
        "here": f"{doors.PREFIX}{secret}/",
        "row": row,
        "address": row.contact.address if row.contact else "",
        "waiting": [_shown(one, titles) for one in comments if one.state == State.UNCONFIRMED],
        "others": [_shown(one, titles) for one in comments if one.state != State.UNCONFIRMED],
        "notice": notice,
        "error": error,
    }
    title = _("Is this comment yours?") if context["waiting"] else _("Your comments")
    return answering.page(
        "comments_mine.html", site, _spoken(site, row), title, status=409 if error else 200, **context
    )


def _shown(comment: Comment, titles: dict[int, str]) -> dict[str, object]:
    public = comment.appearance != Appearance.ABSENT and comment.statement_id in titles
    return {
        "pk": comment.pk,
        "name": comment.name,
        "title": titles.get(comment.statement_id or 0, ""),
        "html": content_of(comment).html,
        "state": State(comment.state).label,
        "ended": comment.state in {State.WITHDRAWN, State.ERASED},
        "at": comment.created_at,
        "path": threads.address_of(comment) if public else "",
        "editable": not actions.why_not_edit(comment),
    }


def _behind(secret: str, answer: Callable[[Site, Commenter], HttpResponse]) -> HttpResponse:
    site = site_now()
    try:
        row = doors.behind(secret)
        with translation.override(_spoken(site, row)):
            return answer(site, row)
    except NoSuchDoor as error:
        title = _("This link opens nothing")
        return answering.said(site, site.default_language, title, str(error), status=404)


def _spoken(site: Site, row: Commenter) -> str:
    return row.language if row.language in site.languages else site.default_language
