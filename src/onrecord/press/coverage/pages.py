# SPDX-License-Identifier: Apache-2.0
"""What stands on a statement's own page: where Webmentions go, and who took it up if that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from re import compile as pattern

from django.db.models import F
from markupsafe import Markup

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.headers import Spoken
from onrecord.bakery.pages import Key
from onrecord.prepared import Prepared
from onrecord.press.models import CoverageOf, CoveragePolicy, CoverageState
from onrecord.statements.models import Publication
from onrecord.statements.pages import templates
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.languages import direction, html_code
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render

ENDPOINT = "/webmention"
STATEMENT = "statements.statement"
SHOWN = 50
"""So many are shown below a statement, the newest."""
_HEAD = Markup('<link rel="webmention" href="{}">')
_SAID = pattern(rb'<link rel="webmention" href="([^"<>]*)">')
templates.add_folder(Path(__file__).resolve().parent.parent / "site_templates")

_taken_up = Prepared(
    lambda publication: (
        CoverageOf.objects.filter(
            statement__publication=publication,
            confirmed_at__isnull=False,
            coverage__state=CoverageState.CONFIRMED,
            coverage__gone_at__isnull=True,
        )
        .order_by("-coverage__day", "-coverage__pk")
        .annotate(named=F("coverage__outlet__name"))
        .values_list(
            "coverage__url",
            "coverage__headline",
            "named",
            "coverage__outlet_name",
            "coverage__language",
            "coverage__published_on",
        )[:SHOWN]
    )
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list."""

    url: str
    headline: str
    outlet: str
    language: str
    direction: str
    day: date | None


def below(site: Site, publication: int, article: Article) -> Below | None:
    """Return the head with the address for Webmentions, and the list if the newsroom shows it."""
    takes, is_public = _chosen()
    if article.preview or not (takes or is_public):
        return None
    head = _HEAD.format(site.url(ENDPOINT)) if takes else Markup("")
    found = _shown(publication) if is_public else []
    if not found:
        return Below(Markup(""), head)
    language = article.facts.language
    context = {
        "site": site,
        "page": Page(title="", path=article.path, language=language),
        "rows": found,
    }
    markup = Markup(render("parts/in_the_media.html", context, language))  # noqa: S704  # escaped by the template
    return Below(markup, head)


def keys_of(statements: Iterable[int]) -> list[tuple[str, Key]]:
    """Return the pages of statements, to be baked again."""
    rows = Publication.objects.filter(statement__in=list(statements)).order_by("pk")
    return [(STATEMENT, (str(pk),)) for pk in rows.values_list("pk", flat=True)]


def link_of(page: bytes) -> tuple[tuple[str, str], ...]:
    """Return the `Link` header of a statement's page: where it says that Webmentions go."""
    found = _SAID.search(page, 0, max(page.find(b"</head>"), 0))
    return (("Link", f'<{unescape(found[1].decode())}>; rel="webmention"'),) if found else ()


LINKS = Spoken(frozenset({""}), link_of)
"""Of addresses that end with a slash: statements are among them."""


@once_per_batch
def _chosen() -> tuple[bool, bool]:
    policy = CoveragePolicy.current()
    return policy.takes_mentions, policy.is_public


def _shown(publication: int) -> list[Shown]:
    found = []
    for url, headline, named, outlet, language, day in _taken_up(publication):
        when = date.fromisoformat(day) if isinstance(day, str) else day
        code = html_code(language) if language else ""
        found.append(
            Shown(url, headline, named or outlet, code, direction(language) if language else "", when)
        )
    return found
