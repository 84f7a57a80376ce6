# SPDX-License-Identifier: Apache-2.0
"""Where Webmentions go, and the page that says how far one has come. No cookie, no account, no script.

With a status page the specification asks for 201 and its address, also where the work is done later.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.press.coverage import receiving
from onrecord.press.coverage.errors import BadMention, TooManyMentions
from onrecord.press.coverage.pages import ENDPOINT
from onrecord.press.coverage.receiving import HOUR
from onrecord.press.models import CoveragePolicy, Mention
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

SECTION = "press"


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def endpoint(request: HttpRequest) -> HttpResponse:
    """Take a Webmention; people get a form. Refuses where the newsroom takes none."""
    site = site_now()
    if not CoveragePolicy.current().takes_mentions:
        raise Http404
    language = _language(request, site)
    with translation.override(language):
        if request.method != "POST":
            return _form(site, language, target=request.GET.get("target", ""))
        return _taken(request, site, language)


@require_safe
@private
def status(request: HttpRequest, number: str) -> HttpResponse:
    """Say how far a Webmention has come."""
    site = site_now()
    row = Mention.objects.filter(number=number).first()
    if row is None:
        raise Http404
    language = _language(request, site)
    with translation.override(language):
        paths = Publication.objects.filter(statement=row.statement_id).values_list("path", flat=True)
        target = paths.first() or "/"
        return answering.page(
            *("webmention_status.html", site, language, _("Your link to a statement")),
            section=SECTION,
            row=row,
            target=target,
        )


def _taken(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("source", "target")}
    try:
        row = receiving.receive(**given, reader=request.META.get("REMOTE_ADDR", ""))
    except BadMention as error:
        return _refused(request, site, language, str(error), 400, **given)
    except TooManyMentions as error:
        answer = _refused(request, site, language, str(error), 429, **given)
        answer["Retry-After"] = str(HOUR)
        return answer
    here = f"{ENDPOINT}/{row.number}"
    if _is_person(request):
        answer = answering.said(
            *(
                site,
                language,
                _("Thank you"),
                _("It is looked at now: first by a program, then by a person."),
            ),
            section=SECTION,
            link=(_("How far it has come"), here),
            status=201,
        )
    else:
        answer = HttpResponse(f"{site.url(here)}\n", content_type="text/plain; charset=utf-8", status=201)
    answer["Location"] = site.url(here)
    return answer


def _refused(
    request: HttpRequest, site: Site, language: str, words: str, status: int, **given: str
) -> HttpResponse:
    if _is_person(request):
        return _form(site, language, error=words, status=status, **given)
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)


def _form(
    site: Site, language: str, *, error: str = "", source: str = "", target: str = "", status: int = 200
) -> HttpResponse:
    given: dict[str, Any] = {"error": error, "source": source[:2000], "target": target[:2000]}
    title = _("You wrote about a statement?")
    return answering.page("webmention.html", site, language, title, section=SECTION, status=status, **given)


def _is_person(request: HttpRequest) -> bool:
    """Tell whether a browser asks: programs do not name HTML."""
    return "text/html" in request.headers.get("Accept", "")


def _language(request: HttpRequest, site: Site) -> str:
    return language_of(site, request.GET.get("language", "") or get_language_from_request(request))
