# SPDX-License-Identifier: Apache-2.0
"""Search, the one page of the public site that is not baked. It reads only, and sets no cookie."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onrecord.statements.answering import site_now
from onrecord.statements.models import Kind
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render
from onrecord.statements.search import LONGEST_QUERY, find

CACHED_SECONDS = 60


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer `/search?q=…`: what was found, or how to search.

    `language` is that of the page itself; `in`, `kind` and `year` narrow what is found. A value that is none
    is passed over.
    """
    site = site_now()
    asked = request.GET.get
    language = _one_of(site.languages, asked("language", "")) or site.default_language
    query = " ".join(asked("q", "").replace("\0", " ").split())[:LONGEST_QUERY]
    narrowed = {
        "in": _one_of(site.languages, asked("in", "")),
        "kind": _one_of(Kind.values, asked("kind", "")),
        "year": _number(asked("year", ""), 4),
    }
    results = find(
        query,
        language=narrowed["in"],
        kind=narrowed["kind"],
        year=int(narrowed["year"] or 0) or None,
        page=int(_number(asked("page", ""), 4) or 1),
    )
    with translation.override(language):
        title = _("Search: %(query)s") % {"query": query} if query else _("Search the statements")
    page = Page(title=title, path="/search", language=language, section="search", indexed=False)
    context = {
        "site": site,
        "page": page,
        "query": query,
        "narrowed": narrowed,
        "kinds": Kind.values,
        "results": results,
        "link": _linker(site, language, query, narrowed),
    }
    answer = HttpResponse(render("search.html", context, language))
    answer["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _one_of(allowed: list[str] | tuple[str, ...], value: str) -> str:
    return value if value in allowed else ""


def _number(value: str, digits: int) -> str:
    return value if value.isascii() and value.isdigit() and len(value) <= digits else ""


def _linker(site: Site, language: str, query: str, narrowed: dict[str, str]) -> Callable[[int], str]:
    """Return a function that gives the address of another page of the same results."""
    own = "" if language == site.default_language else language
    asked = {"q": query, "language": own, **narrowed}

    def link(page: int) -> str:
        return "/search?" + urlencode(
            {name: value for name, value in {**asked, "page": str(page)}.items() if value}
        )

    return link
