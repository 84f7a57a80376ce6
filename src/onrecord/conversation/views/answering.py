# SPDX-License-Identifier: Apache-2.0
"""What all pages about comments share that the program answers itself."""

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


def site() -> Site:
    """Return the site; before set-up there is nothing here."""
    try:
        return Site.current()
    except NotSetUp as error:
        raise Http404 from error


def page(
    name: str, site: Site, language: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Return a page that is nobody's but the reader's."""
    frame = Page(title=title, path="", language=language, section="statements", indexed=False)
    return HttpResponse(render(name, {"site": site, "page": frame, **context}, language), status=status)


def said(
    site: Site,
    language: str,
    title: str,
    text: str,
    *,
    link: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return a page that says one thing, with a way on."""
    return page("comment_said.html", site, language, title, status=status, text=text, link=link)
