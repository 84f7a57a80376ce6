# SPDX-License-Identifier: Apache-2.0
"""How a kind of thing is judged where that differs from what readers write: by which book, in which words.

A kind says so with `manner`; one that says nothing is judged as readers' words are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onrecord.moderation import items, starter
from onrecord.moderation.models import EffectKind

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A series of published rules: numbered, in dated versions that never change, with pages of its own."""

    code: str
    """Unique; as it stands in the database. Empty: the rules for what readers write."""
    folder: str
    """Where it stands behind the front page of a language, as `rules/`."""
    title: Words
    description: Words
    first_draft: Callable[[list[str]], dict[str, object]]
    """Returns what a newsroom may begin with, in these languages: see actions/rules.py."""
    effects: frozenset[str]
    """Kinds of effects that its rules may name."""
    template: str
    """Of its page on the site."""


RULES = Book(
    code="",
    folder="rules/",
    title=_("Rules"),
    description=_("What is accepted here, what is not, and what may follow."),
    first_draft=starter.draft,
    effects=frozenset(EffectKind.values),
    template="rules.html",
)


_NOTHING_CHOSEN, _NO_ACTION = _("Nothing chosen: no action."), _("No action.")
_TITLE, _RULE = _("A decision about what you wrote"), _("Rule")
_RULE_LINE = _("Rule %(number)s of version %(version)s: %(title)s")
_WHY = _("Why it breaks this rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a kind is judged."""

    book: Book = RULES
    labels: Mapping[str, Words] = field(default_factory=dict)
    """What an effect is called here, by its kind; else as for what readers write."""
    nothing: Words = _NOTHING_CHOSEN
    """What whoever decides reads about a decision without effects."""
    nothing_told: Words = _NO_ACTION
    """What whom it concerns reads about one."""
    title: Words = _TITLE
    """What stands above the notice to whom it concerns."""
    rule_line: Words = _RULE_LINE
    rule_heading: Words = _RULE
    why_heading: Words = _WHY
    always_told: bool = False
    """Whom it concerns is told of a decision without effects too."""
    waits_for_decision: bool = False
    """What is held is let through by a decision with reasons alone, never by approval at a glance."""
    label_has_words: bool = False
    """A label carries words of its own, which whoever decides writes."""
    is_content: bool = True
    """It counts among decisions about content, in statistics and reports under the DSA."""


ORDINARY = Manner()


@runtime_checkable
class HasManner(Protocol):
    """A kind that is judged in a manner of its own."""

    @property
    def manner(self) -> Manner: ...


@dataclass(frozen=True, slots=True)
class ItemFile:
    """A file that belongs to a thing, for whoever judges it."""

    name: str
    body: bytes


@runtime_checkable
class HasFiles(Protocol):
    """A kind whose things come with files."""

    def file_names(self, key: str) -> list[str]:
        """Return the names of the files of a thing, in order."""
        ...

    def file(self, key: str, place: int) -> ItemFile | None:
        """Return the file at a place, from 0; None if there is none."""
        ...


def of(kind: str) -> Manner:
    """Return how a kind is judged, by its name; one that is unknown as readers' words are."""
    found = next((one for one in items.kinds() if one.name == kind), None)
    return found.manner if isinstance(found, HasManner) else ORDINARY


def books() -> list[Book]:
    """Return every book of rules: the one for what readers write first."""
    others = {one.manner.book.code: one.manner.book for one in items.kinds() if isinstance(one, HasManner)}
    return [RULES, *(book for code, book in sorted(others.items()) if code)]


def book_called(code: str) -> Book:
    """Return a book by its code; the rules for what readers write if there is none."""
    return next((book for book in books() if book.code == code), RULES)


def effect_label(kind: str, effect: str) -> str:
    """Return what an effect is called on things of a kind."""
    return str(of(kind).labels.get(effect) or EffectKind(effect).label)


def label_in(book: Book, effect: str) -> str:
    """Return what an effect is called in a book."""
    for one in items.kinds():
        if isinstance(one, HasManner) and one.manner.book.code == book.code and effect in one.manner.labels:
            return str(one.manner.labels[effect])
    return str(EffectKind(effect).label)


def content() -> Q:
    """Return the condition on facts that leaves in only decisions about content."""
    return ~Q(item_kind__in=other_kinds())


def other_kinds() -> list[str]:
    """Return the names of the kinds of which decisions are not about content."""
    return [one.name for one in items.kinds() if not of(one.name).is_content]


def files_of(kind: str, key: str) -> list[str]:
    """Return the names of the files that belong to a thing."""
    found = items.kind_named(kind)
    return found.file_names(key) if isinstance(found, HasFiles) else []


def file_of(kind: str, key: str, place: int) -> ItemFile | None:
    """Return a file that belongs to a thing."""
    found = items.kind_named(kind)
    return found.file(key, place) if isinstance(found, HasFiles) else None
