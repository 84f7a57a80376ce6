# SPDX-License-Identifier: Apache-2.0
"""What a former host of the newsroom goes on saying in the fediverse: a folder that any web server can serve.

Ids never change: accounts say where they moved, and statements that were released there stay readable under
the ids that servers know, with every later correction. The folder can be written again at any time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any  # JSON
from urllib.parse import urlsplit

from django.conf import settings

from onrecord.bakery.batch import together
from onrecord.federation import actors, documents, facts, objects
from onrecord.federation.documents import collections
from onrecord.federation.models import Actor, ActorKind
from onrecord.statements.models import Publication
from onrecord.statements.pages.articles import newest_of
from onrecord.statements.pages.site import Site

FOLDER = "former"
AT_ONCE = 200


def folder_of(base: str) -> Path:
    """Return the folder for a former address of the site."""
    return Path(settings.HOME) / FOLDER / urlsplit(base).netloc.replace(":", "_")


def write(base: str, *, progress: Callable[[int, int | None], object] = lambda _done, _total: None) -> int:
    """Write all that a former host says; return how many files. Safe to repeat."""
    written = 0
    for actor in Actor.objects.filter(former_base=base, closed_at=None).select_related("topic"):
        written += _put(base, _account(actor))
    pks = list(Publication.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        with together():
            for pk in pks[start : start + AT_ONCE]:
                written += _put(base, documents_at(base, pk))
        progress(min(start + AT_ONCE, len(pks)), len(pks))
    return written


def keep_up(edition_id: int) -> None:
    """Let all former hosts say an edition of a statement that they know, once it can be read."""
    publication = Publication.objects.filter(statement__editions=edition_id).first()
    for base in former_bases():
        if publication is not None and folder_of(base).exists():
            _put(base, documents_at(base, publication.pk))


def remove(key: str) -> int:
    """Remove a statement that was erased from all folders; return how many files. Safe to repeat."""
    found: list[Path] = []
    for base in former_bases():
        said = folder_of(base) / "ap"
        found.append(said / "statements" / key)
        found.append(said / "activities/create" / key)
        for verb in ("update", "withdraw"):
            found += [number / key for number in (said / "activities" / verb).glob("*")]
    there = [path for path in found if path.is_file()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


def former_bases() -> list[str]:
    """Return the addresses that the site had while its accounts could be followed."""
    rows = Actor.objects.exclude(former_base="").order_by("former_base")
    return list(rows.values_list("former_base", flat=True).distinct())


def documents_at(base: str, publication: int) -> list[dict[str, Any]]:
    """Return object and activities of a statement as a former host has them; nothing if it came later."""
    article = newest_of(publication)
    speaking = author_at(base, publication)
    if article is None or speaking is None:
        return []
    site = replace(Site.current(), address=base)
    prover, issued = facts.prover_of(speaking), article.facts.issued
    document = prover.prove(documents.statement(facts.said(site, article, speaking)), issued)
    key = objects.key_at(article.path)
    create = documents.create(document, identifier=base + objects.quoted(f"{objects.ACTIVITIES}create/{key}"))
    found = [document, prover.prove(create, issued)]
    if article.facts.number > 1:
        verb = "withdraw" if article.facts.op == "withdraw" else "update"
        path = objects.quoted(f"{objects.ACTIVITIES}{verb}/{article.facts.number}/{key}")
        found.append(prover.prove(documents.update(document, identifier=base + path), issued))
    return found


def author_at(base: str, publication: int) -> Actor | None:
    """Return the account that a statement is by at a former host; None if it was released after the move."""
    article = newest_of(publication)
    if article is None:
        return None
    first = article.history[0].issued
    rows = Actor.objects.filter(former_base=base, kind=ActorKind.FORMER).order_by("moved_at", "pk")
    return next((row for row in rows if row.moved_at is not None and first < row.moved_at), None)


def _account(actor: Actor) -> list[dict[str, Any]]:
    described = documents.actor(facts.described(Site.current(), actor))
    lists = (actors.outbox_of(actor), actors.following_of(actor), actors.featured_of(actor))
    return [described, *(collections.ordered(address, []) for address in lists)]


def _put(base: str, found: list[dict[str, Any]]) -> int:
    for path, document in _paths(base, found):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        draft.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        draft.replace(path)
    return len(found)


def _paths(base: str, found: list[dict[str, Any]]) -> Iterator[tuple[Path, dict[str, Any]]]:
    root = folder_of(base).resolve()
    for document in found:
        path = (root / objects.unquoted(str(document["id"]).removeprefix(f"{base}/"))).resolve()
        if not path.is_relative_to(root):
            raise ValueError(f"{document['id']} leads out of the folder.")
        yield path, document
