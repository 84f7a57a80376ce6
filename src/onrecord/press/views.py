# SPDX-License-Identifier: Apache-2.0
"""What journalists do by themselves. No session, no cookie: a link from a mail is the key to each page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.people.validators import known_time_zones
from onrecord.press import actions, beats, doors, exports
from onrecord.press.actions.journalists import Wishes, wishes_of
from onrecord.press.errors import NoSuchDoor, PressError
from onrecord.press.models import Journalist, Rhythm, StopReason
from onrecord.press.places import languages
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.pages import templates
from onrecord.statements.pages.site import Site

SECTION = "press"
templates.add_folder(Path(__file__).resolve().parent / "site_templates")


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def own_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a journalist what is kept, with what may be chosen; act on POST alone."""
    return _behind(secret, lambda site, row: _own_page(request, site, row, secret))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def unsubscribe(request: HttpRequest, secret: str) -> HttpResponse:
    """Send nothing more: GET shows a page with a button; POST acts, also for mail programs (RFC 8058)."""

    def answer(site: Site, row: Journalist) -> HttpResponse:
        if request.method != "POST":
            return _page("press_end.html", site, row, secret, _("Get nothing more"))
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        row = actions.stop(row, StopReason.ONE_CLICK if one_click else StopReason.REQUEST)
        return _page("press_own.html", site, row, secret, _("You get nothing more"))

    return _behind(secret, answer)


@require_safe
@private
def data(request: HttpRequest, secret: str) -> HttpResponse:
    """Give a journalist everything that is kept about them, as JSON."""

    def answer(site: Site, row: Journalist) -> HttpResponse:
        body = json.dumps(exports.about(row), ensure_ascii=False, indent=2)
        response = HttpResponse(body, "application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="press-list.json"'
        return response

    return _behind(secret, answer)


def _own_page(request: HttpRequest, site: Site, row: Journalist, secret: str) -> HttpResponse:
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    notice, error = "", ""
    try:
        if deed == "change":
            row = actions.choose(row, _wishes(request))
            notice = _("Saved.")
        elif deed == "resume":
            row = actions.resume(row)
            notice = _("You are on the press list again.")
        elif deed == "erase" and request.POST.get("sure") == "yes":
            language = language_of(site, row.language)
            actions.erase(row)
            text = _("Nothing about you is kept, except a mark that this address wants no mail.")
            return answering.said(site, language, _("Erased"), text, section=SECTION)
    except PressError as refused:
        error = str(refused)
    title = _("You on our press list") if row.standing == "active" else _("You get nothing more")
    answer = _page("press_own.html", site, row, secret, title, notice=notice, error=error)
    answer.status_code = 422 if error else 200
    return answer


def _wishes(request: HttpRequest) -> Wishes:
    given = request.POST
    added = [beats.found(text) for text in given.getlist("more_beats")[:10] if text.strip()]
    spoken = [*given.getlist("speaks")[:50], *(one for one in given.getlist("more_speaks")[:5] if one)]
    return Wishes(
        languages=spoken,
        beats=[*given.getlist("beat")[:200], *added],
        rhythm=given.get("rhythm", ""),
        time_zone=given.get("time_zone", "").strip()[:64],
    )


def _behind(secret: str, answer: Callable[[Site, Journalist], HttpResponse]) -> HttpResponse:
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


def _page(
    template: str, site: Site, row: Journalist, secret: str, title: str, *, notice: str = "", error: str = ""
) -> HttpResponse:
    language = language_of(site, row.language)
    chosen = wishes_of(row)
    spoken = dict.fromkeys([*site.languages, *chosen.languages])
    return answering.page(
        template,
        site,
        language,
        title,
        section=SECTION,
        row=row,
        here=f"{doors.PREFIX}{secret}/",
        notice=notice,
        error=error,
        chosen=chosen,
        rhythms=[(one.value, str(one.label)) for one in Rhythm],
        spoken=[(code, languages().get(code, code)) for code in spoken],
        others=[(code, name) for code, name in languages().items() if code not in spoken],
        mine=[(code, beats.label(code, language)) for code in chosen.beats],
        known=[path for _code, path in beats.paths(language)],
        zones=sorted(known_time_zones()),
        roles=[
            f"{role.title}, {role.outlet.name}" if role.title else role.outlet.name
            for role in row.roles.select_related("outlet").filter(until=None).order_by("pk")
        ],
    )
