# SPDX-License-Identifier: Apache-2.0
"""A statement's pages: the newest edition at the stable address, each edition and comparison at its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils import translation
from markupsafe import Markup

from onrecord.bakery.batch import once_per_batch, remembered
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.statements.formats import cards
from onrecord.statements.formats.files import location
from onrecord.statements.models import Asset, Edition, Publication
from onrecord.statements.pages import articles, below, colours, proofs, structured, wording
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.comparison import compare_editions
from onrecord.statements.pages.layout import Card, Other, Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render


def statement_keys() -> Iterator[Key]:
    """Return the keys of each statement: its publication's id, and that with the id of each logged edition.

    They follow each other, so that a statement is read once for all its pages.
    """
    # Asked for apart, so that indexes answer: to see whether a row is logged is to read the text before it.
    waiting = set(Edition.objects.filter(leaf_index=None).order_by().values_list("pk", flat=True))
    rows = Publication.objects.order_by("pk", "statement__editions__number")
    last = None
    for publication, edition in rows.values_list("pk", "statement__editions__pk").iterator(chunk_size=2000):
        if publication != last:
            yield (str(publication),)
            last = publication
        if edition is not None and edition not in waiting:
            yield (str(publication), str(edition))


def statement_key_count() -> int:
    """Return how many statement_keys there are, about."""
    return Publication.objects.count() + Edition.objects.count()


def media_keys() -> Iterator[Key]:
    """Return a key for each picture and file of an edition: its hash and its address.

    The address is the edition's: the same bytes may have come under two names.
    """
    seen: set[Key] = set()
    rows = Edition.objects.filter(leaf_index__isnull=False, assets__isnull=False).distinct()
    for content in rows.order_by("pk").values_list("content", flat=True).iterator(chunk_size=200):
        for key in media_of(json.loads(bytes(content))):
            if key not in seen:
                seen.add(key)
                yield key


def media_of(data: Mapping[str, Any]) -> list[Key]:
    """Return the keys of the pictures and files that an edition file names."""
    return [(file["sha256"], file["path"]) for file in data["files"]]


def render_statement(key: Key) -> Iterable[File]:
    """Render the page at the stable address, or all that belongs to one edition."""
    publication, *edition = map(int, key)
    return _edition(publication, *edition) if edition else _newest(publication)


def _newest(publication: int) -> Iterable[File]:
    article = articles.newest_of(publication)
    if article is not None:
        site = Site.current()
        under, parts = below.of(site, publication, article), _parts_of(publication)
        html = article_html(site, article, path=article.path, under=under, parts=parts)
        yield page_file(article.path, html)


def _edition(publication: int, pk: int) -> Iterable[File]:
    """Yield an edition's own page, bytes, proofs and card, and the comparison with the one before."""
    found = articles.edition(publication, pk)
    if found is None:
        return
    before, article = found
    site, stem = Site.current(), f"{article.path}{article.facts.number}"
    parts = _parts_of(publication) if article == articles.newest_of(publication) else {}
    html = article_html(site, article, path=article.edition_path, parts=parts)
    yield page_file(article.edition_path, html)
    yield File(f"{stem}.json", article.content, media_type_of(f"{stem}.json"), immutable=True)
    yield from proofs.files(site, article)
    card = _card(article, site)
    yield File(card.path, cards.draw(card, card_look(site)), media_type_of(card.path), immutable=True)
    if before is not None:
        path = f"{article.edition_path}changes/"
        yield page_file(path, _comparison_html(site, before, article, path))


def render_media(key: Key) -> Iterable[File]:
    """Yield the bytes of a picture or file, once its edition is in the log."""
    sha256, path = key
    if Asset.objects.filter(sha256=sha256, editions__leaf_index__isnull=False).exists():
        yield File(path, location(sha256).read_bytes(), media_type_of(path), immutable=True)


@once_per_batch
def _parts_of(publication: int) -> dict[str, Markup]:  # one for each
    """Return where the page at the stable address keeps what is alike on that of its newest edition."""
    return {}


def article_html(
    site: Site,
    article: Article,
    *,
    path: str,
    under: Sequence[Below] = (),
    parts: dict[str, Markup] | None = None,
) -> str:
    """Return an edition as a page of the site at `path`.

    `parts` is what another page of the same article has kept; what it lacks is drawn and kept there.
    """
    facts, kept = article.facts, {} if parts is None else parts

    def alike(name: str, caller: Callable[[], Markup]) -> Markup:
        if name not in kept:
            kept[name] = caller()
        return kept[name]

    card = None if article.preview else Card(_card(article, site).path)
    page = Page(
        title=_title(article),
        path=path,
        language=facts.language,
        section="statements",
        description=facts.summary,
        canonical=article.path,
        others=_others(article) if path == article.path else (),
        indexed=path == article.path and not article.preview,
        kind="article",
        card=card,
        structured=alike("structured", lambda: Markup(structured.news_article(site, article, card))),  # noqa: S704
    )
    context = {
        "alike": alike,
        "site": site,
        "page": page,
        "article": article,
        "witnessed": proofs.witnessed(site, article),
        "under": under,
    }
    return render("statement.html", context, facts.language)


def _title(article: Article) -> str:
    """Return what tabs, search engines and links elsewhere show: first of all whether it is withdrawn."""
    if article.withdrawal is None:
        return article.facts.title
    with translation.override(article.facts.language):
        return f"{wording.mark('withdraw')}: {article.facts.title}"


def page_file(path: str, html: str) -> File:
    """Return a page as a file of the site."""
    return File(path, html.encode(), media_type_of(path))


def _card(article: Article, site: Site) -> cards.Plan:
    return remembered((_card, article.content, site), lambda: cards.plan(article.data, card_look(site)))


def _others(article: Article) -> tuple[Other, ...]:
    own = Other(article.facts.language, article.path)
    return (own, *(Other(other.language, other.path, other.stale) for other in article.siblings))


def _comparison_html(site: Site, before: Article, after: Article, path: str) -> str:
    language = after.facts.language
    with translation.override(language):
        comparison = compare_editions(before.data, after.data)
    page = Page(
        title=after.facts.title,
        path=path,
        language=language,
        section="statements",
        description=after.facts.summary,
        indexed=False,
    )
    context = {"site": site, "page": page, "article": after, "before": before, "comparison": comparison}
    return render("changes.html", context, language)


@lru_cache(maxsize=8)
def card_look(site: Site) -> cards.Look:
    """Return what the pictures for links need to know of the site."""
    accent = colours.readable(site.accent, colours.PAPER)
    return cards.Look(name=site.name, host=urlsplit(site.address).netloc, accent=accent)


FAMILIES = (
    Family(
        "statements.statement", statement_keys, render_statement, statement_key_count, articles.PUBLICATION
    ),
    Family("statements.media", media_keys, render_media, Asset.objects.count),
)
