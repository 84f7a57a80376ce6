# SPDX-License-Identifier: Apache-2.0
"""Machines read comments as schema.org has them: who by the name they gave, when, what; no address."""

from __future__ import annotations

from datetime import datetime

import pytest

from onrecord.conversation import actions
from onrecord.conversation.pages import threads
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.microdata import Thing, things
from tests.conversation.readers import KIM, page, shown, work


def article_of(markup: str) -> Thing:
    """Return the statement as the thread describes it."""
    (found,) = [one for one in things(markup) if one.type == "https://schema.org/NewsArticle"]
    return found


def comments_of(article: Thing) -> list[Thing]:
    found = article.properties.get("comment", [])
    assert all(isinstance(one, Thing) and one.type == "https://schema.org/Comment" for one in found)
    return [one for one in found if isinstance(one, Thing)]


def test_each_comment_says_who_when_and_what(water: Publication, mo: User) -> None:
    first = shown(water, mo, "Thank you for **testing**.", link="https://jan.example/")
    answer = shown(water, mo, "Indeed.", address=KIM, answers=first)
    article = article_of(page(water))
    assert (article.id, article.one("commentCount")) == (water.path, "2")
    one, other = comments_of(article)
    assert (one.id, other.id) == (f"/comments/{first.pk}", f"/comments/{answer.pk}")
    author = one.one("author")
    assert isinstance(author, Thing)
    assert (author.type, author.properties) == ("https://schema.org/Person", {"name": ["Jan"]})
    assert one.one("text") == "Thank you for testing."
    written = datetime.fromisoformat(str(one.one("dateCreated")))
    assert written == first.created_at.replace(microsecond=0)
    assert other.one("parentItem") == f"/comments/{first.pk}"
    assert "parentItem" not in one.properties
    assert set(one.properties) == {"author", "dateCreated", "text"}
    assert "reader.example" not in page(water)


def test_what_is_not_to_be_read_is_no_comment_for_machines(water: Publication, mo: User) -> None:
    kept, gone = shown(water, mo), shown(water, mo, "Never mind.", address=KIM)
    actions.withdraw(gone)
    work()
    article = article_of(page(water))
    assert [one.id for one in comments_of(article)] == [f"/comments/{kept.pk}"]
    assert article.one("commentCount") == "1"


def test_a_change_has_its_moment(water: Publication, mo: User) -> None:
    comment = shown(water, mo)
    actions.edit(comment, "Thank you for testing twice.")
    actions.approve(comment, by=mo)
    work()
    (one,) = comments_of(article_of(page(water)))
    changed = datetime.fromisoformat(str(one.one("dateModified")))
    assert changed >= datetime.fromisoformat(str(one.one("dateCreated")))


@pytest.mark.parametrize("name", ["Jan <b>& Co</b>", 'Jan" itemprop="text', "י־ן"])
def test_a_name_stays_a_name(water: Publication, mo: User, name: str) -> None:
    shown(water, mo, name=name)
    (one,) = comments_of(article_of(page(water)))
    author = one.one("author")
    assert isinstance(author, Thing)
    assert author.one("name") == name
    assert one.one("text") == "Thank you for testing."


def test_further_pages_belong_to_the_same_statement(
    water: Publication, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PER_PAGE", 1)
    shown(water, mo)
    second = shown(water, mo, "And who tested?", address=KIM)
    article = article_of(page(water, 2))
    assert article.id == water.path
    assert [one.id for one in comments_of(article)] == [f"/comments/{second.pk}"]
