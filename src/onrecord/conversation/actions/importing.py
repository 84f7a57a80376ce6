# SPDX-License-Identifier: Apache-2.0
"""Comments brought along from another system, and written to a file to be taken elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from typing import TextIO
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone

from onrecord.conversation import doubts, events, language, links, markup
from onrecord.conversation.actions.appearance import settle
from onrecord.conversation.actions.looking import LONGEST_NAME
from onrecord.conversation.actions.taking import new_commenter, place
from onrecord.conversation.errors import BadComment
from onrecord.conversation.formats import Foreign
from onrecord.conversation.models import Comment, Commenter, CommentVersion, Source, State
from onrecord.conversation.questions import content_of
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact
from onrecord.statements.models import Publication

_AT_ONCE = 100
_NOBODY = "–"


@dataclass(slots=True)
class Outcome:
    """What came of an import."""

    added: int = 0
    known: int = 0
    empty: int = 0
    """Without words that can be kept."""
    unmatched: Counter[str] = field(default_factory=Counter)
    """Pages of which no statement is known here, and how many comments each has."""
    statements: set[int] = field(default_factory=set)


def import_comments(
    comments: Iterable[Foreign],
    *,
    source: str,
    pages: Mapping[str, str],
    by: Actor,
    dry_run: bool = False,
    progress: Callable[[int], object] = lambda _count: None,
) -> Outcome:
    """Bring comments along to the statements they are about; once each, however often this is called.

    `source` names where they come from, as `disqus`; `pages` leads from paths there to paths here, where they
    differ. Who wrote them gets no mail and confirms nothing; their addresses are kept as unconfirmed. With
    `dry_run` nothing is kept. Raises BadFile for what cannot be read; what was read before stays.
    """
    outcome = Outcome()
    # Parents before their answers.
    in_order = iter(sorted(comments, key=lambda one: (one.at.astimezone(UTC), one.id)))
    places: dict[str, Publication | None] = {}
    while batch := list(islice(in_order, _AT_ONCE)):
        with transaction.atomic():
            for one in batch:
                _import(one, source, pages, places, outcome)
            if dry_run:
                transaction.set_rollback(True)
        progress(len(batch))
    if not dry_run:
        event = events.Imported(
            subject="conversation", source=source, added=outcome.added, known=outcome.known
        )
        with transaction.atomic():
            journal.write(event, by=by)
    return outcome


def export_comments(file: TextIO, *, by: Actor) -> int:
    """Write every confirmed comment, with its author's address, as JSON Lines; return how many."""
    rows = Comment.objects.exclude(state__in=[State.UNCONFIRMED, State.ERASED]).order_by("pk")
    paths = dict(Publication.objects.values_list("statement", "path"))
    count = 0
    for row in rows.select_related("commenter__contact").iterator(chunk_size=500):
        file.write(json.dumps(_exported(row, paths), ensure_ascii=False) + "\n")
        count += 1
    with transaction.atomic():
        journal.write(events.Exported(subject="conversation", count=count), by=by)
    return count


def _import(
    one: Foreign,
    source: str,
    pages: Mapping[str, str],
    places: dict[str, Publication | None],
    outcome: Outcome,
) -> None:
    publication = _publication(one.page, pages, places)
    if publication is None:
        outcome.unmatched[one.page[:200]] += 1
        return
    if Comment.objects.filter(source_id=_source_id(source, one.id)).exists():
        outcome.known += 1
        return
    try:
        text = markup.cleaned(one.text[: markup.LONGEST])
    except BadComment:
        outcome.empty += 1
        return
    parents = Comment.objects.filter(
        source_id=f"{source}:{one.parent}"[:300], statement=publication.statement
    )
    _store(one, source, text, publication, parents.first() if one.parent else None)
    outcome.added += 1
    outcome.statements.add(publication.statement_id)


def _store(one: Foreign, source: str, text: str, publication: Publication, parent: Comment | None) -> None:
    commenter = _commenter(one, source, publication.language)
    path, depth = place(parent, one.at)
    likeness = doubts.likeness_of(text)
    comment = Comment.objects.create(
        statement_id=publication.statement_id,
        edition=publication.edition.number,
        parent=parent,
        path=path,
        depth=depth,
        commenter=commenter,
        name=_name(one.name),
        link=_link(one.link),
        language=language.detected(text, publication.language),
        source=Source.IMPORT,
        source_id=_source_id(source, one.id),
        state=State.SHOWN if one.approved else State.HELD,
        created_at=one.at,
        shown_at=one.at if one.approved else None,
        digest=likeness.digest,
        shingles=likeness.shingles,
    )
    CommentVersion.objects.create(comment=comment, number=1, text=text, html=markup.rendered(text), at=one.at)
    settle(comment)


def _commenter(one: Foreign, source: str, language: str) -> Commenter:
    try:
        address = normalised(one.address)
    except BadAddress:
        return _without_address(one, source, language)
    contact, _is_new = Contact.objects.get_or_create(address=address)
    found = Commenter.objects.filter(contact=contact).first()
    if found is None:
        found = new_commenter(contact=contact, name=_name(one.name), link=_link(one.link), language=language)
        found.save()
    return found


def _without_address(one: Foreign, source: str, language: str) -> Commenter:
    origin = f"{source}:{one.author}"[:500] if one.author else ""
    found = Commenter.objects.filter(origin=origin).first() if origin else None
    if found is None:
        found = new_commenter(
            contact=None, name=_name(one.name), link=_link(one.link), language=language, origin=origin
        )
        found.save()
    return found


def _publication(
    page: str, pages: Mapping[str, str], places: dict[str, Publication | None]
) -> Publication | None:
    if page not in places:
        path = unquote(urlsplit(page).path) or "/"
        here = pages.get(path) or pages.get(page) or path
        ways = [here, here.rstrip("/") + "/"]
        rows = Publication.objects.select_related("edition", "statement").filter(path__in=ways)
        places[page] = rows.first()
    return places[page]


def _source_id(source: str, number: str) -> str:
    return f"{source}:{number}"[:300]


def _name(name: str) -> str:
    plain = markup.one_line(name, LONGEST_NAME)
    return plain if plain and "@" not in plain else _NOBODY


def _link(link: str) -> str:
    try:
        return links.checked(link)
    except BadComment:
        return ""


def _exported(row: Comment, paths: Mapping[int, str]) -> dict[str, object]:
    contact = row.commenter.contact
    return {
        "id": row.pk,
        "statement": paths.get(row.statement_id or 0, ""),
        "edition": row.edition,
        "answers": row.parent_id,
        "state": row.state,
        "readable": row.is_readable,
        "name": row.name,
        "address": contact.address if contact else "",
        "link": row.link,
        "language": row.language,
        "written_at": row.created_at.isoformat(),
        "text": content_of(row).text,
        "source": row.source,
        "source_id": row.source_id,
        "exported_at": timezone.now().isoformat(timespec="seconds"),
    }
