# SPDX-License-Identifier: Apache-2.0
"""The words of inquiries, for the board and the library of answers: the same tokens in either database.

SQLite keeps them in an FTS5 table, PostgreSQL in a `tsvector` with a GIN index; migration 0021 makes either.
A row is an inquiry: what was asked, what was answered. It goes with what is personal in the inquiry.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from onrecord.press.models import Inquiry, InquiryMessage, MessageKind
from onrecord.statements.search.queries import Phrase, parse
from onrecord.statements.tokens import tokenise

MOST_FOUND = 500
"""Inquiries that a search finds; those that came in last."""
MOST_TOKENS = 20_000
MOST_POSITIONS = 255
LAST_POSITION = 16383
REUSABLE, ANSWERED = "¶reusable", "¶answered"
"""Words that no text can hold: what is known of the answers."""


def index(inquiry: Inquiry) -> None:
    """Put in what an inquiry is found by, in place of what was there. In the caller's transaction."""
    remove(inquiry.pk)
    messages = list(InquiryMessage.objects.filter(inquiry=inquiry).order_by("pk"))
    answers = [one for one in messages if one.kind == MessageKind.ANSWER]
    asked = [inquiry.reference, inquiry.subject_line, inquiry.outlet, inquiry.name]
    asked += [one.text for one in messages if one.kind != MessageKind.ANSWER]
    flags = [ANSWERED] if answers else []
    flags += [REUSABLE] if any(one.reusable for one in answers) else []
    _add(inquiry.pk, flags, _tokens(asked), _tokens(one.text for one in answers))


def remove(pk: int) -> None:
    """Take out what an inquiry is found by."""
    column = "rowid" if connection.vendor == "sqlite" else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM press_inquirywords WHERE {column} = %s", [pk])  # noqa: S608 - a constant


def find(query: str, *, flag: str = "") -> list[int] | None:
    """Return the inquiries that have all words, the newest first; None for a query without words."""
    phrases = parse(query)
    if not phrases:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            terms = [
                f'{{asked answer}} : "{" ".join(one.tokens)}"{" *" if one.prefix else ""}' for one in phrases
            ]
            terms += [f'{{flags}} : "{flag}"'] if flag else []
            cursor.execute(
                "SELECT rowid FROM press_inquirywords WHERE press_inquirywords MATCH %s"
                " ORDER BY rowid DESC LIMIT %s",
                [" AND ".join(f"({one})" for one in terms), MOST_FOUND],
            )
        else:
            words = [_tsquery(one) for one in phrases] + ([f"'{flag}'"] if flag else [])
            # The planner does not know what it costs to read a tsvector: only the index may find words.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "SELECT id FROM press_inquirywords WHERE words @@ %s::tsquery ORDER BY id + 0 DESC LIMIT %s",
                [" & ".join(words), MOST_FOUND],
            )
        return [int(pk) for (pk,) in cursor.fetchall()]


def _tokens(texts: Iterable[str]) -> list[str]:
    return [token for text in texts for token in tokenise(text)][:MOST_TOKENS]


def _add(pk: int, flags: list[str], asked: list[str], answer: list[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO press_inquirywords (rowid, flags, asked, answer) VALUES (%s, %s, %s, %s)",
                [pk, " ".join(flags), " ".join(asked), " ".join(answer)],
            )
            return
        cursor.execute(
            "INSERT INTO press_inquirywords (id, words) VALUES (%s, %s::tsvector)",
            [pk, _vector(flags, asked, answer)],
        )


def _vector(flags: list[str], asked: list[str], answer: list[str]) -> str:
    places: dict[str, list[str]] = {}
    position = 0
    for tokens in (asked, answer):
        for token in tokens:
            position += 1
            found = places.setdefault(token, [])
            if position <= LAST_POSITION and len(found) < MOST_POSITIONS:
                found.append(str(position))
        position += 1
    entries = [f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items()]
    return " ".join([*entries, *(f"'{flag}'" for flag in flags)])


def _tsquery(phrase: Phrase) -> str:
    return "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.prefix else "") + ")"
