# SPDX-License-Identifier: Apache-2.0
"""The board, what is entered by telephone, the library of answers, and how inquiries are answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.people.models import Organisation
from onrecord.people.roles import Right
from onrecord.press.desk.guards import for_writers, me
from onrecord.press.errors import PressError
from onrecord.press.inquiries import entering, figures, searching
from onrecord.press.inquiries.actions import answering, policies, receiving
from onrecord.press.inquiries.desk import finding
from onrecord.press.inquiries.desk.finding import Wanted
from onrecord.press.inquiries.desk.forms import InquiryForm, PolicyForm
from onrecord.press.inquiries.errors import BadInquiry
from onrecord.press.inquiries.mails import deadline_in_words
from onrecord.press.inquiries.needs import SOON
from onrecord.press.models import (
    Inquiry,
    InquiryKind,
    InquiryMessage,
    InquiryPolicy,
    InquiryState,
    MessageKind,
    SignOff,
)
from onrecord.press.models.inquiries import OPEN
from onrecord.statements.pages.site import Site

MOST_ANSWERS = 20


@for_writers
def inquiries(request: HttpRequest) -> HttpResponse:
    """List inquiries in order of deadline: all that are open, those of a state, those that a search finds."""
    wanted = Wanted.of(request.GET.dict())
    page = finding.page_of(wanted, request.GET.get("after", ""))
    counted = finding.counts()
    site, language, now = Site.current(), get_language() or "en", timezone.now()
    context = {
        "rows": [_row(row, site, language, now) for row in page.rows],
        "next": _address(wanted, after=page.after) if page.after else "",
        "wanted": wanted,
        "tabs": _tabs(wanted, counted),
        "kinds": InquiryKind.choices,
        "languages": Organisation.current().languages,
        "officers": list(finding.officers()),
        "filtered": any((wanted.owner, wanted.kind, wanted.outlet, wanted.language, wanted.query)),
        "section": "inquiries",
    }
    return render(request, "press/inquiries/board.html", context)


@for_writers
def add(request: HttpRequest) -> HttpResponse:
    """Enter what somebody asked on the telephone."""
    form = InquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = entering.read(form.entered, form.cleaned_data["language"], needs_address=False)
            row = receiving.enter(asked, by=me(request))
        except BadInquiry as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("%(reference)s is yours.") % {"reference": row.reference})
            return redirect("inquiry", pk=row.pk)
    return render(request, "press/inquiries/add.html", {"form": form, "section": "inquiries"})


@for_writers
def answers(request: HttpRequest) -> HttpResponse:
    """Show earlier answers: those that a search finds, otherwise those to be used again."""
    asked = request.GET.get("q", "").strip()[:200]
    rows = found_answers(asked, MOST_ANSWERS)
    return render(request, "press/inquiries/answers.html", {"rows": rows, "q": asked, "section": "answers"})


@for_writers
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an answer as one to be used again, or no longer."""
    message = get_object_or_404(InquiryMessage.objects.select_related("inquiry"), pk=pk)
    reusable = request.POST.get("reusable") == "yes"
    try:
        answering.mark_answer(message, reusable=reusable, by=me(request))
    except PressError as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("back") == "answers":
        return redirect("inquiry_answers")
    return redirect("inquiry", pk=message.inquiry_id)


@for_writers
def settings(request: HttpRequest) -> HttpResponse:
    """Say who signs off, and what is shown of response times. Writers look, editors change."""
    policy, user = InquiryPolicy.current(), me(request)
    initial = {"sign_off": policy.sign_off, "show_response_time": policy.show_response_time}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        policies.set_policy(
            SignOff(chosen["sign_off"]), show_response_time=chosen["show_response_time"], by=user
        )
        messages.success(request, _("Saved."))
        return redirect("inquiry_settings")
    time = figures.response_time(timezone.now())
    context = {
        "form": form,
        "may_change": user.may(Right.APPROVE),
        "time": figures.in_words(time) if time else "",
        "section": "settings",
    }
    return render(request, "press/inquiries/settings.html", context)


def found_answers(asked: str, most: int) -> list[InquiryMessage]:
    """Return earlier answers that have all words, those to be used again first; without words only these."""
    rows = InquiryMessage.objects.filter(kind=MessageKind.ANSWER).select_related("inquiry")
    found = searching.find(asked, flag=searching.ANSWERED)
    if found is None:
        return list(rows.filter(reusable=True).order_by("-pk")[:most])
    order = {pk: place for place, pk in enumerate(found)}
    hits = sorted(
        rows.filter(inquiry__in=found[: most * 3]),
        key=lambda one: (not one.reusable, order[one.inquiry_id], -one.pk),
    )
    return hits[:most]


def _row(row: Inquiry, site: Site, language: str, now: datetime) -> dict[str, object]:
    open_until = row.deadline_at if row.is_open else None
    return {
        "row": row,
        "when": deadline_in_words(site, row, language),
        "late": open_until is not None and open_until <= now,
        "soon": open_until is not None and now < open_until <= now + SOON,
        "asked": row.subject_line or getattr(row, "asked", None) or "",
    }


def _tabs(wanted: Wanted, counted: dict[str, int]) -> list[dict[str, object]]:
    tabs = [(finding.EVERYTHING_OPEN, _("All open"), sum(counted.get(state, 0) for state in OPEN))]
    tabs += [(state.value, str(state.label), counted.get(state.value, 0)) for state in InquiryState]
    return [
        {
            "label": label,
            "count": count,
            "here": wanted.state == state,
            "url": _address(wanted, state=state),
            "counted": state != InquiryState.CLOSED,
        }
        for state, label, count in tabs
    ]


def _address(wanted: Wanted, **changes: str) -> str:
    values = asdict(wanted)
    values["q"] = values.pop("query")
    values |= changes
    return "?" + urlencode({name: value for name, value in values.items() if value})
