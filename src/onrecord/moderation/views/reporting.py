# SPDX-License-Identifier: Apache-2.0
"""The form with which anybody reports something, and a report behind its link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onrecord.delivery import mail
from onrecord.moderation import actions, doors, items
from onrecord.moderation.actions import Notification
from onrecord.moderation.actions.reporting import LONGEST, LONGEST_ADDRESS, LONGEST_NAME, withdraw
from onrecord.moderation.categories import REPORTABLE
from onrecord.moderation.errors import BadReport, NoSuchDoor, NoSuchItem, WrongState
from onrecord.moderation.errors import TooOften as NotHeard
from onrecord.moderation.items import Item
from onrecord.moderation.models import Report, ReportState
from onrecord.moderation.views.answers import page, said
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Guard, Limits
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.pages.site import Site

GUARD = Guard("report", Limits(network=30, address=10))


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, filled in with `?url=`, and take what is sent."""
    site = site_now()
    asked = request.POST.get("language") or request.GET.get("language", "")
    found = None if asked else _found(request.GET.get("url", "")[:500])
    language = language_of(site, found.language if found else asked)
    with translation.override(language):
        if request.method != "POST":
            return _form(site, language, Notification(request.GET.get("url", "")[:500], "", ""))
        return _sent(request, site, language, _notification(request))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def status(request: HttpRequest, secret: str) -> HttpResponse:
    """Show how far a report has come; confirm it or take it back, on POST alone."""
    site = site_now()
    try:
        row = doors.report_behind(secret)
    except NoSuchDoor as error:
        with translation.override(site.default_language):
            return said(site, site.default_language, _("This link opens nothing"), str(error), status=404)
    language = language_of(site, row.language)
    with translation.override(language):
        try:
            if request.method == "POST":
                row = _do(request.POST.get("deed", ""), row)
        except (WrongState, NoSuchItem) as refused:
            return _status(site, language, row, secret, error=str(refused), code=409)
        return _status(site, language, row, secret, error="", code=200)


def _do(deed: str, row: Report) -> Report:
    if deed == "confirm":
        return actions.confirm(row)
    if deed == "withdraw":
        return withdraw(row)
    return row


def _status(site: Site, language: str, row: Report, secret: str, *, error: str, code: int) -> HttpResponse:
    notices = list(row.notices.select_related("decision").order_by("pk"))
    titles = {
        "unconfirmed": _("Confirm your report"),
        "expired": _("This report was not confirmed"),
        "withdrawn": _("You have taken this report back"),
        "answered": _("Your report is answered"),
    }
    return page(
        "report_status.html",
        site,
        language,
        titles.get(row.state, _("We are looking at your report")),
        status=code,
        row=row,
        here=f"{doors.REPORT}{secret}/",
        category=REPORTABLE.get(row.category, ""),
        notices=[(notice, doors.notice_path(notice)) for notice in notices],
        error=error,
    )


def _sent(request: HttpRequest, site: Site, language: str, given: Notification) -> HttpResponse:
    try:
        GUARD.admit(request.POST, reader=request.META.get("REMOTE_ADDR", ""), address=given.address)
        row = actions.report(given, language=language)
    except Trapped:
        return _confirm_first(site, language)
    except (ReadFirst, SentAlready):
        return _form(site, language, given)
    except (BadReport, NoSuchItem) as error:
        return _form(site, language, given, error=str(error), status=422)
    except (TooOften, NotHeard) as error:
        return said(site, language, _("Not now"), str(error), status=429)
    return _taken(site, language, row)


def _taken(site: Site, language: str, row: Report) -> HttpResponse:
    if row.state == ReportState.UNCONFIRMED:
        return _confirm_first(site, language)
    secret = doors.report_path(row).removeprefix(doors.REPORT).strip("/")
    return _status(site, language, row, secret, error="", code=200)


def _form(
    site: Site, language: str, given: Notification, *, error: str = "", status: int = 200
) -> HttpResponse:
    return page(
        "report.html",
        site,
        language,
        _("Report something"),
        status=status,
        given=given,
        found=_found(given.url),
        error=error,
        categories=REPORTABLE,
        ticket=GUARD.ticket(),
        by_mail=mail.relay() is not None,
        longest={"explanation": LONGEST, "name": LONGEST_NAME, "address": LONGEST_ADDRESS},
    )


def _found(url: str) -> Item | None:
    return items.at(url) if url else None


def _notification(request: HttpRequest) -> Notification:
    def field(name: str, longest: int) -> str:
        return request.POST.get(name, "").strip()[:longest]

    checked: dict[str, Any] = {name: request.POST.get(name) == "yes" for name in ("good_faith", "anonymous")}
    return Notification(
        url=field("url", 500),
        explanation=field("explanation", LONGEST + 1),
        category=field("category", 80),
        name=field("name", LONGEST_NAME),
        address=field("address", LONGEST_ADDRESS + 1),
        **checked,
    )


def _confirm_first(site: Site, language: str) -> HttpResponse:
    text = _(
        "A mail is on its way to your address. Open the link in it to confirm your report: until then nobody"
        " looks at it. If nothing comes within some minutes, look among unwanted mail, then try again."
    )
    return said(site, language, _("Look into your mailbox"), text)
