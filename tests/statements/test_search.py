# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from onrecord.people.models import Organisation, User
from onrecord.statements import actions, search
from onrecord.statements.errors import WrongState
from onrecord.statements.models import Edition, SearchEntry, Statement
from onrecord.statements.search import finding
from onrecord.statements.search.queries import Phrase, parse
from tests.statements.drafts import approved, corrected, released


@pytest.fixture
def said(olga: User, ines: User) -> dict[str, Edition]:
    """Statements in four scripts."""
    texts: list[dict[str, Any]] = [
        {
            "title": "Water is safe to drink",
            "body": [
                ("paragraph", "<p>We tested the water works on Monday.</p>"),
                ("quotation", {"text": "Nobody need worry.", "speaker": "Ruth Fairchild", "role": "Mayor"}),
            ],
        },
        {
            "title": "L’eau est saine",
            "summary": "La qualité de l’eau.",
            "language": "fr",
            "body": [("paragraph", "<p>La préfète a vérifié l’été dernier.</p>")],
        },
        {
            "title": "المياه صالحة للشرب",
            "summary": "أعلنَ المجلسُ أن المياه صالحة.",
            "language": "ar",
            "body": [("paragraph", "<p>فحصنا المياه يوم الإثنين.</p>")],
        },
        {
            "title": "饮用水安全",
            "summary": "市政府宣布饮用水安全。",
            "language": "zh-hans",
            "body": [("paragraph", "<p>我们在星期一检测了气候变化对水质的影响。</p>")],
        },
        {
            "title": "Вода безопасна",
            "summary": "Воду проверили.",
            "language": "ru",
            "body": [("paragraph", "<p>Мы проверили воду ещё в понедельник.</p>")],
        },
    ]
    return {text.get("language", "en"): released(olga, ines, **text) for text in texts}


def titles(query: str, **narrowed: Any) -> list[str]:
    return [hit.title.striptags() for hit in search.find(query, **narrowed).hits]


def test_a_statement_is_found_in_its_script(said: dict[str, Edition]) -> None:
    for query, language in (
        ("water", "en"),
        ("WATER tested", "en"),
        ("wat", "en"),
        ('"water works"', "en"),
        ("“water works” monday", "en"),
        ("fairchild", "en"),
        ("prefete", "fr"),
        ("l'eau", "fr"),
        ("L’ÉTÉ", "fr"),
        ("اعلن المجلس", "ar"),
        ("المياه", "ar"),
        ("气候变化", "zh-hans"),
        ("饮用水", "zh-hans"),
        ("воду еще", "ru"),
        ("провери", "ru"),
    ):
        assert titles(query) == [said[language].data["title"]], query


def test_what_is_not_there_is_not_found(said: dict[str, Edition]) -> None:
    nonsense = ("", "   ", "…", '""', "\x00", "*", "' OR 1=1 --", "{title} : water", "water AND NOT")
    for query in (*nonsense, "nothing of this", '"works water"', "化变候气", "drinker"):
        assert search.find(query).total == 0, query


def test_what_was_looked_for_is_marked_in_escaped_text(olga: User, ines: User) -> None:
    released(
        olga, ines, title="Water & <salt>", body=[("paragraph", "<p>5 &lt; 6, says the Élan report.</p>")]
    )

    (hit,) = search.find("elan").hits

    assert search.find("salt water").hits[0].title == "<mark>Water</mark> &amp; &lt;<mark>salt</mark>&gt;"
    assert hit.excerpt == "5 &lt; 6, says the <mark>Élan</mark> report."


def test_a_long_passage_is_shown_where_it_matches(olga: User, ines: User) -> None:
    words = " ".join(f"word{number}" for number in range(400))
    released(olga, ines, body=[("paragraph", f"<p>{words} needle {words}</p>")])

    (hit,) = search.find("needle").hits

    assert "<mark>needle</mark>" in hit.excerpt
    assert hit.excerpt.startswith("… word")
    assert hit.excerpt.endswith(" …")
    assert len(hit.excerpt.striptags()) < 300


def test_the_passage_with_most_of_the_words_is_shown(olga: User, ines: User) -> None:
    filler = "and so on " * 60
    text = f"A needle, a needle. {filler} The needle in the haystack. {filler}"
    released(olga, ines, body=[("paragraph", "<p>Only a haystack.</p>"), ("paragraph", f"<p>{text}</p>")])

    (hit,) = search.find("needle haystack").hits

    assert "The <mark>needle</mark> in the <mark>haystack</mark>." in hit.excerpt


def test_the_title_counts_more_than_the_text(olga: User, ines: User) -> None:
    released(olga, ines, title="The bridge", slug="one")
    released(
        olga, ines, title="Another thing", body=[("paragraph", "<p>By the bridge they met.</p>")], slug="two"
    )

    assert titles("bridge") == ["The bridge", "Another thing"]


def test_what_is_found_can_be_narrowed(said: dict[str, Edition], olga: User, ines: User) -> None:
    released(olga, ines, title="Water advisory", kind="advisory")

    assert titles("water", kind="advisory") == ["Water advisory"]
    assert titles("water", language="fr") == []
    assert titles("monday", year=said["en"].released_at.year + 1) == []
    assert len(titles("water", language="en", year=said["en"].statement.dated.year)) == 2
    assert titles("饮用水", language="zh-hans") == ["饮用水安全"]


def test_results_come_in_pages(olga: User, ines: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        released(olga, ines, title=f"Water report {number}")
    monkeypatch.setattr(finding, "PER_PAGE", 2)

    pages = [search.find("water report", page=page) for page in (1, 2, 3)]

    assert [(page.total, page.more, page.pages, len(page.hits)) for page in pages] == [
        (5, False, 3, 2),
        (5, False, 3, 2),
        (5, False, 3, 1),
    ]
    assert len({hit.path for page in pages for hit in page.hits}) == 5
    assert search.find("water report", page=9).page == 3
    monkeypatch.setattr(finding, "MOST_RANKED", 3)
    few = search.find("water report")
    assert (few.total, few.more) == (3, True)


def test_of_too_many_those_that_match_in_the_title_come_first(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(olga, ines, title="The bridge")
    for number in range(3):
        released(olga, ines, title=f"Number {number}", body=[("paragraph", "<p>By the bridge.</p>")])
    monkeypatch.setattr(finding, "MOST_RANKED", 2)

    found = search.find("bridge")

    assert (found.total, found.more) == (2, True)
    if connection.vendor == "sqlite":
        assert titles("bridge") == ["The bridge", "Number 2"]


def test_nothing_is_found_before_it_is_published(olga: User, ines: User) -> None:
    approved(olga, ines, title="A secret decision")
    edition = released(olga, ines, title="An open decision")

    assert titles("decision") == ["An open decision"]

    Edition.objects.filter(pk=edition.pk).update(published_at=None)
    assert titles("decision") == []
    with pytest.raises(WrongState, match="not published"):
        search.index(edition)
    assert search.rebuild() == 0
    assert search.find("decision").total == 0


def test_a_correction_replaces_what_is_found(olga: User, ines: User) -> None:
    first = released(olga, ines)
    assert len(titles("monday")) == 1

    second = corrected(first, olga, ines, "We tested it on Thursday.")

    assert titles("thursday") == [second.data["title"]]
    assert search.find("monday").total in {0, 1}  # the summary still says Monday
    assert SearchEntry.objects.count() == 1
    assert search.index(first).edition_id == second.pk


def test_a_draft_of_a_correction_is_not_found(olga: User, ines: User) -> None:
    first = released(olga, ines)
    statement = Statement.objects.get(pk=first.statement_id)
    statement.body = [("paragraph", "<p>Unbelievable.</p>")]
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="correction", change_note="A word.")
    actions.approve(statement, by=ines)

    assert search.find("unbelievable").total == 0
    search.rebuild()
    assert search.find("unbelievable").total == 0


def test_a_withdrawn_statement_is_found_and_marked(olga: User, ines: User) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    actions.propose_withdrawal(statement, by=olga, reason="It was wrong.")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)

    (hit,) = search.find("water").hits
    assert hit.withdrawn


def test_the_index_can_be_filled_again(said: dict[str, Edition]) -> None:
    seen: list[tuple[int, int]] = []

    assert search.rebuild(lambda done, total: seen.append((done, total))) == 5

    assert seen == [(5, 5)]
    assert titles("气候变化") == ["饮用水安全"]
    assert titles("prefete") == ["L’eau est saine"]


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("tax the rich", [Phrase(("tax",)), Phrase(("the",)), Phrase(("rich",), prefix=True)]),
        ("tax of", [Phrase(("tax",)), Phrase(("of",))]),
        ('"tax the" rich', [Phrase(("tax", "the")), Phrase(("rich",), prefix=True)]),
        ('rich "tax the"', [Phrase(("rich",)), Phrase(("tax", "the"))]),
        ('"tax the', [Phrase(("tax", "the"))]),
        ("co-operate", [Phrase(("co", "operate"), prefix=True)]),
        ("tax tax", [Phrase(("tax",), prefix=True)]),
        ("气候 变化", [Phrase(("气", "候")), Phrase(("变", "化"))]),
    ],
)
def test_a_query_is_read_as_phrases(query: str, phrases: list[Phrase]) -> None:
    assert list(parse(query)) == phrases


def test_a_query_ends_somewhere() -> None:
    assert sum(len(phrase.tokens) for phrase in parse("水" * 1000)) == 40
    assert len(parse(" ".join(f"w{n}" for n in range(300)))) == 40


def test_the_page_works_without_anything_but_html(said: dict[str, Edition]) -> None:
    answer = Client().get("/search", {"q": "water <b>", "in": "en", "kind": "nonsense", "page": "x"})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex"
    assert 'value="water &lt;b&gt;"' in html
    assert '<meta name="robots" content="noindex">' in html

    html = Client().get("/search", {"q": "water"}).content.decode()
    assert "<mark>Water</mark> is safe to drink" in html
    assert f'href="{said["en"].statement.publication.path}"' in html
    assert "1 statement" in html


def test_the_page_says_when_nothing_was_found(said: dict[str, Edition]) -> None:
    assert "Nothing was found." in Client().get("/search", {"q": "unicorn"}).content.decode()
    assert "Nothing was found." not in Client().get("/search").content.decode()


def test_the_page_speaks_the_language_it_is_asked_in(said: dict[str, Edition]) -> None:
    html = Client().get("/search", {"q": "المياه", "language": "ar"}).content.decode()

    assert '<html lang="ar" dir="rtl">' in html
    assert '<input type="hidden" name="language" value="ar">' in html


def test_only_reading_is_answered(organisation: Organisation) -> None:
    assert Client().post("/search", {"q": "water"}).status_code == 405
    assert Client().head("/search", {"q": "water"}).status_code == 200


def test_before_set_up_there_is_nothing_to_search(db: None) -> None:
    assert Client().get("/search").status_code == 404
