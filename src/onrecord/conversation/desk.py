# SPDX-License-Identifier: Apache-2.0
"""The screens about comments: those under one statement, and how comments are taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_denied

from onrecord.conversation import actions, doubts, forms
from onrecord.conversation.errors import ConversationError
from onrecord.conversation.models import Comment, HoldWord, Mode, Policy, State, StatementPolicy
from onrecord.conversation.questions import content_of
from onrecord.conversation.trust import mode_for, trust_of
from onrecord.delivery import mail
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.statements.models import Publication

View = Callable[..., HttpResponse]
PER_SCREEN = 50


def for_moderators(view: View) -> View:
    """Let in who moderates."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User) or not request.user.may(Right.MODERATE):
            refusal: HttpResponse = permission_denied(request)
            return refusal
        return view(request, *args, **kwargs)

    return answer


@for_moderators
def comments(request: HttpRequest) -> HttpResponse:
    """Show the newest comments, of one statement or of all, and those before.

    Not what nobody has confirmed: perhaps somebody wrote it in another's name, who was promised that nobody
    reads it.
    """
    statement = _number(request.GET.get("statement", ""))
    rows = Comment.objects.exclude(state=State.UNCONFIRMED).select_related("commenter").order_by("-pk")
    publication = None
    if statement is not None:
        publication = get_object_or_404(Publication.objects.select_related("edition"), statement=statement)
        rows = rows.filter(statement=statement)
    before = _number(request.GET.get("before", ""))
    found = list((rows.filter(pk__lt=before) if before else rows)[: PER_SCREEN + 1])
    listed = found[:PER_SCREEN]
    titles = _titles(listed)
    context = {
        "rows": [_row(comment, titles) for comment in listed],
        "before": listed[-1].pk if len(found) > PER_SCREEN else None,
        "publication": publication,
        "title": publication.edition.data["title"] if publication else "",
        "mode": mode_for(publication.statement_id).label if publication else "",
        "relay": mail.relay() is not None,
    }
    return render(request, "conversation/comments.html", context)


@for_moderators
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a comment be shown that waits."""
    comment = get_object_or_404(Comment, pk=pk)
    assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
    try:
        actions.approve(comment, by=request.user)
    except ConversationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The comment is shown."))
    answer = redirect("comments")
    if comment.statement_id and request.POST.get("statement"):
        answer["Location"] += f"?statement={comment.statement_id}"
    return answer


@for_moderators
def policy(request: HttpRequest) -> HttpResponse:
    """Say how comments are taken, and with which words they wait."""
    row = Policy.objects.filter(pk=Policy.ONLY).first() or Policy()
    written = "\n".join(HoldWord.objects.order_by("written").values_list("written", flat=True))
    initial = {
        "mode": row.mode,
        "mode_elsewhere": row.mode_elsewhere,
        "close_after_days": row.close_after_days,
        "hold_words": written,
    }
    form = forms.PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
        days = form.cleaned_data["close_after_days"]
        elsewhere = Mode(form.cleaned_data["mode_elsewhere"] or Mode.AFTER)
        actions.set_policy(Mode(form.cleaned_data["mode"]), days, elsewhere=elsewhere, by=request.user)
        actions.set_hold_words(form.cleaned_data["hold_words"].splitlines(), by=request.user)
        messages.success(request, _("Saved. Pages follow within a minute; a large archive takes longer."))
        return redirect("comments_policy")
    return render(request, "conversation/policy.html", {"form": form, "relay": mail.relay() is not None})


@for_moderators
def statement_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is different for one statement."""
    publication = get_object_or_404(Publication.objects.select_related("edition", "statement"), statement=pk)
    row = StatementPolicy.objects.filter(statement=pk).first()
    initial = {"mode": row.mode if row else "", "stays_open": row.stays_open if row else False}
    form = forms.StatementPolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
        mode = form.cleaned_data["mode"]
        actions.set_statement_policy(
            publication.statement,
            Mode(mode) if mode else None,
            stays_open=form.cleaned_data["stays_open"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        answer = redirect("comments")
        answer["Location"] += f"?statement={pk}"
        return answer
    context = {"form": form, "title": publication.edition.data["title"], "statement": pk}
    return render(request, "conversation/statement_policy.html", context)


def _row(comment: Comment, titles: dict[int, str]) -> dict[str, object]:
    ended = comment.state in {State.WITHDRAWN, State.ERASED}  # what is left is for those who hear the case
    return {
        "comment": comment,
        "html": "" if ended else content_of(comment).html,
        "title": titles.get(comment.statement_id or 0, ""),
        "doubts": doubts.sentences(comment.doubts),
        "trust": trust_of(comment.commenter).sentence(),
        "waits": comment.state == "held",
    }


def _titles(listed: list[Comment]) -> dict[int, str]:
    rows = Publication.objects.filter(statement__in={comment.statement_id for comment in listed})
    return {row.statement_id: str(row.edition.data["title"]) for row in rows.select_related("edition")}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
