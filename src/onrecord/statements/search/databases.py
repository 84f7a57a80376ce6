# SPDX-License-Identifier: Apache-2.0
"""The full-text indexes of the two databases: the same tokens go in, the same statements come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db import connection, transaction

from onrecord.statements.search.queries import Phrase

# Title, summary, text: how much a word counts there.
_BM25 = "-bm25(statements_searchwords, 0.0, 10.0, 4.0, 1.0)"
# In PostgreSQL's order: text (D), nothing, summary (B), title (A).
_POSTGRESQL_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
# What has all words, wherever: the index alone knows. `id + 0` keeps the planner from walking through the
# primary key instead, reading every text on its way.
_WITH_WORDS = "SELECT id FROM statements_searchentry WHERE words @@ %s::tsquery ORDER BY id + 0 DESC"
# Of those, from the newest, the ones that have them in the right order, until there are enough.
_IN_ORDER = """
SELECT entry.id FROM matched CROSS JOIN LATERAL (
    SELECT id FROM statements_searchentry AS each
    WHERE each.id = matched.id AND each.words @@ %s::tsquery OFFSET 0
) AS entry LIMIT %s
"""
_RANKED = """
SELECT entry.id, ts_rank(%s::real[], entry.words, %s::tsquery, 1), entry.dated
FROM found JOIN statements_searchentry AS entry ON entry.id = found.id
"""
_LAST_POSITION = 16383
_MOST_POSITIONS = 255


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of one edition, by where they stand; `facets` as `queries.facets` makes them."""

    facets: tuple[str, ...]
    title: list[str]
    summary: list[str]
    body: list[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A search entry that matches: its id, how well (larger is better) and the date of the statement."""

    entry: int
    score: float
    dated: date


class Index(Protocol):
    """A full-text index. Writes belong to the transaction around them; entries are rows of SearchEntry."""

    def add(self, entry: int, words: Words) -> None:
        """Put the words of an entry in; it must not have any yet."""

    def remove(self, entry: int, words: Words) -> None:
        """Take an entry's words out again: exactly those that were put in."""

    def clear(self) -> None:
        """Take everything out."""

    def newest(self, phrases: Sequence[Phrase], facets: Sequence[str], limit: int) -> list[Candidate]:
        """Return up to `limit` entries that match all phrases and facets.

        If there are more, these are the ones added last; SQLite prefers those that match in the title.
        """


class Sqlite:
    """FTS5, contentless: the edition itself is the text, so that taking words out means naming them again."""

    def add(self, entry: int, words: Words) -> None:
        self._write(
            "INSERT INTO statements_searchwords (rowid, facets, title, summary, body) VALUES (", entry, words
        )

    def remove(self, entry: int, words: Words) -> None:
        self._write(
            "INSERT INTO statements_searchwords "
            "(statements_searchwords, rowid, facets, title, summary, body) VALUES ('delete', ",
            entry,
            words,
        )

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO statements_searchwords (statements_searchwords) VALUES ('delete-all')"
            )

    def newest(self, phrases: Sequence[Phrase], facets: Sequence[str], limit: int) -> list[Candidate]:
        found = self._select(_match("title summary body", phrases, facets), limit)
        if not found:
            return []
        if len(found) < limit:
            return self._select(_match("title summary body", phrases, facets), limit, score=_BM25)
        # bm25 reads every place of every word in the index; for words that are everywhere, titles must do.
        titled = self._select(_match("title", phrases, facets), limit, score="1.0")
        first = {candidate.entry for candidate in titled}
        return [*titled, *(each for each in found if each.entry not in first)][:limit]

    def _select(self, match: str, limit: int, *, score: str = "0.0") -> list[Candidate]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry.id, found.score, entry.dated FROM ("  # noqa: S608 - only constants put together
                f"SELECT rowid, {score} AS score FROM statements_searchwords "
                "WHERE statements_searchwords MATCH %s ORDER BY rowid DESC LIMIT %s) AS found "
                "JOIN statements_searchentry AS entry ON entry.id = found.rowid",
                [match, limit],
            )
            return [
                Candidate(pk, score, date.fromisoformat(str(dated))) for pk, score, dated in cursor.fetchall()
            ]

    def _write(self, statement: str, entry: int, words: Words) -> None:
        columns = (words.facets, words.title, words.summary, words.body)
        with connection.cursor() as cursor:
            cursor.execute(
                statement + "%s, %s, %s, %s, %s)", [entry, *(" ".join(column) for column in columns)]
            )


class Postgresql:
    """A tsvector beside each entry, made here: PostgreSQL's own parser never sees the text."""

    def add(self, entry: int, words: Words) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE statements_searchentry SET words = %s::tsvector WHERE id = %s",
                [_vector(words), entry],
            )

    def remove(self, entry: int, words: Words) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE statements_searchentry SET words = NULL WHERE id = %s", [entry])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE statements_searchentry SET words = NULL")

    def newest(self, phrases: Sequence[Phrase], facets: Sequence[str], limit: int) -> list[Candidate]:
        together = " & ".join(map(_phrase, phrases))
        apart = " & ".join([*map(_apart, phrases), *(f"'{facet}'" for facet in facets)])
        if all(len(phrase.tokens) == 1 for phrase in phrases):
            sql = f"WITH found AS MATERIALIZED ({_WITH_WORDS} LIMIT %s)"
            values: list[str | int] = [apart, limit]
        else:
            sql = f"WITH matched AS MATERIALIZED ({_WITH_WORDS}), found AS MATERIALIZED ({_IN_ORDER})"
            values = [apart, together, limit]
        with transaction.atomic(), connection.cursor() as cursor:
            # The planner does not know what it costs to read a tsvector: only the index may find words.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(sql + _RANKED, [*values, _POSTGRESQL_WEIGHTS, together])
            return [Candidate(pk, score, dated) for pk, score, dated in cursor.fetchall()]


def database_index() -> Index:
    """Return the index of the database in use."""
    return Sqlite() if connection.vendor == "sqlite" else Postgresql()


def _match(columns: str, phrases: Sequence[Phrase], facets: Sequence[str]) -> str:
    """Return an FTS5 query. Tokens hold nothing but letters, marks and numbers."""
    terms = " AND ".join(f'"{" ".join(phrase.tokens)}"{" *" if phrase.prefix else ""}' for phrase in phrases)
    narrowed = " AND ".join(f'"{facet}"' for facet in facets)
    return f"{{{columns}}} : ({terms})" + (f" AND facets : ({narrowed})" if narrowed else "")


def _phrase(phrase: Phrase) -> str:
    """Return a phrase as a tsquery."""
    return "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.prefix else "") + ")"


def _apart(phrase: Phrase) -> str:
    """Return the words of a phrase as a tsquery that does not ask for their order."""
    *firsts, last = phrase.tokens
    words = [*(Phrase((token,)) for token in firsts), Phrase((last,), phrase.prefix)]
    return " & ".join(map(_phrase, words))


def _vector(words: Words) -> str:
    """Return a tsvector as PostgreSQL reads it. Beyond its last position words are found, phrases not."""
    places: dict[str, list[str]] = {}
    position = 0
    for weight, tokens in (("A", words.title), ("B", words.summary), ("D", words.body)):
        for token in tokens:
            position += 1
            found = places.setdefault(token, [])
            if position <= _LAST_POSITION and len(found) < _MOST_POSITIONS:
                found.append(f"{position}{weight}")
        position += 1
    entries = [f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items()]
    return " ".join([*entries, *(f"'{facet}'" for facet in words.facets)])
