# SPDX-License-Identifier: Apache-2.0
"""The page of the log, in each language of the newsroom: how far it has come, and how to check it.

It changes with every leaf. What it shows is read from the head, the newest few leaves and the leaves that
are not open, so it costs the same however long the log is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.people.models import Organisation
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.proof.dns_record import DnsRecord, name_for
from onrecord.proof.register import ListedKey, Register
from onrecord.record.models import Document, Leaf, LogHead, Opening, Timestamp, Witness
from onrecord.record.openings import Account, published_account
from onrecord.statements.models import Edition
from onrecord.statements.pages import proof_words, witnessing
from onrecord.statements.pages.bundles import newest_register
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.lines import facts_of
from onrecord.statements.pages.lists import front_keys
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

NAME = "statements.log"
NEWEST_ENTRIES = 10
NEWEST_ANCHORS = 5

_leaves_from = Prepared(
    lambda first: (
        Leaf.objects.filter(index__gte=first)
        .order_by("-index")
        .values_list("index", "at", "opening__state", "opening__sealed_until", "opening__erased_by_id")
    )
)
_editions_from = Prepared(
    lambda first: Edition.objects.filter(leaf_index__gte=first).values_list(
        "leaf_index", "pk", "commitment", "statement__publication__path"
    )
)
_documents_from = Prepared(
    lambda first: Document.objects.filter(leaf_index__gte=first).values_list(
        "leaf_index", "path", "kind", "number"
    )
)
_newest_anchors = PreparedObjects(lambda: Timestamp.objects.order_by("-size")[:NEWEST_ANCHORS])


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf as the page lists it."""

    index: int
    at: datetime
    state: str
    path: str = ""
    title: str = ""
    language: str = ""
    """The language of the title; empty for what the program named."""
    op: str = ""
    change: str = ""
    sealed_until: datetime | None = None
    erased_by: int | None = None


@dataclass(frozen=True, slots=True)
class Logbook:
    """The state of the log, the same for each language."""

    head: LogHead | None
    account: Account
    entries: tuple[Entry, ...]
    register: Register | None
    seen: witnessing.Seen
    witnesses: tuple[Witness, ...]
    anchors: tuple[Timestamp, ...]
    mirrors: tuple[str, ...]
    dns: tuple[tuple[str, str], ...]
    """Names in the DNS and what should stand there."""

    @property
    def root(self) -> str:
        """The root of the tree, in hexadecimal."""
        return bytes(self.head.root).hex() if self.head else ""

    @property
    def keys(self) -> tuple[ListedKey, ...]:
        """The keys that the register lists, those in use first, then the newest first."""
        listed = self.register.keys if self.register else ()
        return tuple(sorted(listed, key=lambda entry: (entry.to_index is not None, -entry.from_index)))


def all_keys() -> list[tuple[str, Key]]:
    """Return the page in every language: what to bake when the log or its witnesses change."""
    return [(NAME, key) for key in front_keys()]


def render_logbook(key: Key) -> Iterable[File]:
    """Render the page in one language."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    book, words = logbook(), Words(language, site.zone)
    with translation.override(language):
        title = _("The public log")
        said = _said(book, words)
    path = f"{site.home(language)}log/"
    page = Page(
        title=title, path=path, language=language, section="log", others=in_every_language(site, "log/")
    )
    context = {"site": site, "page": page, "book": book, "said": said}
    yield File(path, render("log.html", context, language).encode(), media_type_of(path))


@once_per_batch
def logbook() -> Logbook:
    """Read the state of the log."""
    head = LogHead.current()
    size = head.size if head else 0
    found = newest_register() if size else None
    register = found.read if found else None
    return Logbook(
        head=head if size else None,
        account=published_account(),
        entries=tuple(_entries(size)),
        register=register,
        seen=witnessing.seen(size - 1),
        witnesses=witnessing.asked(),
        anchors=tuple(_newest_anchors()),
        mirrors=_mirrors(register),
        dns=_dns(head.origin, register) if head and size else (),
    )


def _entries(size: int) -> Iterator[Entry]:
    first = max(0, size - NEWEST_ENTRIES)
    said = {**_editions(first), **_documents(first)}
    for index, at, state, sealed_until, erased_by in _leaves_from(first):
        shown = said.get(index, {}) if state == Opening.State.OPEN else {}
        yield Entry(index=index, at=at, state=state, sealed_until=sealed_until, erased_by=erased_by, **shown)


def _editions(first: int) -> dict[int, dict[str, Any]]:
    rows = _editions_from(first)
    found = [(index, pk, bytes(commitment), path) for index, pk, commitment, path in rows]
    facts = facts_of((pk, commitment) for _index, pk, commitment, _path in found)
    return {
        index: {
            "path": f"{path}{facts[pk].number}/",
            "title": facts[pk].title,
            "language": facts[pk].language,
            "op": facts[pk].op,
            "change": facts[pk].change,
        }
        for index, pk, _commitment, path in found
    }


def _documents(first: int) -> dict[int, dict[str, Any]]:
    return {
        index: {"path": path, "op": kind, "change": str(number)}
        for index, path, kind, number in _documents_from(first)
    }


def _mirrors(register: Register | None) -> tuple[str, ...]:
    return register.mirrors if register else ()


def _dns(origin: str, register: Register | None) -> tuple[tuple[str, str], ...]:
    root = None if register is None or register.self_declared else register.fingerprint()
    record = DnsRecord(origin, root).to_text()
    return tuple((name_for(domain), record) for domain in Organisation.current().domains)


def _said(book: Logbook, words: Words) -> dict[str, Any]:
    return {
        "witnesses": proof_words.witnesses(book.seen.standing),
        "asked": [(one, proof_words.witness(words, one)) for one in book.witnesses],
        "register": proof_words.register(words, newest_register()),
        "account": proof_words.accounted(words, book.account),
        "late": proof_words.late(words, book.account),
        "listed": [
            (entry, proof_words.role(entry), proof_words.key_listed(words, entry)) for entry in book.keys
        ],
        "entries": [
            (entry, proof_words.entry(words, entry.state, entry.op, entry.change)) for entry in book.entries
        ],
    }


FAMILIES = (Family(NAME, front_keys, render_logbook),)
