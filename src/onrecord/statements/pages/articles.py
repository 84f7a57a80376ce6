# SPDX-License-Identifier: Apache-2.0
"""A statement as a page shows it: one edition, what became of it, and where else it can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from onrecord.bakery.batch import numbers_of, once_per_batch
from onrecord.prepared import Prepared
from onrecord.statements.models import Edition, Publication, Statement
from onrecord.statements.pages.gathered import Gathered
from onrecord.statements.pages.lines import Facts

_LOGGED = Edition.objects.filter(leaf_index__isnull=False).order_by("number")
_COLUMNS = (
    "pk",
    "content",
    "body_html",
    "commitment",
    "leaf_index",
    "review_due",
    "statement",
    "statement__original",
    "statement__publication__path",
)
PUBLICATION = "publication"
"""The group of families whose keys begin with the id of a publication."""


def publications_of_batch() -> Iterable[int]:
    """Return the publications whose pages are rendered together with the one that is asked for."""
    return numbers_of(PUBLICATION)


_of_publication = Gathered(
    lambda pks: _LOGGED.filter(statement__publication__in=pks).values_list(
        "statement__publication__pk", *_COLUMNS
    ),
    publications_of_batch,
)
_last_change_of = Prepared(
    lambda pk: (
        _LOGGED.filter(statement=pk).exclude(change="minor").order_by("-number").values_list("number")[:1]
    ),
)
_contacts_of = Gathered(
    lambda pks: (
        Edition.contacts.through.objects.filter(edition__statement__publication__in=pks)
        .order_by("presscontact__name", "presscontact")
        .values_list(
            *("edition__statement__publication", "edition"),
            *(f"presscontact__{name}" for name in ("name", "role", "phone", "email", "hours", "languages")),
        )
    ),
    publications_of_batch,
)
_translated = Gathered(
    lambda pks: (
        Publication.objects.filter(
            Exists(
                Publication.objects.filter(
                    statement__translation_key=OuterRef("statement__translation_key")
                ).exclude(pk=OuterRef("pk"))
            ),
            pk__in=pks,
        )
        .order_by("pk")
        .values_list("pk")
    ),
    publications_of_batch,
)
_siblings_of = Prepared(
    lambda pk: (
        Publication.objects.filter(
            statement__translation_key__in=Statement.objects.filter(publication=pk).values("translation_key"),
            edition__leaf_index__isnull=False,
        )
        .exclude(pk=pk)
        .order_by("path")
        .values_list("language", "path", "withdrawn", "edition__content", "statement__original")
    ),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a journalist may phone or write to."""

    name: str
    role: str
    phone: str
    email: str
    hours: str
    languages: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One edition in the log, as read from the database."""

    pk: int
    data: dict[str, Any]
    content: bytes
    body_html: str
    commitment: bytes
    leaf_index: int
    review_due: bool
    statement: int
    original: int | None
    publication: int
    path: str
    facts: Facts

    @property
    def length(self) -> int:
        """Characters of the text, the summary among them."""
        texts = [block["text"] for block in self.data["blocks"]]
        return len(self.data["summary"]) + sum(map(len, texts))


@dataclass(frozen=True, slots=True)
class Sibling:
    """The same statement in another language."""

    language: str
    path: str
    original: bool
    stale: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One edition of a statement with all that its page says about it."""

    data: dict[str, Any]
    facts: Facts
    body_html: str
    content: bytes
    """The edition file as it is served."""
    path: str
    """The stable address; the edition's own one is `edition_path`."""
    history: tuple[Facts, ...]
    """Every edition in the log up to this one, oldest first."""
    newest: bool
    withdrawal: Facts | None
    """The edition that withdrew the statement, whichever edition this is."""
    review_due: bool = False
    commitment: str = ""
    leaf_index: int | None = None
    contacts: tuple[Contact, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    stale: bool = False
    """A translation whose original has changed since."""
    preview: bool = False

    first_length: int = 0
    """Characters of the text of the first edition in the log."""

    @property
    def edition_path(self) -> str:
        """The address of this edition alone."""
        return f"{self.path}{self.facts.number}/"

    @property
    def original(self) -> Sibling | None:
        """What this text is translated from, once it can be read."""
        return next((sibling for sibling in self.siblings if sibling.original), None)

    @property
    def notice(self) -> Facts | None:
        """The last change that readers have to know of: not minor, not the first edition."""
        changes = [facts for facts in self.history[1:] if facts.change != "minor" and facts.op != "withdraw"]
        return changes[-1] if changes else None


@once_per_batch
def newest_of(publication: int) -> Article | None:
    """Return a statement by its publication's id, in its newest edition in the log; None if there is none."""
    editions = _logged(publication)
    return _article(editions, editions[-1], with_siblings=True) if editions else None


def edition(publication: int, pk: int) -> tuple[Article | None, Article] | None:
    """Return the edition before, if there is one, and the edition; None if it is not in the log (yet)."""
    editions = _logged(publication)
    before = None
    for row in editions:
        if row.pk == pk:
            earlier = _article(editions, before, with_siblings=False) if before else None
            return earlier, _article(editions, row, with_siblings=False)
        before = row
    return None


def statement_of(publication: int) -> int | None:
    """Return the id of the statement of a publication; None while no edition of it is in the log."""
    return next((edition.statement for edition in _logged(publication)), None)


def statements_of_batch() -> Iterable[int]:
    """Return the statements whose pages are rendered together."""
    return filter(None, map(statement_of, publications_of_batch()))


def leaves_of_batch() -> Set[int]:
    """Return the places in the log of all editions of the statements whose pages are rendered together."""
    return {edition.leaf_index for pk in publications_of_batch() for edition in _logged(pk)}


@once_per_batch
def _logged(publication: int) -> tuple[Logged, ...]:
    """Return a statement's editions in the log, the oldest first."""
    return tuple(_read(publication, row) for row in _of_publication(publication))


def _read(publication: int, row: tuple[Any, ...]) -> Logged:
    pk, content, body_html, commitment, leaf_index, review_due, statement, original, path = row
    data = json.loads(bytes(content))
    return Logged(
        pk=pk,
        data=data,
        content=bytes(content),
        body_html=body_html,
        commitment=bytes(commitment),
        leaf_index=leaf_index,
        review_due=bool(review_due),
        statement=statement,
        original=original,
        publication=publication,
        path=path,
        facts=Facts.of(data),
    )


def _article(editions: Sequence[Logged], chosen: Logged, *, with_siblings: bool) -> Article:
    history = tuple(edition.facts for edition in editions)
    changed = 0
    if with_siblings and chosen.original is None:
        changed = last_change(history)
    elif with_siblings and chosen.original is not None:
        changed = next((number for (number,) in _last_change_of(chosen.original)), 0)
    facts = chosen.facts
    return Article(
        data=chosen.data,
        facts=facts,
        body_html=chosen.body_html,
        content=chosen.content,
        path=chosen.path,
        history=tuple(past for past in history if past.number <= facts.number),
        newest=chosen is editions[-1],
        withdrawal=history[-1] if history[-1].op == "withdraw" else None,
        review_due=chosen.review_due,
        first_length=editions[0].length,
        commitment=chosen.commitment.hex(),
        leaf_index=chosen.leaf_index,
        contacts=_contacts(chosen),
        siblings=_siblings(chosen, changed) if with_siblings else (),
        stale=chosen.original is not None and renders(chosen.data) < changed,
    )


def _contacts(chosen: Logged) -> tuple[Contact, ...]:
    rows = _contacts_of(chosen.publication)
    return tuple(Contact(*row) for edition, *row in rows if edition == chosen.pk)


def _siblings(chosen: Logged, changed: int) -> tuple[Sibling, ...]:
    """Return the other languages; a translation is stale if it renders an edition before the last change."""
    if not _translated(chosen.publication):
        return ()
    return tuple(
        Sibling(
            language=language,
            path=path,
            original=original is None,
            stale=original is not None and renders(json.loads(bytes(content))) < changed,
            withdrawn=bool(withdrawn),
        )
        for language, path, withdrawn, content, original in _siblings_of(chosen.publication)
    )


def last_change(history: Sequence[Facts]) -> int:
    """Return the number of the newest edition that was more than a minor change."""
    return max((facts.number for facts in history if facts.change != "minor"), default=0)


def renders(data: dict[str, Any]) -> int:
    """Return the number of the original's edition that a translation's edition renders."""
    source = data["translation_of"] or {}
    return int(source.get("edition") or 0)
