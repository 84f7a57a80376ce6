# SPDX-License-Identifier: Apache-2.0
"""How pages about reports and notices answer: in the reader's language, kept by nobody on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from onrecord.people.errors import NotSetUp
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Keep an answer out of caches, search engines and the addresses that other sites see."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


def site_now() -> Site:
    """Return the site. Raises Http404 before it is set up."""
    try:
        return Site.current()
    except NotSetUp as error:
        raise Http404 from error


def language_of(site: Site, asked: str) -> str:
    """Return the language asked for if the site speaks it."""
    return asked if asked in site.languages else site.default_language


def page(
    template: str, site: Site, language: str, title: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Answer with one page of the site that nobody should find."""
    frame = Page(title=title, path="", language=language, section="rules", indexed=False)
    body = render(template, {"site": site, "page": frame, **more}, language)
    return HttpResponse(body, status=status)


def said(site: Site, language: str, title: str, text: str, *, status: int = 200) -> HttpResponse:
    """Answer with one sentence."""
    return page("due_said.html", site, language, title, status=status, text=text)
