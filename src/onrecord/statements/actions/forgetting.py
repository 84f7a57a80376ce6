# SPDX-License-Identifier: Apache-2.0
"""What an erasure deletes, and where else the text may have left traces on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision

from onrecord.bakery.pages import Key
from onrecord.journal import actions as journal
from onrecord.statements import pages, search
from onrecord.statements.formats.files import location
from onrecord.statements.models import Asset, Edition, Publication, Seal, SearchEntry, Statement
from onrecord.statements.pages.statement import media_of

TEXTS = ("digest", "reason", "request", "title")
"""Fields of journal entries that repeat words of a text, or would confirm a guess at them."""


def keys_of(editions: Sequence[Edition]) -> list[tuple[str, Key]]:
    """Return the pages that show any of these editions now, read before they are deleted."""
    found: list[tuple[str, Key]] = []
    for publication in Publication.objects.filter(statement__editions__in=editions).distinct():
        found += pages.keys_for(publication.edition)
        pks = publication.statement.editions.order_by("number").values_list("pk", flat=True)
        found.append(("statements.statement", (str(publication.pk),)))
        found += [("statements.statement", (str(publication.pk), str(pk))) for pk in pks]
    for edition in editions:
        found += [("statements.media", key) for key in media_of(edition.data)]
    return list(dict.fromkeys(found))


def files_of(editions: Sequence[Edition]) -> list[str]:
    """Return the hashes of pictures and files that these editions carry."""
    return sorted(set(Asset.objects.filter(editions__in=editions).values_list("sha256", flat=True)))


def forget_statement(statement: Statement) -> None:
    """Delete a statement whose leaves are erased: editions, address, drafts, remarks, words in the search."""
    library = _library_of(statement, Revision.objects.for_instance(statement))
    assets = set(Asset.objects.filter(editions__statement=statement).values_list("pk", flat=True))
    publication = Publication.objects.filter(statement=statement).first()
    if publication is not None:
        search.forget(publication)
        publication.delete()
    for edition in statement.editions.all():
        edition.delete()
    _forget_journal(statement)
    kind = ContentType.objects.get_for_model(Statement)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(statement.pk)).delete()
    ReferenceIndex.remove_for_object(statement)
    statement.delete()
    _delete_unused(assets)
    _delete_from_library(library)


def forget_edition(edition: Edition) -> None:
    """Delete one edition of several, and every draft but the one at hand; its leaf is erased."""
    statement = edition.statement
    _show_another(edition)
    assets = set(edition.assets.values_list("pk", flat=True))
    drafts = Revision.objects.for_instance(statement).exclude(pk=statement.latest_revision_id)
    library = _library_of(statement, drafts)
    drafts.delete()
    edition.delete()
    _forget_journal(statement)
    ReferenceIndex.create_or_update_for_object(statement)
    _delete_unused(assets)
    _delete_from_library(library)


def _show_another(edition: Edition) -> None:
    """Let address and search show the newest edition that is left, if they show this one.

    Only after the restore of an older backup: otherwise the newest edition is erased with its statement.
    """
    publication = Publication.objects.filter(edition=edition).first()
    newest = edition.statement.editions.exclude(pk=edition.pk).order_by("-number").first()
    if publication is None or newest is None:
        return
    search.forget(publication)
    publication.edition, publication.withdrawn = newest, newest.op == "withdraw"
    publication.save()
    if newest.published_at is not None:
        search.index(newest)


def delete_files(hashes: Iterable[str]) -> None:
    """Delete the bytes of pictures and files that nothing carries any more."""
    wanted = set(hashes)
    used = set(Asset.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
    for sha256 in sorted(wanted - used):
        location(sha256).unlink(missing_ok=True)


def overwrite_what_is_deleted() -> None:
    """Have SQLite write zeros over what this connection deletes. PostgreSQL: see clean_database."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def clean_database() -> None:
    """Remove what the database keeps of deleted rows for a while. Does nothing within a transaction."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO statements_searchwords (statements_searchwords) VALUES ('optimize')")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        tables = (Edition, Statement, Seal, Revision, SearchEntry, ModelLogEntry)
        for model in tables:
            cursor.execute(f'VACUUM "{model._meta.db_table}"')
        cursor.execute('VACUUM "record_opening"')


def _forget_journal(statement: Statement) -> None:
    journal.forget(statement.subject, TEXTS)


def _delete_unused(assets: set[int]) -> None:
    """Delete the rows of pictures and files that no edition and no seal carries; their bytes go later."""
    kept = Asset.objects.filter(pk__in=assets)
    used = set(kept.filter(editions__isnull=False).values_list("pk", flat=True))
    used |= set(Seal.assets.through.objects.filter(asset__in=assets).values_list("asset_id", flat=True))
    Asset.objects.filter(pk__in=assets - used).delete()


def _library_of(statement: Statement, drafts: Iterable[Revision]) -> list[Any]:
    """Return the pictures and files of the desk's library that these drafts show."""
    wanted: dict[str, set[int]] = {"image": set(), "file": set()}
    for draft in drafts:
        body = draft.content.get("body") or "[]"
        for block in json.loads(body) if isinstance(body, str) else body:
            carried = "file" if block["type"] == "forgery" else block["type"]
            if carried in wanted and isinstance(block["value"], dict):
                pk = block["value"].get(carried)
                wanted[carried] |= {pk} if isinstance(pk, int) else set()
    return [
        *get_image_model().objects.filter(pk__in=wanted["image"]),
        *get_document_model().objects.filter(pk__in=wanted["file"]),
    ]


def _delete_from_library(library: Iterable[Any]) -> None:
    """Delete from the library what nothing else at the desk uses. Wagtail deletes the files after commit."""
    for row in library:
        if not ReferenceIndex.get_references_to(row).exists():
            row.delete()
