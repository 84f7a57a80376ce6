# SPDX-License-Identifier: Apache-2.0
"""What readers do about following. No session, no cookie: a link from a mail is the key to each page."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onrecord.followers import actions, doors, exports, pages
from onrecord.followers.choices import Choices
from onrecord.followers.errors import BadChoice, NoRelay, NoSuchDoor
from onrecord.followers.models import Reason, Source, State, Subscription
from onrecord.people import addresses
from onrecord.people.errors import BadAddress
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Guard, Limits
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words

SECTION = "follow"
GUARD = Guard("follow", Limits(network=60, address=10, everybody=9000))


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_POST
@private
def ask(request: HttpRequest) -> HttpResponse:
    """Answer the form: first with what will be sent where, then the same to everybody.

    The baked page cannot say when it was shown, so its form leads to one that can.
    """
    site = site_now()
    language = language_of(site, request.POST.get("language", ""))
    address = request.POST.get("address", "").strip()[: addresses.LONGEST + 50]
    choices = _choices(request)
    with translation.override(language):
        try:
            GUARD.admit(request.POST, reader=request.META.get("REMOTE_ADDR", ""), address=address)
            actions.follow(address, choices, language=language)
        except Trapped:
            pass  # it is told that all went well
        except (ReadFirst, SentAlready):
            return _step(site, language, address, choices)
        except (BadAddress, BadChoice) as error:
            wrong = "address" if isinstance(error, BadAddress) else "choice"
            return _step(site, language, address, choices, error=str(error), wrong=wrong, status=422)
        except TooOften as error:
            return _step(site, language, address, choices, error=str(error), status=429)
        except NoRelay as error:
            return _said(site, language, _("No mail at present"), str(error), status=503)
        return _sent(site, language, address)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def following(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what somebody gets, with buttons to confirm, change, end and erase; act on POST alone."""
    return _behind(secret, lambda site, row: _following(request, site, row, secret))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def unsubscribe(request: HttpRequest, secret: str) -> HttpResponse:
    """End a subscription: GET shows a page with a button; POST acts, also for mail programs (RFC 8058)."""

    def answer(site: Site, row: Subscription) -> HttpResponse:
        if request.method != "POST" and row.state != State.ENDED:
            return _page("following_end.html", site, row, secret=secret, title=_("Unsubscribe"))
        if request.method != "POST":
            return _page("following.html", site, row, secret=secret, title=_("You no longer follow"))
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        actions.end(row, Reason.ONE_CLICK if one_click else Reason.REQUEST)
        return _page("following.html", site, row, secret=secret, title=_("You no longer follow"))

    return _behind(secret, answer)


@require_safe
@private
def data(request: HttpRequest, secret: str) -> HttpResponse:
    """Give somebody everything that is kept about them, as JSON."""

    def answer(site: Site, row: Subscription) -> HttpResponse:
        body = json.dumps(exports.about(row), ensure_ascii=False, indent=2)
        response = HttpResponse(body, "application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="following.json"'
        return response

    return _behind(secret, answer)


def _following(request: HttpRequest, site: Site, row: Subscription, secret: str) -> HttpResponse:
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    notice, error = "", ""
    try:
        if deed == "confirm":
            row = actions.confirm(row)
            notice = _("Confirmed. From now on you get what you chose.")
        elif deed == "change":
            row = actions.change(row, _choices(request))
            notice = _("Saved.")
        elif deed == "erase" and request.POST.get("sure") == "yes":
            actions.erase(row)
            text = _("Nothing about you is kept, except a mark that this address wants no mail.")
            return _said(site, language_of(site, row.language), _("Erased"), text)
    except BadChoice as refused:
        error = str(refused)
    titles = {
        State.UNCONFIRMED: _("Do you want to follow %(name)s?") % {"name": site.name},
        State.CONFIRMED: _("What you get"),
        State.ENDED: _("You no longer follow"),
    }
    title = titles[State(row.state)]
    answer = _page("following.html", site, row, secret=secret, title=title, notice=notice, error=error)
    answer.status_code = 422 if error else 200
    return answer


def _behind(secret: str, answer: Callable[[Site, Subscription], HttpResponse]) -> HttpResponse:
    site = site_now()
    try:
        row = doors.behind(secret)
        language = language_of(site, row.language)
        with translation.override(language):
            return answer(site, row)
    except NoSuchDoor as error:
        return _said(site, site.default_language, _("This link opens nothing"), str(error), status=404)


def _choices(request: HttpRequest) -> Choices:
    sent = {name: request.POST.getlist(name) for name in ("topic", "speaks", "frequency")}
    return Choices.entered(sent, all_topics=request.POST.get("topics") != "some")


def _step(
    site: Site,
    language: str,
    address: str,
    choices: Choices,
    *,
    error: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the form again with what was entered, and the moment at which it is shown.

    So also when it comes too often: nobody types it twice.
    """
    return answering.page(
        "follow_step.html",
        site,
        language,
        _("Later, please") if status == 429 else _("Is this right?"),
        section=SECTION,
        status=status,
        wrong=wrong,
        address=address,
        error=error,
        ticket=GUARD.ticket(),
        **pages.offer(site, language, choices),
    )


def _page(
    template: str, site: Site, row: Subscription, *, secret: str, title: str, **more: str
) -> HttpResponse:
    language = language_of(site, row.language)
    context = {
        "row": row,
        "address": row.contact.address,
        "here": f"{doors.PREFIX}{secret}/",
        "notice": "",
        "error": "",
        "since": _since(site, language, row),
        **pages.offer(site, language, Choices.of(row)),
        **more,
    }
    return answering.page(template, site, language, title, section=SECTION, **context)


def _said(site: Site, language: str, title: str, text: str, *, status: int = 200) -> HttpResponse:
    with translation.override(language):
        link = (_("Follow"), f"{site.home(language)}follow/")
    return answering.said(site, language, title, text, section=SECTION, link=link, status=status)


def _sent(site: Site, language: str, address: str) -> HttpResponse:
    """Say the same to everybody; the address as it was typed, because many a mail is missed for a typo."""
    title = _("Look into your mailbox")
    return answering.page("follow_sent.html", site, language, title, section=SECTION, address=address)


def _since(site: Site, language: str, row: Subscription) -> str:
    """Say since when somebody follows and, if they did not ask here, where their address came from."""
    if row.state != State.CONFIRMED or row.confirmed_at is None:
        return ""
    since = _("You have followed since %(day)s.") % {
        "day": Words(language, site.zone).day_of(row.confirmed_at)
    }
    if row.source != Source.IMPORT:
        return since
    origin = _("Your address came with a list: %(list)s. Legal basis: %(basis)s.")
    return f"{since} {origin % {'list': row.origin, 'basis': row.legal_basis}}"
