# SPDX-License-Identifier: Apache-2.0
"""A statement as a page shows it: one edition, what became of it, and where else it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from onrecord.statements.models import Edition, PressContact, Publication
from onrecord.statements.pages.lines import Facts

_COLUMNS = (
    "number",
    "language",
    "op",
    "content",
    "body_html",
    "commitment",
    "leaf_index",
    "review_due",
    "statement__original",
    "statement__translation_key",
    "statement__publication__path",
    "statement__publication__language",
)


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
    contacts: tuple[PressContact, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    stale: bool = False
    """A translation whose original has changed since."""
    preview: bool = False

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


def newest_of(publication: int) -> Article | None:
    """Return a statement by its publication's id, in its newest edition in the log; None if there is none."""
    editions = _logged(publication)
    return _article(editions, editions[-1], with_siblings=True) if editions else None


def edition(pk: int) -> tuple[Article | None, Article] | None:
    """Return the edition before, if there is one, and the edition; None if it is not in the log (yet)."""
    publication = Publication.objects.filter(statement__editions=pk).values_list("pk", flat=True).first()
    editions = _logged(publication) if publication else []
    before = None
    for row in editions:
        if row.pk == pk:
            earlier = _article(editions, before, with_siblings=False) if before else None
            return earlier, _article(editions, row, with_siblings=False)
        before = row
    return None


def _logged(publication: int) -> list[Edition]:
    return list(
        Edition.objects.filter(statement__publication=publication, leaf_index__isnull=False)
        .select_related("statement__publication")
        .only(*_COLUMNS)
        .order_by("number")
    )


def _article(editions: Sequence[Edition], chosen: Edition, *, with_siblings: bool) -> Article:
    history = tuple(Facts.of(edition.data) for edition in editions)
    original = chosen.statement.original_id
    changed = 0
    if with_siblings:
        changed = last_change(history) if original is None else _last_change_of(original)
    return Article(
        data=chosen.data,
        facts=Facts.of(chosen.data),
        body_html=chosen.body_html,
        content=bytes(chosen.content),
        path=chosen.statement.publication.path,
        history=tuple(facts for facts in history if facts.number <= chosen.number),
        newest=chosen is editions[-1],
        withdrawal=history[-1] if history[-1].op == "withdraw" else None,
        review_due=chosen.review_due,
        commitment=bytes(chosen.commitment).hex(),
        leaf_index=chosen.leaf_index,
        contacts=tuple(chosen.contacts.all()),
        siblings=_siblings(chosen, changed) if with_siblings else (),
        stale=original is not None and renders(chosen.data) < changed,
    )


def _siblings(chosen: Edition, changed: int) -> tuple[Sibling, ...]:
    """Return the other languages; a translation is stale if it renders an edition before the last change."""
    rows = (
        Publication.objects.filter(statement__translation_key=chosen.statement.translation_key)
        .exclude(statement=chosen.statement_id)
        .filter(edition__leaf_index__isnull=False)
        .select_related("edition", "statement")
        .only("path", "language", "withdrawn", "edition__content", "statement__original")
        .order_by("path")
    )
    return tuple(
        Sibling(
            language=row.language,
            path=row.path,
            original=row.statement.original_id is None,
            stale=row.statement.original_id is not None and renders(row.edition.data) < changed,
            withdrawn=row.withdrawn,
        )
        for row in rows
    )


def last_change(history: Sequence[Facts]) -> int:
    """Return the number of the newest edition that was more than a minor change."""
    return max((facts.number for facts in history if facts.change != "minor"), default=0)


def renders(data: dict[str, Any]) -> int:
    """Return the number of the original's edition that a translation's edition renders."""
    source = data["translation_of"] or {}
    return int(source.get("edition") or 0)


def _last_change_of(statement: int) -> int:
    logged = Edition.objects.filter(statement=statement, leaf_index__isnull=False).exclude(change="minor")
    return logged.order_by("-number").values_list("number", flat=True).first() or 0
