# SPDX-License-Identifier: Apache-2.0
"""Statements as entries of a feed: what was said or changed last, with its whole text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.prepared import Prepared, PreparedObjects
from onrecord.statements.formats import cards, feeds
from onrecord.statements.models import Edition, Publication, Topic
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
    found = _newest_in(language) if topic is None else _newest_under(topic.pk, language)
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


def _in_language(most: int) -> PreparedObjects[Publication]:
    return PreparedObjects(
        lambda language: Publication.objects.filter(language=language).order_by("-changed_at", "-pk")[:most]
    )


_newest_in = _in_language(MOST_ENTRIES)
_newest_under = PreparedObjects(
    lambda topic, language: Publication.objects.filter(
        listings__topic=topic, listings__language=language
    ).order_by("-listings__changed_at", "-listings__publication")[:MOST_ENTRIES]
)
_logged_of = Prepared(
    lambda *statements: (
        Edition.objects.filter(statement__in=statements, leaf_index__isnull=False)
        .order_by("number")
        .values_list("pk", "statement_id", "change", "commitment")
    )
)


def _logged(statements: list[int]) -> tuple[dict[int, _Logged], dict[int, Facts]]:
    """Return the editions to speak of by statement, and the facts of those that changed something."""
    found: dict[int, _Logged] = {}
    commitments: dict[int, bytes] = {}
    for pk, statement, change, commitment in _logged_of(*statements) if statements else ():
        commitments[pk] = bytes(commitment)
        minor = change == "minor" and statement in found
        found[statement] = _Logged(pk, commitments[pk], found[statement].change if minor else pk)
    return found, facts_of((each.change, commitments[each.change]) for each in found.values())


_text_of = Prepared(lambda pk: Edition.objects.filter(pk=pk).values_list("content", "body_html"))


@lru_cache(maxsize=64)
def _said(site: Site, edition: int, _commitment: bytes) -> _Said:
    ((content, body_html),) = _text_of(edition)
    data = json.loads(bytes(content))
    return _Said(
        title=data["title"],
        summary=data["summary"],
        html=feeds.absolute(body_html, site.address),
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
