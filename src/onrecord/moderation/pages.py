# SPDX-License-Identifier: Apache-2.0
"""The rules as baked pages: the version that applies, each version at an address of its own, and as data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation import categories, items, manners
from onrecord.moderation.manners import Book
from onrecord.moderation.models import AppealFact, DecisionFact, Policy, Rule, RuleBook, Verdict
from onrecord.statements.pages import templates
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

NAME, DATA = "moderation.rules", "moderation.rules_data"
JSON = "application/json"
templates.add_folder(Path(__file__).resolve().parent / "site_templates")


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as a page tells it."""

    number: str
    anchor: str
    title: str
    text: str
    examples: tuple[str, ...]
    category: str
    sanctions: tuple[str, ...]
    points: int
    points_days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was decided by a book in a year."""

    year: int
    decisions: int
    restricted: int
    appeals: int
    reversed: int


def keys() -> Iterator[Key]:
    """Return each book in each language alone, and with each version."""
    for book in manners.books():
        versions = list(_versions(book).order_by("version").values_list("version", flat=True))
        for language in Site.current().languages:
            yield (book.code, language)
            for version in versions:
                yield (book.code, language, str(version))


def data_keys() -> Iterator[Key]:
    """Return the newest and each version of each book."""
    for book in manners.books():
        yield (book.code, "")
        for version in _versions(book).order_by("version").values_list("version", flat=True):
            yield (book.code, str(version))


def all_keys() -> list[tuple[str, Key]]:
    """Return every page here, to be baked again; each is written only if it changes."""
    return [*((NAME, key) for key in keys()), *((DATA, key) for key in data_keys())]


def render_rules(key: Key) -> Iterable[File]:
    """Render a book of rules in a language: those that apply now, or one version."""
    code, language, *version = key
    site, book = Site.current(), manners.book_called(code)
    row = _versions(book).filter(version=version[0]).first() if version else applying(book)
    if language not in site.languages or (version and row is None):
        return
    behind = path_of(row) if version and row else book.folder
    with translation.override(language):
        title = str(book.title)
        if version and row:
            title = _("%(title)s, version %(number)s") % {"title": title, "number": row.version}
        page = Page(
            title=title,
            path=f"{site.home(language)}{behind}",
            language=language,
            section="rules" if book is manners.RULES else "press",
            description=str(book.description),
            others=in_every_language(site, behind),
        )
        context = {
            "site": site,
            "page": page,
            "book": row,
            "data": data_path(book, row.version if version and row else None),
            "newest_data": data_path(book, None),
            "rules": tell(row, language) if row else (),
            "newest": not version,
            "preamble": _text(row.preamble, language) if row else "",
            "changes": _text(row.changes, language) if row else "",
            "coming": coming(book),
            "path_of": path_of,
            "history": list(_versions(book).order_by("-version")),
            "policy": Policy.current(),
            "figures": figures(book),
        }
        yield page_file(page.path, render(book.template, context, language))


def render_data(key: Key) -> Iterable[File]:
    """Render a book for programs: `/rules.json`, and `/rules/2.json` for one version (DSA Art. 14)."""
    code, version = key
    book = manners.book_called(code)
    row = _versions(book).filter(version=version).first() if version else applying(book)
    if row is None:
        return
    body = json.dumps(as_data(row), ensure_ascii=False, indent=1).encode()
    yield File(data_path(book, row.version if version else None), body, JSON, immutable=False)


def data_path(book: Book, version: int | None) -> str:
    """Return where a book stands for programs: the newest, or one version."""
    return f"/{book.folder}{version}.json" if version else f"/{book.folder.rstrip('/')}.json"


def path_of(row: RuleBook) -> str:
    """Return where a version stands, behind the front page of a language."""
    return f"{manners.book_called(row.code).folder}{row.version}/"


def applying(book: Book = manners.RULES) -> RuleBook | None:
    """Return the version of a book that applies now."""
    return RuleBook.at(timezone.now(), book.code)


def coming(book: Book = manners.RULES) -> RuleBook | None:
    """Return the version of a book that is announced and does not apply yet."""
    return _versions(book).filter(effective_from__gt=timezone.now()).order_by("version").first()


def figures(book: Book) -> list[Figures]:
    """Return what was decided by a book of its own, by year, newest first; nothing for readers' words.

    Those have pages of their own: `transparency`.
    """
    kinds = [one.name for one in items.kinds() if manners.of(one.name).book.code == book.code]
    if book is manners.RULES or not kinds:
        return []
    rows: dict[int, Counter[str]] = {}
    decided = DecisionFact.objects.filter(item_kind__in=kinds, on_appeal=False)
    for day, verdict, changed in decided.values_list("day", "verdict", "reversed"):
        year = rows.setdefault(day.year, Counter())
        year["decisions"] += 1
        year[verdict] += 1
        year["reversed"] += changed in {Verdict.REVERSED, Verdict.PARTIALLY_REVERSED}
    for day in AppealFact.objects.filter(item_kind__in=kinds).values_list("day", flat=True):
        rows.setdefault(day.year, Counter())["appeals"] += 1
    return [
        Figures(year, one["decisions"], one[Verdict.RESTRICT], one["appeals"], one["reversed"])
        for year, one in sorted(rows.items(), reverse=True)
    ]


def tell(book: RuleBook, language: str) -> tuple[Told, ...]:
    """Return the rules of a version in a language, in order."""
    return tuple(told(rule, language) for rule in book.rules.prefetch_related("texts").order_by("position"))


def told(rule: Rule, language: str) -> Told:
    """Return one rule in a language."""
    text, book = rule.text_in(language), manners.book_called(rule.book.code)
    with translation.override(language):
        return Told(
            number=rule.number,
            anchor=rule.anchor,
            title=text.title,
            text=text.text,
            examples=tuple(text.examples),
            category=categories.label(rule.category),
            sanctions=tuple(manners.label_in(book, kind) for kind in rule.sanctions),
            points=rule.points,
            points_days=rule.points_days,
        )


def rule_url(site: Site, rule: Rule, language: str) -> str:
    """Return the whole address at which exactly this version of a rule stands."""
    spoken = language if language in site.languages else site.default_language
    return f"{site.url(site.home(spoken) + path_of(rule.book))}#{rule.anchor}"


def as_data(book: RuleBook) -> dict[str, Any]:
    """Return a version for programs."""
    policy = Policy.current()
    return {
        "version": book.version,
        "announced": book.published_at.isoformat(),
        "effective_from": book.effective_from.isoformat(),
        "preamble": book.preamble,
        "changes": book.changes,
        "rules": [
            {
                "number": rule.number,
                "category": rule.category,
                "sanctions": rule.sanctions,
                "points": rule.points,
                "points_days": rule.points_days,
                "texts": {
                    text.language: {"title": text.title, "text": text.text, "examples": text.examples}
                    for text in rule.texts.order_by("pk")
                },
            }
            for rule in book.rules.prefetch_related("texts").order_by("position")
        ],
        "procedure": {
            "decision_hours": policy.decision_hours,
            "trusted_flagger_hours": policy.urgent_hours,
            "appeal_days": policy.appeal_days,
            "appeal_decision_hours": policy.appeal_hours,
            "appeal_heard_by": "another person",
        },
    }


def _versions(book: Book) -> QuerySet[RuleBook]:
    return RuleBook.objects.filter(code=book.code)


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


FAMILIES = (Family(NAME, keys, render_rules), Family(DATA, data_keys, render_data))
