# SPDX-License-Identifier: Apache-2.0
"""What machines read: feeds, sitemaps, cards, icons; and which of it a release changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.bakery.actions import site_directory
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.prepared import Prepared
from onrecord.statements.formats import feeds, icons, sitemaps
from onrecord.statements.models import Edition, Publication, Topic, TopicListing
from onrecord.statements.pages import about, hub, languages
from onrecord.statements.pages.entries import newest
from onrecord.statements.pages.lines import lines_of, rows_of
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import card_look

Named = tuple[str, Key]

FEED, SITEMAP, SITEMAPS, NEWS = (
    "statements.feed",
    "statements.sitemap",
    "statements.sitemaps",
    "statements.newssitemap",
)
FEED_FILES = ("feed.xml", "atom.xml", "feed.json")
NEWS_LASTS = timedelta(days=2)
_LOOKED_BACK = timedelta(days=7)
_PAGES = "pages"


def families() -> tuple[Family, ...]:
    """Return the families of feeds, sitemaps and icons."""
    return (
        Family(FEED, feed_keys, render_feed),
        Family(SITEMAP, sitemap_keys, render_sitemap),
        Family(SITEMAPS, _one_key, render_sitemaps),
        Family(NEWS, _one_key, render_news_sitemap),
        Family("statements.icons", _one_key, render_icons),
    )


def keys_for(edition: Edition) -> list[Named]:
    """Return what to bake again when an edition is released: as much in a large archive as in a small one."""
    publication = about.publication_of(edition)
    language = publication.language
    before, listings = about.edition_before(edition), about.listings_of(publication)
    topics = {listing.topic.slug for listing in listings}
    if before is not None:
        topics |= {topic["slug"] for topic in before.data["topics"]}
    buckets = sorted({_bucket(pk) for pk in about.in_every_language(edition)})
    named: list[Named] = [
        (FEED, (language,)),
        *((FEED, (language, slug)) for slug in sorted(topics)),
        *((SITEMAP, (str(bucket),)) for bucket in buckets),
        (NEWS, ()),
    ]
    if edition.number == 1:
        if any(listing.position == 1 for listing in listings):
            named.append((SITEMAP, (_PAGES,)))
        if publication.pk % sitemaps.MOST_URLS == 1 or _is_first_in(publication):
            named.append((SITEMAPS, ()))
    return named


def paths_for(edition: Edition) -> list[str]:
    """Return the paths of the feeds that an edition changes, as `keys_for` names them."""
    site = Site.current()
    stems = [_stem(site, key) for family, key in keys_for(edition) if family == FEED]
    return [stem + name for stem in stems for name in FEED_FILES]


def keys_without_hub() -> list[Named]:
    """Return every feed if they announce another hub than they should; that of the first language is last.

    That one alone is looked at, so that a bake which breaks off is begun anew.
    """
    site = Site.current()
    try:
        baked = json.loads((site_directory() / "feed.json").read_bytes())
    except (OSError, ValueError):
        return []  # nothing is baked yet
    announced = [one["url"] for one in baked.get("hubs", [])]
    if announced == list(filter(None, [hub.address(site)])):
        return []
    first = (FEED, (site.default_language,))
    return [*((FEED, key) for key in feed_keys() if (FEED, key) != first), first]


def stale_news_keys() -> list[Named]:
    """Return the news sitemap if it may hold statements that have grown too old. For a chore, hourly."""
    old = timezone.now() - NEWS_LASTS
    aged = Publication.objects.filter(first_released_at__lt=old, first_released_at__gte=old - _LOOKED_BACK)
    return [(NEWS, ())] if aged.exists() else []


def feed_keys() -> Iterator[Key]:
    """Return a key for each language, and for each topic that has a statement in it."""
    codes = Site.current().languages
    yield from ((language,) for language in codes)
    used = TopicListing.objects.filter(language__in=codes).values_list("language", "topic__slug")
    yield from used.distinct().order_by("language", "topic__slug")


def render_feed(key: Key) -> Iterable[File]:
    """Render RSS, Atom and JSON Feed of a language, or of a topic in a language."""
    language, slug = key[0], key[1] if len(key) == 2 else ""
    site = Site.current()
    topic = Topic.objects.filter(slug=slug).prefetch_related("names").first() if slug else None
    if language not in site.languages or (slug and topic is None):
        return
    if topic and not topic.listings.filter(language=language).exists():
        return
    stem = _stem(site, key)
    entries = newest(site, language, topic)
    with translation.override(language):
        title = (
            _("%(site)s: %(topic)s") % {"site": site.name, "topic": topic.name_in(language)} if topic else ""
        )
    channel = feeds.Channel(
        title=title or site.name,
        description="" if topic else site.about.strip().split("\n", 1)[0][:300],
        language=languages.html_code(language),
        home=site.url(stem),
        rss=site.url(stem + "feed.xml"),
        atom=site.url(stem + "atom.xml"),
        json=site.url(stem + "feed.json"),
        issuer=site.name,
        icon=site.url("/favicon.ico"),
        logo=site.url(f"/icon-{icons.LARGE}.png"),
        updated=max((entry.updated for entry in entries), default=_EPOCH),
        hub=hub.address(site),
    )
    yield _file(stem + "feed.xml", feeds.rss(channel, entries))
    yield _file(stem + "atom.xml", feeds.atom(channel, entries))
    yield _file(stem + "feed.json", feeds.json_feed(channel, entries))


def sitemap_keys() -> Iterator[Key]:
    """Return a key for the pages that are no statements, and for each thousand of statements."""
    yield (_PAGES,)
    last = Publication.objects.aggregate(last=Max("pk"))["last"] or 0
    yield from ((str(number),) for number in range(1, _bucket(last) + 1) if last)


def render_sitemap(key: Key) -> Iterable[File]:
    """Render a sitemap: a thousand statements in the order of release, so that a full one seldom changes."""
    site, (name,) = Site.current(), key
    if name == _PAGES:
        yield _file("/sitemaps/pages.xml", sitemaps.sitemap(_pages(site)))
        return
    first = (int(name) - 1) * sitemaps.MOST_URLS + 1
    found = _released_between(first, first + sitemaps.MOST_URLS - 1)
    if not found:
        return
    others = _translations(site, {row[3] for row in found})
    yield _file(
        f"/sitemaps/{name}.xml",
        sitemaps.sitemap(
            sitemaps.Url(site.url(path), changed, tuple(others.get(translated, ())))
            for path, _language, changed, translated in found
        ),
    )


def render_sitemaps(_key: Key) -> Iterable[File]:
    """Render the sitemap index and robots.txt, which names it."""
    site = Site.current()
    addresses = [site.url(f"/sitemaps/{name}.xml") for (name,) in sitemap_keys()]
    news = site.url("/sitemaps/news.xml")
    yield _file("/sitemap.xml", sitemaps.index([*addresses, news]))
    yield _file("/robots.txt", sitemaps.robots([site.url("/sitemap.xml")]))


def render_news_sitemap(_key: Key) -> Iterable[File]:
    """Render the news sitemap: statements of the last two days that stand."""
    site = Site.current()
    recent = _released(Publication.objects.filter(first_released_at__gte=timezone.now() - NEWS_LASTS))
    newest = recent.filter(withdrawn=False).order_by("-first_released_at", "-pk")
    lines = lines_of(rows_of(newest[: sitemaps.MOST_URLS]))
    items = [
        sitemaps.News(site.url(line.path), line.facts.language, line.facts.title, line.first_released_at)
        for line in lines
    ]
    yield _file("/sitemaps/news.xml", sitemaps.news_sitemap(site.name, items))


def render_icons(_key: Key) -> Iterable[File]:
    """Draw the icons of the site and describe it to those who put it on a home screen."""
    site = Site.current()
    asset = site.logo_asset
    name, accent, logo = site.name, card_look(site).accent, asset.body if asset else b""
    language = site.default_language
    yield _file("/favicon.svg", icons.favicon_svg(name, accent, logo))
    yield _file("/favicon.ico", icons.favicon_ico(name, accent, logo))
    yield _file("/apple-touch-icon.png", icons.icon_png(name, accent, logo, icons.TOUCH))
    for size in (icons.SMALL, icons.LARGE):
        yield _file(f"/icon-{size}.png", icons.icon_png(name, accent, logo, size))
    code, direction = languages.html_code(language), languages.direction(language)
    yield _file("/site.webmanifest", icons.manifest(name, accent, language=code, direction=direction))


def _pages(site: Site) -> Iterator[sitemaps.Url]:
    """Yield the pages that are no statements, each with itself in every language."""
    used: dict[str, list[str]] = {}
    listed = TopicListing.objects.filter(language__in=site.languages).values_list("topic__slug", "language")
    for slug, language in listed.distinct().order_by("topic__slug"):
        used.setdefault(f"topics/{slug}/", []).append(language)
    for page in ("", "archive/", "topics/", "contacts/", "about/", *used):
        codes = [code for code in site.languages if code in used.get(page, site.languages)]
        links = [(languages.html_code(code), site.url(site.home(code) + page)) for code in codes]
        for _code, address in links:
            yield sitemaps.Url(address, alternates=links if len(links) > 1 else ())


def _translations(site: Site, keys: set[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Return where statements stand in each language, as (BCP 47 tag, address), by translation key."""
    if len(site.languages) < 2:
        return {}
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = _released(Publication.objects.filter(statement__translation_key__in=keys)).order_by("path")
    for key, language, path in rows.values_list("statement__translation_key", "language", "path"):
        found.setdefault(key, []).append((languages.html_code(language), site.url(path)))
    return {key: links for key, links in found.items() if len(links) > 1}


def _released(publications: QuerySet[Publication]) -> QuerySet[Publication]:
    """Return those with an edition in the log; nothing is announced before it can be verified."""
    return publications.filter(statement__editions__number=1, statement__editions__leaf_index__isnull=False)


_released_between = Prepared(
    lambda first, last: (
        _released(Publication.objects.filter(pk__gte=first, pk__lte=last))
        .order_by("pk")
        .values_list("path", "language", "edition__released_at", "statement__translation_key")
    )
)
_any_between = Prepared(
    lambda first, last: Publication.objects.filter(pk__gte=first, pk__lte=last).values_list("pk")[:1]
)


def _stem(site: Site, key: Key) -> str:
    """Return what comes before the names of the files of a feed."""
    language, slug = key[0], key[1] if len(key) == 2 else ""
    return site.home(language) + (f"topics/{slug}/" if slug else "")


def _file(path: str, body: bytes) -> File:
    return File(path, body, media_type_of(path))


def _one_key() -> Iterator[Key]:
    yield ()


def _bucket(publication: int) -> int:
    return (publication - 1) // sitemaps.MOST_URLS + 1


def _is_first_in(publication: Publication) -> bool:
    """Tell whether no earlier statement is in the same sitemap; ids may have gaps."""
    first = (_bucket(publication.pk) - 1) * sitemaps.MOST_URLS + 1
    return not _any_between(first, publication.pk - 1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
