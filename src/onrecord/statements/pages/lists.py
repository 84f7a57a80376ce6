# SPDX-License-Identifier: Apache-2.0
"""Lists of statements: the front page, topics, the archive.

The front of a year or topic shows the newest. Behind it stand pages numbered from the oldest, of `PER_PAGE`
each, and only full ones: once the next page is full too, a page changes only with a statement on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.pages import Family, File, Key
from onrecord.identity.profiles import profiles
from onrecord.prepared import Prepared, Row
from onrecord.statements.models import Publication, Topic, TopicListing
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.lines import Line, lines_of, rows_of
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

PER_PAGE = 50
ON_THE_FRONT = 20
_LINKED_PAGES = 12


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the other pages of a year or topic are; `number` is 0 on the front."""

    front: str
    number: int
    full: int
    """How many full pages there are."""

    @property
    def older(self) -> str:
        """The address of the page before, or nothing."""
        before = self.number - 1 if self.number else self.full
        return f"{self.front}{before}/" if before > 0 else ""

    @property
    def newer(self) -> str:
        """The address of the page after, or nothing."""
        return f"{self.front}{self.number + 1}/" if 0 < self.number < self.full else ""

    @property
    def linked(self) -> list[tuple[int, str]]:
        """The newest numbered pages, shown on the front, newest first."""
        first = max(0, self.full - _LINKED_PAGES)
        return [(number, f"{self.front}{number}/") for number in range(self.full, first, -1)]

    def span(self) -> tuple[int, int]:
        """Return the first and last position on a numbered page."""
        return (self.number - 1) * PER_PAGE + 1, self.number * PER_PAGE


class _Rows:
    """The queries of a shelf: what stands there under `fields`, in the order of a position."""

    def __init__(self, fields: tuple[str, ...], position: str) -> None:
        # One filter() call: conditions on a listing have to hold for one and the same listing.
        def on_page(*values: int) -> QuerySet[Any, Row]:
            *place, first, last = values
            conditions: dict[str, Any] = dict(zip(fields, place, strict=True))
            conditions |= {f"{position}__gte": first, f"{position}__lte": last}
            return rows_of(Publication.objects.filter(**conditions).order_by(f"-{position}"))

        def newest(*place: int, most: int = PER_PAGE) -> QuerySet[Any, Row]:
            conditions: dict[str, Any] = dict(zip(fields, place, strict=True))
            return rows_of(Publication.objects.filter(**conditions).order_by(f"-{position}")[:most])

        self.on_page, self.newest = Prepared(on_page), Prepared(newest)


_IN_YEAR = _Rows(("language", "year"), "position")
_UNDER_TOPIC = _Rows(("listings__topic", "listings__language"), "listings__position")
_newest_in = Prepared(
    lambda language: rows_of(
        Publication.objects.filter(language=language).order_by("-first_released_at", "-id")[:ON_THE_FRONT]
    )
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A year of the archive or a topic, in one language: which statements stand there and in which order."""

    title: str
    section: str
    pager: Pager
    rows: _Rows
    place: tuple[int | str, ...]
    feeds: str = ""


def full_pages(last_position: int) -> int:
    """Return how many full pages there are when `last_position` is the newest place."""
    return last_position // PER_PAGE


def front_keys() -> Iterator[Key]:
    """Return the languages of the newsroom."""
    return ((language,) for language in Site.current().languages)


def render_front(key: Key) -> Iterable[File]:
    """Render the front page of a language: the newest statements, the first that stands on top."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    lines = lines_of(_newest_in(language))
    lead = next((line for line in lines if line.facts.op != "withdraw"), lines[0] if lines else None)
    path = site.home(language)
    page = Page(
        title=site.name,
        path=path,
        language=language,
        section="statements",
        description=_first_paragraph(site.about),
        others=in_every_language(site, ""),
        profiles=tuple(profiles(site.relations)),
    )
    others = [line for line in lines if line is not lead]
    context = {"site": site, "page": page, "lead": lead, "lines": others}
    yield page_file(path, render("front.html", context, language))


def archive_keys() -> Iterator[Key]:
    """Return a key for each language, each year in it and each full page of the year."""
    years = Publication.objects.values_list("language", "year").annotate(last=Max("position"))
    lasts: dict[str, list[tuple[int, int]]] = {language: [] for language in Site.current().languages}
    for language, year, last in years.order_by("language", "year"):
        lasts.setdefault(language, []).append((year, last))
    for language, found in lasts.items():
        yield (language,)
        for year, last in found:
            yield (language, str(year))
            yield from ((language, str(year), str(page)) for page in range(1, full_pages(last) + 1))


def render_archive(key: Key) -> Iterable[File]:
    """Render the list of years, the front of a year, or one of its full pages."""
    site, language = Site.current(), key[0]
    if language not in site.languages:
        return
    if len(key) == 1:
        yield _years(site, language)
        return
    year, number = int(key[1]), int(key[2]) if len(key) == 3 else 0
    last = Publication.last_position(language, year)
    pager = Pager(f"{site.home(language)}archive/{year}/", number, full_pages(last))
    if last and number <= pager.full:
        title = Words(language, site.zone).plain_number(year)
        yield _shelf_page(site, language, Shelf(title, "archive", pager, _IN_YEAR, (language, year)))


def topics_keys() -> Iterator[Key]:
    """Return the languages of the newsroom."""
    return front_keys()


def render_topics(key: Key) -> Iterable[File]:
    """Render the list of topics that have a statement in a language."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    listed = TopicListing.objects.filter(language=language).values("topic")
    path = f"{site.home(language)}topics/"
    entries = [(name, f"{path}{slug}/") for slug, name in Topic.named_in(language, pk__in=listed)]
    with translation.override(language):
        title = _("Topics")
    page = Page(
        title=title,
        path=path,
        language=language,
        section="topics",
        others=in_every_language(site, "topics/"),
    )
    yield page_file(path, render("topics.html", {"site": site, "page": page, "topics": entries}, language))


def topic_keys() -> Iterator[Key]:
    """Return a key for the front of each topic in each language it is used in, and for its full pages."""
    lasts = TopicListing.objects.values_list("topic__slug", "language").annotate(last=Max("position"))
    for slug, language, last in lasts.order_by("topic__slug", "language"):
        yield (slug, language)
        yield from ((slug, language, str(page)) for page in range(1, full_pages(last) + 1))


def render_topic(key: Key) -> Iterable[File]:
    """Render the front of a topic, or one of its full pages."""
    slug, language, number = key[0], key[1], int(key[2]) if len(key) == 3 else 0
    site = Site.current()
    topic = Topic.objects.filter(slug=slug).prefetch_related("names").first()
    if topic is None or language not in site.languages:
        return
    last = TopicListing.last_position(topic.pk, language)
    front = f"{site.home(language)}topics/{slug}/"
    pager = Pager(front, number, full_pages(last))
    if last and number <= pager.full:
        title = topic.name_in(language)
        shelf = Shelf(title, "topics", pager, _UNDER_TOPIC, (topic.pk, language), feeds=front)
        yield _shelf_page(site, language, shelf)


def _years(site: Site, language: str) -> File:
    rows = Publication.objects.filter(language=language)
    years = rows.values_list("year", flat=True).distinct().order_by("-year")
    path = f"{site.home(language)}archive/"
    with translation.override(language):
        title = _("Archive")
    page = Page(
        title=title,
        path=path,
        language=language,
        section="archive",
        others=in_every_language(site, "archive/"),
    )
    decades = [(decade, list(group)) for decade, group in groupby(years, key=lambda year: year // 10 * 10)]
    return page_file(path, render("archive.html", {"site": site, "page": page, "decades": decades}, language))


def _shelf_page(site: Site, language: str, shelf: Shelf) -> File:
    pager = shelf.pager
    path, title = pager.front, shelf.title
    if pager.number:
        path = f"{pager.front}{pager.number}/"
        with translation.override(language):
            number = Words(language, site.zone).plain_number(pager.number)
            title = _("%(title)s, page %(number)s") % {"title": shelf.title, "number": number}
    place = shelf.place
    lines = lines_of(shelf.rows.on_page(*place, *pager.span()) if pager.number else shelf.rows.newest(*place))
    page = Page(title=title, path=path, language=language, section=shelf.section, feeds=shelf.feeds)
    context = {"site": site, "page": page, "pager": pager, "months": _by_month(lines)}
    return page_file(path, render("list.html", context, language))


def _by_month(lines: list[Line]) -> list[tuple[Line, list[Line]]]:
    """Group lines that follow each other and are dated in the same month."""
    months = groupby(lines, key=lambda line: line.facts.dated.replace(day=1))
    groups = [list(group) for _month, group in months]
    return [(group[0], group) for group in groups]


def _first_paragraph(text: str) -> str:
    return text.strip().split("\n", 1)[0][:300]


FAMILIES = (
    Family("statements.front", front_keys, render_front),
    Family("statements.archive", archive_keys, render_archive),
    Family("statements.topics", topics_keys, render_topics),
    Family("statements.topic", topic_keys, render_topic),
)
