# SPDX-License-Identifier: Apache-2.0
"""The few facts of an edition that lists show. An edition never changes, so they are kept once read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from onrecord.prepared import Prepared, Row
from onrecord.statements.models import Edition, Publication

_KEPT = 8192


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edition says about itself, without its text."""

    number: int
    language: str
    op: str
    change: str
    reason: str
    kind: str
    title: str
    summary: str
    place: str
    dated: date
    issued: datetime

    @classmethod
    def of(cls, data: dict[str, Any]) -> Facts:
        """Return the facts of an edition file."""
        return cls(
            number=data["edition"],
            language=data["lang"],
            op=data["op"],
            change=data["change"],
            reason=data["reason"],
            kind=data["kind"],
            title=data["title"],
            summary=data["summary"],
            place=data["place"],
            dated=date.fromisoformat(data["dated"]),
            issued=datetime.fromisoformat(data["issued"]),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One statement in a list."""

    path: str
    facts: Facts
    first_released_at: datetime


_facts: dict[bytes, Facts] = {}


def facts_of(editions: Iterable[tuple[int, bytes]]) -> dict[int, Facts]:
    """Return the facts of editions, given as (id, commitment); contents are read only if not known yet."""
    wanted = {pk: bytes(commitment) for pk, commitment in editions}
    found = {pk: _facts[commitment] for pk, commitment in wanted.items() if commitment in _facts}
    unknown = [pk for pk in wanted if pk not in found]
    if unknown:
        if len(_facts) > _KEPT:
            _facts.clear()
        for pk, content in _contents(unknown):
            found[pk] = _facts[wanted[pk]] = Facts.of(json.loads(bytes(content)))
    return found


def rows_of(publications: QuerySet[Publication]) -> QuerySet[Any, Row]:
    """Return what `lines_of` needs of publications."""
    return publications.values_list(
        "path",
        "first_released_at",
        "statement_id",
        "edition_id",
        "edition__commitment",
        "edition__leaf_index",
    )


def lines_of(rows: Iterable[Row]) -> list[Line]:
    """Return publications as lines, each by the newest edition that is in the log; none if none is.

    `rows` are those of `rows_of`.
    """
    chosen: list[tuple[str, datetime, int, bytes]] = []
    for path, first, statement, edition, commitment, leaf in rows:
        if leaf is None:
            earlier = _newest_logged(statement)
            chosen.extend([(path, first, *earlier)] if earlier else [])
        else:
            chosen.append((path, first, edition, bytes(commitment)))
    facts = facts_of((edition, commitment) for _path, _first, edition, commitment in chosen)
    return [Line(path, facts[edition], first) for path, first, edition, _commitment in chosen]


_content = Prepared(lambda pk: Edition.objects.filter(pk=pk).values_list("pk", "content"))


def _contents(editions: list[int]) -> Iterable[Row]:
    if len(editions) == 1:
        return _content(*editions)
    return Edition.objects.filter(pk__in=editions).values_list("pk", "content").iterator(chunk_size=50)


def _newest_logged(statement: int) -> tuple[int, bytes] | None:
    logged = Edition.objects.filter(statement_id=statement, leaf_index__isnull=False)
    row = logged.order_by("-number").values_list("pk", "commitment").first()
    return (row[0], bytes(row[1])) if row else None
