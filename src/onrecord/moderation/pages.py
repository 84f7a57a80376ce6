# SPDX-License-Identifier: Apache-2.0
"""The rules as baked pages: the version that applies, each version at an address of its own, and as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation import categories
from onrecord.moderation.models import EffectKind, Policy, Rule, RuleBook
from onrecord.statements.pages import templates
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

NAME, DATA = "moderation.rules", "moderation.rules_data"
JSON = "application/json"
NEWEST = "rules/"
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


def keys() -> Iterator[Key]:
    """Return each language alone, and with each version."""
    versions = list(RuleBook.objects.order_by("version").values_list("version", flat=True))
    for language in Site.current().languages:
        yield (language,)
        for version in versions:
            yield (language, str(version))


def data_keys() -> Iterator[Key]:
    """Return the newest and each version."""
    yield ("",)
    for version in RuleBook.objects.order_by("version").values_list("version", flat=True):
        yield (str(version),)


def all_keys() -> list[tuple[str, Key]]:
    """Return every page here, to be baked again; each is written only if it changes."""
    return [*((NAME, key) for key in keys()), *((DATA, key) for key in data_keys())]


def render_rules(key: Key) -> Iterable[File]:
    """Render the rules in a language: those that apply now, or one version."""
    language, *version = key
    site = Site.current()
    book = RuleBook.objects.filter(version=version[0]).first() if version else applying()
    if language not in site.languages or (version and book is None):
        return
    behind = book.path if version and book else NEWEST
    with translation.override(language):
        title = _("Rules, version %(number)s") % {"number": book.version} if version and book else _("Rules")
        page = Page(
            title=title,
            path=f"{site.home(language)}{behind}",
            language=language,
            section="rules",
            description=_("What is accepted here, what is not, and what may follow."),
            others=in_every_language(site, behind),
        )
        context = {
            "site": site,
            "page": page,
            "book": book,
            "rules": tell(book, language) if book else (),
            "newest": not version,
            "preamble": _text(book.preamble, language) if book else "",
            "changes": _text(book.changes, language) if book else "",
            "coming": coming(),
            "history": list(RuleBook.objects.order_by("-version")),
            "policy": Policy.current(),
            "effects": [str(kind.label) for kind in EffectKind],
        }
        yield page_file(page.path, render("rules.html", context, language))


def render_data(key: Key) -> Iterable[File]:
    """Render the rules for programs: `/rules.json`, and `/rules/2.json` for one version (DSA Art. 14)."""
    (version,) = key
    book = RuleBook.objects.filter(version=version).first() if version else applying()
    if book is None:
        return
    body = json.dumps(as_data(book), ensure_ascii=False, indent=1).encode()
    path = f"/rules/{book.version}.json" if version else "/rules.json"
    yield File(path, body, JSON, immutable=False)


def applying() -> RuleBook | None:
    """Return the version that applies now."""
    return RuleBook.at(timezone.now())


def coming() -> RuleBook | None:
    """Return the version that is announced and does not apply yet."""
    return RuleBook.objects.filter(effective_from__gt=timezone.now()).order_by("version").first()


def tell(book: RuleBook, language: str) -> tuple[Told, ...]:
    """Return the rules of a version in a language, in order."""
    return tuple(told(rule, language) for rule in book.rules.prefetch_related("texts").order_by("position"))


def told(rule: Rule, language: str) -> Told:
    """Return one rule in a language."""
    text = rule.text_in(language)
    with translation.override(language):
        return Told(
            number=rule.number,
            anchor=rule.anchor,
            title=text.title,
            text=text.text,
            examples=tuple(text.examples),
            category=categories.label(rule.category),
            sanctions=tuple(str(EffectKind(kind).label) for kind in rule.sanctions),
            points=rule.points,
            points_days=rule.points_days,
        )


def rule_url(site: Site, rule: Rule, language: str) -> str:
    """Return the whole address at which exactly this version of a rule stands."""
    spoken = language if language in site.languages else site.default_language
    return f"{site.url(site.home(spoken) + rule.book.path)}#{rule.anchor}"


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


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


FAMILIES = (Family(NAME, keys, render_rules), Family(DATA, data_keys, render_data))
