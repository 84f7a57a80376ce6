# SPDX-License-Identifier: Apache-2.0
"""Asking for accreditation, the applicant's own page, and the card. No account, no cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.delivery import mail
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Guard, Limits
from onrecord.press.accreditation import actions, decisions, doors
from onrecord.press.accreditation.actions import Asked
from onrecord.press.accreditation.actions.applying import LONGEST_TIME, may_renew
from onrecord.press.accreditation.errors import BadApplication, NotNow
from onrecord.press.accreditation.files import LARGEST, MOST_FILES, Sent
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import AccreditationStanding, Application, ApplicationState
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.pages.site import Site

SECTION = "press"
GUARD = Guard("accreditation", Limits(network=40, address=20))
_NOBODY = Asked("", "", "", "", "", None, None)


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def form(request: HttpRequest) -> HttpResponse:
    """Show the form, and take what is sent."""
    site = site_now()
    asked_in = request.POST.get("language") or request.GET.get("language", "")
    language = language_of(site, asked_in or get_language_from_request(request))
    with translation.override(language):
        if request.method != "POST":
            return _form(site, language, _NOBODY)
        return _sent(request, site, language, _asked(request))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def mine(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an application to whoever sent it; confirm, take back or renew it on POST alone."""
    site = site_now()
    try:
        row = doors.behind(secret)
    except NoSuchDoor as error:
        return _dead(site, str(error))
    language = language_of(site, row.language)
    with translation.override(language):
        said, status = "", 200
        if request.method == "POST":
            try:
                row = _do(request, row)
            except (BadApplication, NotNow) as refused:
                said, status = str(refused), 422
        return _mine(site, language, row, secret, error=said, status=status)


@require_safe
@private
def card(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the card: whether it is valid today, for whom, until when. Asked anew each time, kept nowhere."""
    site = site_now()
    try:
        row = doors.on_card(secret)
    except NoSuchDoor as error:
        return _dead(site, str(error))
    language = language_of(site, request.GET.get("language", "") or row.language)
    with translation.override(language):
        valid = row.is_valid_today
        title = _("Accreditation: valid") if valid else _("Accreditation: not valid")
        return answering.page(
            *("accreditation_card.html", site, language, title),
            section=SECTION,
            row=row,
            valid=valid,
            later=row.standing == AccreditationStanding.ADMITTED and not valid,
            now=timezone.now(),
        )


def _sent(request: HttpRequest, site: Site, language: str, asked: Asked) -> HttpResponse:
    try:
        GUARD.admit(request.POST, reader=request.META.get("REMOTE_ADDR", ""), address=asked.address)
        row = actions.apply(asked, language=language, sent=_files(request))
    except Trapped:
        return _look_into_mailbox(site, language)
    except (ReadFirst, SentAlready) as again:
        return _form(site, language, asked, error=str(again))
    except TooOften as refused:
        return answering.said(
            *(site, language, _("Later, please"), str(refused)), section=SECTION, status=429
        )
    except BadApplication as refused:
        return _form(site, language, asked, error=str(refused), status=422)
    if row.state == ApplicationState.UNCONFIRMED:
        return _look_into_mailbox(site, language)
    return answering.said(
        *(
            site,
            language,
            _("Your application is here"),
            _("Keep this address: it is the only way back to it."),
        ),
        section=SECTION,
        link=(_("Your application"), doors.path_of(row)),
    )


def _do(request: HttpRequest, row: Application) -> Application:
    deeds: dict[str, Callable[[], Application]] = {
        "confirm": lambda: actions.confirm(row),
        "take_back": lambda: actions.take_back(row),
        "renew": lambda: actions.renew(row, _day(request.POST.get("ends_on", "")), sent=_files(request)),
    }
    deed = deeds.get(request.POST.get("deed", ""))
    return deed() if deed else row


def _mine(
    site: Site, language: str, row: Application, secret: str, *, error: str, status: int
) -> HttpResponse:
    titles = {
        ApplicationState.UNCONFIRMED: _("Confirm your application"),
        ApplicationState.WAITING: _("Your application waits for a decision"),
        ApplicationState.WITHDRAWN: _("You have taken this back"),
        ApplicationState.ENDED: _("Your accreditation has run out"),
    }
    decided = (
        _("You are accredited")
        if row.standing == AccreditationStanding.ADMITTED
        else _("You are not accredited")
    )
    if row.standing == AccreditationStanding.OVER and row.state == ApplicationState.DECIDED:
        decided = _("Your accreditation has run out")
    renewal = row.renewals.exclude(state=ApplicationState.WITHDRAWN).order_by("-pk").first()
    return answering.page(
        *("accreditation_mine.html", site, language, titles.get(ApplicationState(row.state), decided)),
        section=SECTION,
        status=status,
        row=row,
        here=f"{doors.OWN}{secret}/",
        card=doors.card_path(row) if row.standing == AccreditationStanding.ADMITTED else "",
        decisions=decisions.about(row),
        files=list(row.files.order_by("pk")),
        is_open=row.state in {"waiting", "decided"} and row.standing != AccreditationStanding.REFUSED,
        may_renew=may_renew(row) and renewal is None,
        renewal=doors.path_of(renewal) if renewal else "",
        latest=timezone.localdate() + LONGEST_TIME,
        error=error,
        most={"files": MOST_FILES},
    )


def _form(site: Site, language: str, asked: Asked, *, error: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    return answering.page(
        *("accreditation_form.html", site, language, _("Apply for accreditation")),
        section=SECTION,
        status=status,
        asked=asked,
        error=error,
        ticket=GUARD.ticket(),
        by_mail=mail.relay() is not None,
        begins=asked.begins_on or today,
        ends=asked.ends_on or today + timedelta(days=180),
        today=today,
        latest=today + LONGEST_TIME,
        most={"files": MOST_FILES},
    )


def _asked(request: HttpRequest) -> Asked:
    def field(name: str, longest: int) -> str:
        return request.POST.get(name, "").strip()[: longest + 1]

    return Asked(
        name=field("name", 200),
        address=field("address", 254),
        outlet=field("outlet", 200),
        role=field("role", 100),
        purpose=field("purpose", 1000),
        begins_on=_day(request.POST.get("begins_on", "")),
        ends_on=_day(request.POST.get("ends_on", "")),
    )


def _files(request: HttpRequest) -> list[Sent]:
    uploads = request.FILES.getlist("files")[: MOST_FILES + 1]
    return [Sent(one.name or "file", one.read(LARGEST + 1)) for one in uploads]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _look_into_mailbox(site: Site, language: str) -> HttpResponse:
    text = _(
        "A mail is on its way to your address. Open the link in it to confirm your application: until then"
        " nobody looks at it. If nothing comes within some minutes, look among unwanted mail, then try again."
    )
    return answering.said(site, language, _("Look into your mailbox"), text, section=SECTION)


def _dead(site: Site, words: str) -> HttpResponse:
    language = site.default_language
    with translation.override(language):
        title = _("This link opens nothing")
        return answering.said(site, language, title, words, section=SECTION, status=404)
