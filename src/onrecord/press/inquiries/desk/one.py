# SPDX-License-Identifier: Apache-2.0
"""One inquiry: what was said, the draft, and a button for each thing that may be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onrecord.delivery import mail
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.desk.guards import for_writers, me
from onrecord.press.errors import PressError
from onrecord.press.inquiries import sending
from onrecord.press.inquiries.actions import answering, keeping, working
from onrecord.press.inquiries.desk import finding
from onrecord.press.inquiries.desk.board import found_answers
from onrecord.press.inquiries.errors import DraftChanged
from onrecord.press.inquiries.mails import deadline_in_words
from onrecord.press.models import (
    CoverageState,
    Inquiry,
    InquiryFile,
    InquiryMessage,
    InquiryState,
    Journalist,
    MessageKind,
    Outcome,
)
from onrecord.press.models.inquiries import IN_HAND
from onrecord.statements.models import Spokesperson
from onrecord.statements.pages.site import Site

SHOWN_ANSWERS = 6
MOST_SAID = 200


@for_writers
@require_safe
def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an inquiry with everything that was said."""
    return _page(request, _row(pk))


@for_writers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Do what a button says, and show the inquiry again."""
    row, do = _row(pk), DEEDS.get(deed)
    if do is None:
        messages.error(request, _("There is no such button any more."))
        return redirect("inquiry", pk=pk)
    try:
        answer = do(request, row)
    except DraftChanged as refusal:
        messages.error(request, str(refusal))
        return _page(request, _row(pk), mine=request.POST.get("draft", ""), status=409)
    except PressError as refusal:
        messages.error(request, str(refusal))
        return redirect("inquiry", pk=pk)
    return answer or redirect("inquiry", pk=pk)


@for_writers
@require_safe
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Hand out a file that came by mail: to be saved, never shown by the browser."""
    row = get_object_or_404(InquiryFile, pk=number, message__inquiry=pk)
    answer = HttpResponse(bytes(row.body), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(row.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _take(request: HttpRequest, row: Inquiry) -> None:
    working.take(row, by=me(request))
    messages.success(request, _("It is yours."))


def _hand_over(request: HttpRequest, row: Inquiry) -> None:
    person = get_object_or_404(User, pk=_number(request.POST.get("person")))
    seen = _number(request.POST.get("seen_owner")) or None
    working.hand_over(row, person, seen_owner=seen, by=me(request))
    messages.success(request, _("%(name)s has it now.") % {"name": person})


def _ask_spokesperson(request: HttpRequest, row: Inquiry) -> None:
    person = get_object_or_404(Spokesperson, pk=_number(request.POST.get("spokesperson")))
    working.ask_spokesperson(row, person, by=me(request))
    messages.success(request, _("It waits for %(name)s.") % {"name": person.name})


def _note(request: HttpRequest, row: Inquiry) -> None:
    working.note(row, request.POST.get("note", ""), by=me(request))


def _draft(request: HttpRequest, row: Inquiry) -> HttpResponse | None:
    """Save the draft, and then look for answers, insert one, ask for sign-off or send, as the button says."""
    user, text, then = me(request), request.POST.get("draft", ""), request.POST.get("then", "")
    inserted = _number(request.POST.get("insert"))
    if inserted:
        earlier = get_object_or_404(InquiryMessage, pk=inserted, kind=MessageKind.ANSWER)
        text = f"{text.rstrip()}\n\n{earlier.text}".strip()
    row = working.save_draft(row, text, seen=_number(request.POST.get("seen")), by=user)
    if then == "look":
        words = request.POST.get("library", "").strip()[:200]
        answer = redirect("inquiry", pk=row.pk)
        answer["Location"] += f"?{_query(words)}#library"
        return answer
    if then == "sign-off":
        working.ask_sign_off(row, by=user)
        messages.success(request, _("It waits for a colleague to sign it off."))
    elif then == "send":
        _send(request, row)
    elif inserted:
        messages.success(request, _("Inserted at the end of the draft."))
    else:
        messages.success(request, _("Saved."))
    return None


def _sign_off(request: HttpRequest, row: Inquiry) -> None:
    working.sign_off(row, seen=_number(request.POST.get("seen")), by=me(request))
    if request.POST.get("then") == "send":
        _send(request, row)
    else:
        messages.success(request, _("Signed off. It can be sent."))


def _send_back(request: HttpRequest, row: Inquiry) -> None:
    working.send_back(row, request.POST.get("note", ""), by=me(request))
    messages.success(request, _("Sent back."))


def _send(request: HttpRequest, row: Inquiry) -> None:
    answering.send_answer(row, seen=row.draft_number, by=me(request))
    messages.success(request, _("The answer goes out now."))


def _send_seen(request: HttpRequest, row: Inquiry) -> None:
    answering.send_answer(row, seen=_number(request.POST.get("seen")), by=me(request))
    messages.success(request, _("The answer goes out now."))


def _close(request: HttpRequest, row: Inquiry) -> None:
    outcome = request.POST.get("outcome", "")
    chosen = Outcome(outcome) if outcome in Outcome.values else Outcome.ANSWERED
    answering.close(row, chosen, reason=request.POST.get("reason", ""), by=me(request))
    messages.success(request, _("Closed."))


def _reopen(request: HttpRequest, row: Inquiry) -> None:
    answering.reopen(row, by=me(request))


def _publish(request: HttpRequest, row: Inquiry) -> HttpResponse:
    statement = answering.publish_answer(row, by=me(request))
    messages.success(
        request, _("A statement is begun, without whoever asked. Read every word before you submit it.")
    )
    return redirect("statements:edit", statement.pk)


def _erase(request: HttpRequest, row: Inquiry) -> None:
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box to say that you are sure."))
        return
    keeping.erase(row, by=me(request).as_actor())
    messages.success(request, _("Erased. What is counted stays."))


DEEDS: Mapping[str, Callable[[HttpRequest, Inquiry], HttpResponse | None]] = {
    "take": _take,
    "hand-over": _hand_over,
    "spokesperson": _ask_spokesperson,
    "note": _note,
    "draft": _draft,
    "sign-off": _sign_off,
    "send-back": _send_back,
    "send": _send_seen,
    "close": _close,
    "reopen": _reopen,
    "publish": _publish,
    "erase": _erase,
}


def _row(pk: int) -> Inquiry:
    rows = Inquiry.objects.select_related(
        "contact", "owner", "about", "spokesperson", "signed_off_by", "published_as"
    )
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, row: Inquiry, *, mine: str = "", status: int = 200) -> HttpResponse:
    user, asked = me(request), request.GET.get("library", "").strip()[:200]
    wrote = row.writers.filter(pk=user.pk).exists()
    officers = list(finding.officers())
    needs_second = working.needs_sign_off(row)
    context: dict[str, Any] = {
        "row": row,
        "when": deadline_in_words(Site.current(), row, get_language() or "en"),
        "said": _said(row),
        "told": _carried(row),
        "journalist": Journalist.objects.filter(contact=row.contact).first() if row.contact_id else None,
        "officers": officers,
        "spokespeople": list(Spokesperson.objects.order_by("name")[:200]),
        "writers": list(row.writers.order_by("name")),
        "in_hand": row.state in IN_HAND,
        "free": row.owner_id is None and row.state in (InquiryState.HELD, InquiryState.NEW),
        "over": row.state in (InquiryState.ANSWERED, InquiryState.CLOSED),
        "closed": row.state == InquiryState.CLOSED,
        "needs_sign_off": needs_second,
        "may_send": not needs_second or row.is_signed_off,
        "may_sign_off": bool(row.draft) and (not wrote or len(officers) == 1) and not row.is_signed_off,
        "outcomes": _outcomes(row),
        "covered": row.coverage.exclude(state=CoverageState.REFUSED).order_by("-day", "-pk")[:20],
        "answers": found_answers(asked, SHOWN_ANSWERS) if row.state in IN_HAND else [],
        "library": asked,
        "mine": mine,
        "may_change_policy": user.may(Right.APPROVE),
        "relay": mail.relay() is not None,
        "section": "inquiries",
    }
    return render(request, "press/inquiries/inquiry.html", context, status=status)


def _said(row: Inquiry) -> list[dict[str, Any]]:
    """Return what was said, the newest last, each with what became of its mail."""
    rows = row.messages.select_related("author").order_by("-pk")[:MOST_SAID]
    carried = sending.deliveries_of(row)
    files: dict[int, list[InquiryFile]] = {}
    for one in InquiryFile.objects.filter(message__inquiry=row.pk).defer("body").order_by("pk"):
        files.setdefault(one.message_id, []).append(one)
    return [
        {"message": one, "delivery": carried.get(one.distribution_id or 0), "files": files.get(one.pk, [])}
        for one in reversed(rows)
    ]


def _carried(row: Inquiry) -> list[Any]:
    carried = sending.deliveries_of(row)
    return [
        carried[one.distribution_id] for one in row.receipts.order_by("pk") if one.distribution_id in carried
    ]


def _outcomes(row: Inquiry) -> list[tuple[str, str]]:
    offered = [Outcome.DECLINED, Outcome.NO_ANSWER, Outcome.WITHDRAWN, Outcome.NONE]
    if row.answered_at is not None:
        offered.insert(0, Outcome.ANSWERED)
    return [(one.value, str(one.label)) for one in offered]


def _attachment(name: str) -> str:
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._- ") else "_" for one in name)
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}"


def _query(words: str) -> str:
    return urlencode({"library": words})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
