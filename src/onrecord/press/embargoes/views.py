# SPDX-License-Identifier: Apache-2.0
"""The page behind a link: the terms first, then the text, until it is public. No copy is kept anywhere.

No session, no cookie: the link is the key. Before the terms are acknowledged nothing of the text is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from onrecord.press.embargoes import actions, links, wording
from onrecord.press.embargoes.texts import EarlyText, text_of
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import EmbargoLink
from onrecord.press.room import archives
from onrecord.press.room.pages import archive_entries, archive_head
from onrecord.press.views import SECTION
from onrecord.record.witnessing.rates import Allowance
from onrecord.statements import answering
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.desk import moments
from onrecord.statements.formats.files import location
from onrecord.statements.models import Publication, Statement
from onrecord.statements.pages.site import Site

ALLOWANCE = Allowance(per_second=0.5, burst=60)
"""For each link, in each process; files are asked for too."""
STRANGERS = Allowance(per_second=0.2, burst=20)
"""For each address that comes with a link that opens nothing."""
IN_MEMORY = 8_000_000
"""Bytes of an archive that are not written to a temporary file."""


class _TooOften(Exception):
    """Somebody asks more often than people do."""


# No cookie identifies anybody, so there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def early(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Show the terms, and the text to whoever acknowledged them; POST acknowledges."""

    def answer(site: Site, link: EmbargoLink) -> HttpResponseBase:
        terms = request.POST.get("terms", "") if request.method == "POST" else ""
        if terms.isascii() and terms.isdecimal():
            actions.acknowledge(link, terms_version=int(terms[:9]))
            return redirect("press_early", secret=secret)
        return _shown(request, site, link, secret)

    return _behind(request, secret, answer)


@require_safe
@private
def file(request: HttpRequest, secret: str, sha256: str) -> HttpResponseBase:
    """Give a picture or a file of the text to whoever acknowledged the terms."""

    def answer(site: Site, link: EmbargoLink) -> HttpResponseBase:
        statement = _statement(link)
        text = text_of(statement) if _acknowledged(link) else None
        found = next((one for one in text.data["files"] if one["sha256"] == sha256), None) if text else None
        if found is None:
            raise NoSuchDoor(_("There is no such file here."))
        given = FileResponse(location(sha256).open("rb"), content_type=found["type"])
        is_picture = found["type"].startswith("image/")
        given["Content-Disposition"] = "inline" if is_picture else f'attachment; filename="{found["name"]}"'
        given["Content-Security-Policy"] = "default-src 'none'; sandbox"
        given["X-Content-Type-Options"] = "nosniff"
        return given

    return _behind(request, secret, answer)


@require_safe
@private
def archive(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Give all pictures and files of the text in one file to whoever acknowledged the terms."""

    def answer(site: Site, link: EmbargoLink) -> HttpResponseBase:
        text = text_of(_statement(link)) if _acknowledged(link) else None
        entries = archive_entries(site, text.data) if text else []
        if text is None or not entries:
            raise NoSuchDoor(_("There is no such file here."))
        whole = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
        until = wording.moment(link.embargo.until, link.embargo.zone, text.data["lang"])
        said = _("Under embargo until %(moment)s.") % {"moment": until}
        archives.write(whole, archive_head(site, text.data, said), link.embargo.made_at, entries)
        whole.seek(0)
        name = f"embargo-{link.embargo.pk}.zip"
        return FileResponse(whole, as_attachment=True, filename=name, content_type="application/zip")

    return _behind(request, secret, answer)


def _behind(
    request: HttpRequest, secret: str, answer: Callable[[Site, EmbargoLink], HttpResponseBase]
) -> HttpResponseBase:
    site = site_now()
    try:
        link = _let_in(request, secret)
        statement = _statement(link)
        public = _public(statement, link.embargo.number)
        if public:
            return redirect(public)
        with translation.override(language_of(site, statement.language)):
            return answer(site, link)
    except NoSuchDoor as error:
        return _said(site, _("This link opens nothing"), str(error), 404)
    except _TooOften:
        text = _("Too many requests. Wait a minute, then load the page again.")
        return _said(site, _("Too many requests"), text, 429)


def _let_in(request: HttpRequest, secret: str) -> EmbargoLink:
    try:
        link = links.behind(secret)
    except NoSuchDoor:
        if not STRANGERS.take(request.META.get("REMOTE_ADDR", "")):
            raise _TooOften from None
        raise
    if not ALLOWANCE.take(str(link.pk)):
        raise _TooOften
    return link


def _shown(request: HttpRequest, site: Site, link: EmbargoLink, secret: str) -> HttpResponse:
    statement, embargo = _statement(link), link.embargo
    text, language = text_of(statement), language_of(site, statement.language)
    if text is None:
        held = _(
            "The moment of release was taken back. Do not use anything of the text until you hear from"
            " the press office."
        )
        return answering.said(site, language, _("On hold"), held, section=SECTION)
    who = link.journalist
    zone = (who.time_zone if who else "") or site.zone
    context: dict[str, Any] = {
        "link": link,
        "here": f"{links.PREFIX}{secret}/",
        "until": wording.moment(embargo.until, zone, language),
        "agreed": wording.moment(embargo.until, embargo.zone, language) if embargo.zone != zone else "",
        "left": moments.distance(embargo.until),
        "usual": wording.usual_terms(),
        "terms": embargo.terms,
        "terms_version": embargo.terms_version,
    }
    if not _acknowledged(link):
        title = _("Under embargo")
        return answering.page("press_terms.html", site, language, title, section=SECTION, **context)
    if request.method == "GET":
        actions.note_opened(link)
    context |= _text(text, context["here"])
    title = str(text.data["title"])
    return answering.page("press_early.html", site, language, title, section=SECTION, **context)


def _text(text: EarlyText, here: str) -> Mapping[str, Any]:
    """Return what the page shows of a text; its pictures and files stand behind the same link."""
    body = text.body_html
    for one in text.data["files"]:
        body = body.replace(one["path"], f"{here}{one['sha256']}/")
    return {
        "text": text,
        "body": Markup(body),  # noqa: S704 - frozen and cleaned by the statement
        "dated": date.fromisoformat(text.data["dated"]),
        "archive": any(one["kind"] in ("image", "file") for one in text.data["blocks"]),
        "files": [one for one in text.data["files"] if not one["type"].startswith("image/")],
    }


def _statement(link: EmbargoLink) -> Statement:
    statement = link.embargo.statement
    assert statement is not None  # noqa: S101 - a link to nothing is not let in
    return statement


def _acknowledged(link: EmbargoLink) -> bool:
    return link.acknowledged_terms == link.embargo.terms_version


def _public(statement: Statement, number: int) -> str:
    """Return where it can be read by anybody, or nothing."""
    found = Publication.objects.filter(statement=statement, edition__number__gte=number)
    there = found.filter(edition__published_at__isnull=False) | found.filter(edition__number__gt=number)
    return str(there.values_list("path", flat=True).first() or "")


def _said(site: Site, title: str, text: str, status: int) -> HttpResponse:
    return answering.said(site, site.default_language, title, text, section=SECTION, status=status)
