# SPDX-License-Identifier: Apache-2.0
"""Pages that the program answers itself, in the look of the site, and that are one reader's alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from onrecord.people.errors import NotSetUp
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render

View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """Keep an answer out of caches, search engines and the addresses that other sites see."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
    """Return the language asked for if the site speaks it, otherwise its first."""
    return asked if asked in site.languages else site.default_language


def page(
    template: str,
    site: Site,
    language: str,
    title: str,
    *,
    section: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer with one page that nobody should find; `section` is its place in the navigation."""
    frame = Page(title=title, path="", language=language, section=section, indexed=False)
    return HttpResponse(render(template, {"site": site, "page": frame, **more}, language), status=status)


def said(
    site: Site,
    language: str,
    title: str,
    text: str,
    *,
    section: str,
    link: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page that says one thing; `link`: label and path of a way on."""
    return page("said.html", site, language, title, section=section, status=status, text=text, link=link)
