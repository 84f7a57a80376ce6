# SPDX-License-Identifier: Apache-2.0
"""One public entry for each decision, if the newsroom chooses so: what was decided, never about whom.

Each is read from facts, which hold no person, no text and no address, and from its place in the log. They
stand by year, in pages numbered from the oldest: a full page changes only when an appeal changes an entry.
The same for programs: `/transparency/decisions/2026/1.json` and `.csv`, the newest as `newest.json`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation import categories, items, manners
from onrecord.moderation.models import Commitment, DecisionFact, EffectKind, Policy, Verdict
from onrecord.moderation.transparency import tables
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.lists import PER_PAGE, Pager, full_pages
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

PAGES, DATA = "moderation.entries", "moderation.entries_data"
PATH = "transparency/decisions/"
NEWEST = "newest"
Named = tuple[str, Key]


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision as everybody may read it."""

    place: int
    """In its year, from 1."""
    day: date
    kind_of_thing: str
    verdict: str
    effects: tuple[str, ...]
    until: date | None
    ground: str
    """`rules`, `law`, or empty where nothing was restricted."""
    rule_number: str
    rule_version: int | None
    category: str
    automated: bool
    about_an_appeal: bool
    appeal_outcome: str
    leaf: int | None
    """Of the log: the edition there commits to the decision."""
    edition: str


@once_per_batch
def shown() -> bool:
    """Tell whether the newsroom publishes entries."""
    return Policy.current().public_entries


@once_per_batch
def years() -> list[tuple[int, int]]:
    """Return each year in which something was decided, with how many entries it has; newest first.

    Asks for the last place of each year, by index, so that it costs the same with a million entries.
    """
    placed = Commitment.objects.filter(place__isnull=False)
    first, last = (placed.order_by(way).values_list("year", flat=True).first() for way in ("year", "-year"))
    if first is None or last is None:
        return []
    found = [(year, _last_place(year)) for year in range(last, first - 1, -1)]
    return [(year, place) for year, place in found if place]


def _last_place(year: int) -> int:
    placed = Commitment.objects.filter(year=year, place__isnull=False).order_by("-place")
    return placed.values_list("place", flat=True).first() or 0


def keys() -> Iterator[Key]:
    """Return the list of years, each year, and its full pages, in each language; nothing while not shown."""
    if not shown():
        return
    found = years()
    for language in Site.current().languages:
        yield (language,)
        for year, last in found:
            yield (language, str(year))
            yield from ((language, str(year), str(page)) for page in range(1, full_pages(last) + 1))


def data_keys() -> Iterator[Key]:
    """Return the same for programs."""
    if not shown():
        return
    for year, last in years():
        yield (str(year), NEWEST)
        yield from ((str(year), str(page)) for page in range(1, full_pages(last) + 1))


def all_keys() -> list[Named]:
    """Return everything: what to bake when the newsroom begins, or ceases, to publish entries."""
    return [*((PAGES, key) for key in keys()), *((DATA, key) for key in data_keys())]


def keys_of(rows: Iterable[tuple[int | None, int | None]]) -> list[Named]:
    """Return what shows the entries with these years and places."""
    if not shown():
        return []
    pages = {(str(year), str((place - 1) // PER_PAGE + 1)) for year, place in rows if year and place}
    of_years = {year for year, _page in pages}
    found: list[Named] = [(DATA, (year, NEWEST)) for year in of_years]
    found += [(DATA, page) for page in pages]
    for language in Site.current().languages:
        found += [(PAGES, (language,)), *((PAGES, (language, year)) for year in of_years)]
        found += [(PAGES, (language, *page)) for page in pages]
    return sorted(found)


def render_page(key: Key) -> Iterable[File]:
    """Render the list of years, the newest entries of a year, or one of its full pages."""
    site, language = Site.current(), key[0]
    found = dict(years()) if shown() else {}
    if language not in site.languages or not shown() or (len(key) > 1 and int(key[1]) not in found):
        return
    words = Words(language, site.zone)
    with translation.override(language):
        told: dict[str, Any] = {
            "years": list(found.items()),
            "rows": (),
            "pager": None,
            "year": None,
            "data": "",
        }
        if len(key) == 1:
            yield _page(site, words, "", _("Every decision"), told)
            return
        year, number = int(key[1]), int(key[2]) if len(key) > 2 else 0
        pager = Pager(f"{site.home(language)}{PATH}{year}/", number, full_pages(found[year]))
        if number > pager.full:
            return
        title = _("Decisions in %(year)s") % {"year": words.plain_number(year)}
        if number:
            title = _("%(title)s, page %(number)s") % {"title": title, "number": words.plain_number(number)}
        told |= {
            "pager": pager,
            "rows": _rows(entries(year, number), words),
            "data": f"/{PATH}{year}/{number or NEWEST}",
            "year": year,
        }
        behind = f"{year}/{number}/" if number else f"{year}/"
        yield _page(site, words, behind, title, told)


def render_data(key: Key) -> Iterable[File]:
    """Render entries for programs: a full page of a year, or its newest."""
    year, name = int(key[0]), key[1]
    last = dict(years()).get(year, 0) if shown() else 0
    number = 0 if name == NEWEST else int(name)
    if not last or number > full_pages(last):
        return
    rows = [_plain(entry) for entry in entries(year, number)]
    told = {"year": year, "full_pages": full_pages(last), "page": number or None, "decisions": rows}
    for ending, body in (("json", _json(told)), ("csv", _csv(rows))):
        path = f"/{PATH}{year}/{name}.{ending}"
        yield File(path, body, media_type_of(path))


def entries(year: int, number: int = 0) -> list[Entry]:
    """Return a full page of a year, or without a number its newest entries; the newest first."""
    placed = Commitment.objects.filter(year=year, place__isnull=False).order_by("-place")
    if number:
        placed = placed.filter(place__range=((number - 1) * PER_PAGE + 1, number * PER_PAGE))
    found = placed.values_list("place", "decision_id", "document__leaf_index", "document__path")[:PER_PAGE]
    facts = {
        row.of: row
        for row in DecisionFact.objects.filter(manners.content(), of__in=[one[1] for one in found])
    }
    return [
        _entry(place, facts[decision], leaf, path or "")
        for place, decision, leaf, path in found
        if decision in facts
    ]


def _entry(place: int | None, row: DecisionFact, leaf: int | None, path: str) -> Entry:
    return Entry(
        place=place or 0,
        day=row.day,
        kind_of_thing=row.item_kind,
        verdict=row.verdict,
        effects=tuple(kind.value for kind in EffectKind if getattr(row, kind.value)),
        until=row.until,
        ground=row.ground,
        rule_number=row.rule_number,
        rule_version=row.rule_version,
        category=row.category,
        automated=row.automated_decision,
        about_an_appeal=row.on_appeal,
        appeal_outcome=row.reversed,
        leaf=leaf,
        edition=path,
    )


def _rows(found: Sequence[Entry], words: Words) -> list[dict[str, Any]]:
    titles = tables.titles_of({one.rule_version for one in found if one.rule_version}, words.language)
    return [
        {
            "place": words.number(one.place),
            "day": one.day,
            "thing": items.kind_named(one.kind_of_thing).label(),
            "done": _done(one),
            "until": one.until,
            "ground": _ground(one, titles, words),
            "subject": categories.label(one.category) if one.category else "",
            "automated": one.automated,
            "appeal": str(Verdict(one.appeal_outcome).label) if one.appeal_outcome else "",
            "leaf": "" if one.leaf is None else words.number(one.leaf),
            "edition": one.edition,
        }
        for one in found
    ]


def _done(entry: Entry) -> list[str]:
    done = [tables.kind_label(kind) for kind in entry.effects]
    if entry.about_an_appeal:
        return [_("Appeal: %(outcome)s") % {"outcome": Verdict(entry.verdict).label}, *done]
    return done or [tables.kind_label("no_action")]


def _ground(entry: Entry, titles: dict[tuple[int | None, str], str], words: Words) -> str:
    if entry.rule_version is None:
        return _("The law") if entry.ground == "law" else ""
    return _("Rule %(number)s: %(title)s (version %(version)s)") % {
        "number": entry.rule_number,
        "title": titles.get((entry.rule_version, entry.rule_number), "–"),
        "version": words.plain_number(entry.rule_version),
    }


def _page(site: Site, words: Words, behind: str, title: str, told: dict[str, Any]) -> File:
    page = Page(
        title=title,
        path=f"{site.home(words.language)}{PATH}{behind}",
        language=words.language,
        section="transparency",
        description=_("What was decided, by which rule and for how long; never about whom."),
        others=in_every_language(site, f"{PATH}{behind}"),
    )
    context = {"site": site, "page": page, **told}
    return page_file(page.path, render("decisions.html", context, words.language))


def _plain(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "effects": list(entry.effects)}


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    written = io.StringIO()
    table = csv.writer(written)
    names = list(Entry.__dataclass_fields__)
    table.writerow(names)
    for row in rows:
        table.writerow([" ".join(row[name]) if name == "effects" else row[name] for name in names])
    return written.getvalue().encode()


FAMILIES = (Family(PAGES, keys, render_page), Family(DATA, data_keys, render_data))
