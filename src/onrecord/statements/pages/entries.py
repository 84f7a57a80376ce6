# SPDX-License-Identifier: Apache-2.0
"""Statements as entries of a feed: what was said or changed last, with its whole text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.statements.formats import cards, feeds
from onrecord.statements.models import Edition, Publication, Topic, TopicListing
from onrecord.statements.pages import languages, wording
from onrecord.statements.pages.lines import Facts, facts_of
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import card_look
from onrecord.statements.pages.words import Words

MOST_ENTRIES = 20
FEWEST_ENTRIES = 5
MOST_CHARACTERS = 200_000
"""Of all texts together: readers of feeds give up on larger ones. Fewer entries then, never cut texts."""


@dataclass(frozen=True, slots=True)
class _Logged:
    """The editions of a statement that a feed speaks of: the newest, and the newest that changed more."""

    newest: int
    commitment: bytes
    change: int


@dataclass(frozen=True, slots=True)
class _Said:
    """What a feed needs of an edition. An edition never changes, so it is kept once read."""

    title: str
    summary: str
    html: str
    topics: tuple[tuple[str, str], ...]
    authors: tuple[str, ...]
    issuer: str
    image: str


def newest(site: Site, language: str, topic: Topic | None = None) -> list[feeds.Entry]:
    """Return what was said or changed last in a language, perhaps under a topic, newest first.

    Editions that are not in the log yet are passed over: nothing is announced before it can be verified.
    """
    wanted = _newest_ids(language, topic)
    rows = Publication.objects.in_bulk(wanted)
    found = [rows[pk] for pk in wanted if pk in rows]
    logged, facts = _logged([row.statement_id for row in found])
    entries: list[feeds.Entry] = []
    length = 0
    for row in found:
        if row.statement_id not in logged:
            continue
        each = logged[row.statement_id]
        said = _said(site, each.newest, each.commitment)
        length += len(said.html)
        if len(entries) >= FEWEST_ENTRIES and length > MOST_CHARACTERS:
            break
        entries.append(_entry(site, row, said, facts[each.change]))
    return entries


def _newest_ids(language: str, topic: Topic | None) -> list[int]:
    if topic is None:
        every = Publication.objects.filter(language=language).order_by("-changed_at", "-pk")
        return list(every.values_list("pk", flat=True)[:MOST_ENTRIES])
    listed = TopicListing.objects.filter(topic=topic, language=language).order_by(
        "-changed_at", "-publication"
    )
    return list(listed.values_list("publication_id", flat=True)[:MOST_ENTRIES])


def _logged(statements: list[int]) -> tuple[dict[int, _Logged], dict[int, Facts]]:
    """Return the editions to speak of by statement, and the facts of those that changed something."""
    rows = Edition.objects.filter(statement__in=statements, leaf_index__isnull=False).order_by("number")
    found: dict[int, _Logged] = {}
    commitments: dict[int, bytes] = {}
    for pk, statement, change, commitment in rows.values_list("pk", "statement_id", "change", "commitment"):
        commitments[pk] = bytes(commitment)
        minor = change == "minor" and statement in found
        found[statement] = _Logged(pk, commitments[pk], found[statement].change if minor else pk)
    return found, facts_of((each.change, commitments[each.change]) for each in found.values())


@lru_cache(maxsize=64)
def _said(site: Site, edition: int, _commitment: bytes) -> _Said:
    row = Edition.objects.only("content", "body_html").get(pk=edition)
    data = row.data
    return _Said(
        title=data["title"],
        summary=data["summary"],
        html=feeds.absolute(row.body_html, site.address),
        topics=tuple((topic["slug"], topic["name"]) for topic in data["topics"]),
        authors=tuple(person["name"] for person in data["spokespeople"]),
        issuer=data["issuer"],
        image=site.url(cards.card_path(data, card_look(site))),
    )


def _entry(site: Site, row: Publication, said: _Said, change: Facts) -> feeds.Entry:
    with translation.override(row.language):
        mark = _mark(change)
        notice = _notice(change, Words(row.language, site.zone)) if mark else ""
    return feeds.Entry(
        url=site.url(row.path),
        change_url=site.url(f"{row.path}{change.number}/"),
        title=f"{mark}: {said.title}" if mark else said.title,
        summary=said.summary,
        html=feeds.with_notice(said.html, notice),
        language=languages.html_code(row.language),
        topics=said.topics,
        authors=said.authors,
        issuer=said.issuer,
        published=row.first_released_at,
        updated=change.issued,
        image=said.image,
    )


def _mark(change: Facts) -> str:
    """Return the word in front of the title of a statement that is no longer what it was, or nothing."""
    if change.number == 1:
        return ""
    name = change.op if change.op == "withdraw" else change.change
    return {
        "withdraw": _("Withdrawn"),
        "correction": _("Corrected"),
        "clarification": _("Clarified"),
    }.get(name, _("Updated"))


def _notice(change: Facts, words: Words) -> str:
    said = wording.change(change.op, change.change, words.day_of(change.issued))
    return _("%(what)s: %(reason)s") % {"what": said, "reason": change.reason} if change.reason else said
