# SPDX-License-Identifier: Apache-2.0
"""What is sent: the newest published edition of a statement and of its translations, by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from onrecord.statements.edition_mails import Said
from onrecord.statements.models import Edition, Statement


def family(statement: Statement) -> list[Statement]:
    """Return a statement and its translations, the original first; for a translation the same."""
    root = statement.original_id or statement.pk
    rows = Statement.objects.filter(Q(pk=root) | Q(original=root)).select_related("locale")
    return sorted(rows, key=lambda one: (one.original_id is not None, one.pk))


def published(statement: Statement) -> Mapping[str, Said]:
    """Return the newest edition in each language that can be read and still stands, the original first."""
    order = [one.pk for one in family(statement)]
    newest: dict[int, Edition] = {}
    rows = Edition.objects.filter(statement__in=order, published_at__isnull=False).order_by("number")
    for edition in rows.select_related("statement__publication"):
        newest[edition.statement_id] = edition
    found = (newest[pk] for pk in order if pk in newest and newest[pk].op != "withdraw")
    return {one.language: Said(one, one.statement.publication.path) for one in found}


def spoken(statement: Statement) -> list[str]:
    """Return the languages in which a statement exists, published or not; the original's first."""
    return list(dict.fromkeys(one.language for one in family(statement)))


def hold(statements: Iterable[int]) -> None:
    """Let nobody else send these statements, or tell of them, before the caller's transaction ends.

    Otherwise two who send at the same moment reach the same people, and a correction does not know of those
    to whom the edition before it is just being sent.
    """
    rows = Statement.objects.select_for_update(no_key=True).filter(pk__in=list(statements)).order_by("pk")
    list(rows.values_list("pk", flat=True))
