# SPDX-License-Identifier: Apache-2.0
"""What journalists do: ask, and look after what they asked. No account, no cookie, no script needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.delivery import mail
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Guard, Limits
from onrecord.people.validators import known_time_zones
from onrecord.press.errors import NoSuchDoor
from onrecord.press.inquiries import doors, entering, exports, mails
from onrecord.press.inquiries.actions import keeping, receiving
from onrecord.press.inquiries.errors import BadInquiry, WrongState
from onrecord.press.models import Inquiry, InquiryKind, InquiryState, MessageKind, Origin, Outcome, Terms
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.models import Publication
from onrecord.statements.pages import templates
from onrecord.statements.pages.site import Site

SECTION = "press"
GUARD = Guard("inquiry", Limits(network=60, address=20))
MESSAGES = Guard("inquiry-message", Limits(network=60, address=30))
LONGEST_MESSAGE = entering.LONGEST["text"]
templates.add_folder(Path(__file__).resolve().parent.parent / "site_templates")


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form of an inquiry, and take it."""
    site = site_now()
    sent = request.POST if request.method == "POST" else request.GET
    language = language_of(site, sent.get("language", ""))
    entered = entering.given({name: sent.get(name, "") for name in entering.FIELDS})
    with translation.override(language):
        if request.method != "POST":
            return _form(site, language, entered)
        return _taken(request, site, language, entered)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def own_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an inquiry to whoever sent it; looking changes nothing, buttons do."""
    return _behind(secret, lambda site, row: _own_page(request, site, row, secret))


@require_safe
@private
def data(request: HttpRequest, secret: str) -> HttpResponse:
    """Give whoever sent an inquiry everything that is kept of it, as JSON."""

    def answer(site: Site, row: Inquiry) -> HttpResponse:
        body = json.dumps(exports.about(row), ensure_ascii=False, indent=2)
        response = HttpResponse(body, "application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="inquiry.json"'
        return response

    return _behind(secret, answer)


def _taken(request: HttpRequest, site: Site, language: str, entered: dict[str, str]) -> HttpResponse:
    try:
        asked = entering.read(entered, language)
    except BadInquiry as error:
        return _form(site, language, entered, errors={error.field: str(error)}, status=422)
    try:
        GUARD.admit(request.POST, reader=request.META.get("REMOTE_ADDR", ""), address=asked.address)
    except Trapped:
        return _thanks(site, language, None)
    except ReadFirst as error:
        return _form(site, language, entered, notice=str(error))
    except SentAlready as error:
        return answering.said(site, language, _("Sent already"), str(error), section=SECTION, status=409)
    except TooOften as error:
        return answering.said(site, language, _("Later, please"), str(error), section=SECTION, status=429)
    return _thanks(site, language, receiving.ask(asked, Origin.FORM))


def _thanks(site: Site, language: str, row: Inquiry | None) -> HttpResponse:
    """Say that it came in. Without a relay the link, which would come by mail, is shown here."""
    text = _("Your inquiry is with the press office.")
    if mail.relay() is not None:
        more = _(
            "A mail with a link goes to your address: there you see how far it is, add something, or "
            "withdraw it. If nothing comes within some minutes, look among unwanted mail."
        )
        link = None
    else:
        more = _("No mail goes out from here at present. Keep this link: it opens your inquiry.")
        link = (_("Your inquiry"), doors.path_of(row)) if row else None
    number = _("On the telephone, say %(reference)s.") % {"reference": row.reference} if row else ""
    whole = " ".join(filter(None, (text, number, more)))
    return answering.said(site, language, _("Thank you"), whole, section=SECTION, link=link)


def _form(
    site: Site,
    language: str,
    entered: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    publication = Publication.objects.filter(path=entered["about"]).select_related("edition").first()
    zones = sorted(known_time_zones())
    context: dict[str, Any] = {
        "given": {**entered, "deadline_zone": entered["deadline_zone"] or site.zone},
        "errors": errors or {},
        "notice": notice,
        "kinds": InquiryKind.choices,
        "terms": Terms.choices,
        "zones": zones,
        "chosen_zone": entered["deadline_zone"] in zones,
        "statement": publication.edition.data["title"] if publication else "",
        "longest": entering.LONGEST,
        "ticket": GUARD.ticket(),
    }
    title = _("Ask the press office")
    return answering.page(
        "inquiry_form.html", site, language, title, section=SECTION, status=status, **context
    )


def _own_page(request: HttpRequest, site: Site, row: Inquiry, secret: str) -> HttpResponse:
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    notice, error, status = "", "", 200
    if deed == "erase" and request.POST.get("sure") == "yes":
        language = language_of(site, row.language)
        keeping.erase(row)
        text = _("Your inquiry is erased, with all that was said. What is counted stays.")
        return answering.said(site, language, _("Erased"), text, section=SECTION)
    try:
        notice = _done(request, row, deed)
    except (WrongState, BadInquiry, TooOften, SentAlready) as refused:
        error, status = str(refused), 429 if isinstance(refused, TooOften) else 409
    except ReadFirst as refused:
        error = str(refused)
    row.refresh_from_db()
    return _shown(
        site, row, secret, notice=notice, error=error, status=status, text=request.POST.get("text", "")
    )


def _done(request: HttpRequest, row: Inquiry, deed: str) -> str:
    """Do what a button says; return what is to be told of it."""
    if deed == "confirm":
        receiving.confirm(row)
        return _("Confirmed. The press office sees it now.")
    if deed == "withdraw":
        receiving.withdraw(row)
        return _("Withdrawn. Nobody works on it any more.")
    if deed == "say":
        text = request.POST.get("text", "").strip()
        if not 2 <= len(text) <= LONGEST_MESSAGE:
            message = _("Write at most %(count)d characters.") % {"count": LONGEST_MESSAGE}
            raise BadInquiry("text", message)
        try:
            MESSAGES.admit(request.POST, reader=request.META.get("REMOTE_ADDR", ""), about=row.reference)
        except Trapped:
            return _("Sent.")
        receiving.go_on(row, text, Origin.PAGE)
        return _("Sent.")
    return ""


def _shown(
    site: Site, row: Inquiry, secret: str, *, notice: str, error: str, status: int, text: str
) -> HttpResponse:
    language = language_of(site, row.language)
    published = getattr(row.published_as, "publication", None) if row.published_as else None
    about = getattr(row.about, "publication", None) if row.about else None
    context: dict[str, Any] = {
        "row": row,
        "here": f"{doors.PREFIX}{secret}/",
        "state": state_in_words(row),
        "deadline": mails.deadline_in_words(site, row, language),
        "said": row.messages.exclude(kind=MessageKind.NOTE).select_related("author").order_by("pk"),
        "about": about,
        "published": published,
        "notice": notice,
        "error": error,
        "text": "" if notice else text[:LONGEST_MESSAGE],
        "closed": row.state == InquiryState.CLOSED,
        "longest": LONGEST_MESSAGE,
        "ticket": MESSAGES.ticket(row.reference),
    }
    title = _("Inquiry %(reference)s") % {"reference": row.reference}
    return answering.page(
        "inquiry_own.html", site, language, title, section=SECTION, status=status, **context
    )


def state_in_words(row: Inquiry) -> str:
    """Return how far an inquiry is, for whoever sent it, in the language at hand."""
    owner = str(row.owner) if row.owner else ""
    if row.state == InquiryState.CLOSED:
        return {
            Outcome.ANSWERED: _("Answered and closed."),
            Outcome.DECLINED: _("We cannot give you an answer."),
            Outcome.NO_ANSWER: _("Closed without an answer. We were too late, and are sorry."),
            Outcome.WITHDRAWN: _("You have withdrawn it."),
        }.get(Outcome(row.outcome), _("Closed."))
    return {
        InquiryState.HELD: _("Not confirmed yet: until you do, nobody works on it."),
        InquiryState.NEW: _("Received. Nobody has taken it yet."),
        InquiryState.TAKEN: _("%(owner)s works on it."),
        InquiryState.SPOKESPERSON: _("%(owner)s has asked a spokesperson."),
        InquiryState.SIGN_OFF: _("%(owner)s has drafted an answer, which a colleague reads now."),
        InquiryState.ANSWERED: _("Answered."),
    }[InquiryState(row.state)] % {"owner": owner}


def _behind(secret: str, answer: Callable[[Site, Inquiry], HttpResponse]) -> HttpResponse:
    site = site_now()
    try:
        row = doors.behind(secret)
        with translation.override(language_of(site, row.language)):
            return answer(site, row)
    except NoSuchDoor as error:
        language = site.default_language
        with translation.override(language):
            title = _("This link opens nothing")
        return answering.said(site, language, title, str(error), section=SECTION, status=404)
