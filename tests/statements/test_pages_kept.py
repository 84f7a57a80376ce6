# SPDX-License-Identifier: Apache-2.0
"""What a release bakes again, and what it leaves alone, however large the archive."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from onrecord.bakery import pages as baked
from onrecord.bakery.actions import bake_all
from onrecord.bakery.pages import Key
from onrecord.people.models import Organisation, User
from onrecord.statements import actions, pages
from onrecord.statements.models import Edition, Publication, Statement, Topic, TopicListing
from onrecord.statements.pages import colours, keys, site
from onrecord.statements.pages.lists import PER_PAGE
from onrecord.wiring import publishing
from tests.statements import newsroom
from tests.statements.drafts import corrected, released, write
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(organisation: Organisation) -> Topic:
    """The topic that most of the archive stands under."""
    topic: Topic = Topic.objects.create(slug="water", name="Water")
    return topic


def fill_up_to(edition: Edition, position: int, topic: Topic | None = None) -> None:
    """Give an edition's statement as many older neighbours as its new position asks for."""
    publication = Publication.objects.get(statement=edition.statement_id)
    Publication.objects.filter(pk=publication.pk).update(position=position)
    TopicListing.objects.filter(publication=publication, topic=topic).update(position=position)
    locale = Statement.objects.get(pk=edition.statement_id).locale
    neighbours = Statement.objects.bulk_create(
        Statement(title="Older", summary="Older.", locale=locale, body=[]) for _number in range(1, position)
    )
    editions = Edition.objects.bulk_create(
        _copy(edition, statement=statement, leaf_index=10_000 + number, commitment=number.to_bytes(32, "big"))
        for number, statement in enumerate(neighbours, 1)
    )
    rows = Publication.objects.bulk_create(
        _copy(
            publication,
            statement=copied.statement,
            edition=copied,
            path=f"/s/2026/older-{number}/",
            position=number,
            first_released_at=datetime(2025, 1, 1, tzinfo=UTC),
        )
        for number, copied in enumerate(editions, 1)
    )
    if topic:
        TopicListing.objects.bulk_create(_listing(topic, row) for row in rows)


def _listing(topic: Topic, row: Publication) -> TopicListing:
    return TopicListing(
        topic=topic,
        publication=row,
        language=row.language,
        position=row.position,
        changed_at=row.changed_at,
    )


def _copy(row: Any, **changes: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copied = type(row)(**{**fields, "id": None})
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


def render(name: str, key: Key) -> dict[str, bytes]:
    """Return what a key renders to."""
    family = next(each for each in pages.families() if each.name == name)
    return {file.path: file.body for file in family.render(key)}


def test_a_release_bakes_as_much_in_a_large_archive_as_in_a_small_one(
    olga: User, ines: User, topic: Topic
) -> None:
    statement = write(olga, dated=date(2026, 5, 1))
    statement.topics.set([topic])
    actions.save_draft(statement, by=olga)
    edition = newsroom.release(Newsroom(olga, ines), statement)
    fill_up_to(edition, 30, topic)
    small = keys.keys_for(edition)
    Publication.objects.filter(statement=statement).update(position=1_000_003)
    TopicListing.objects.filter(publication__statement=statement).update(position=1_000_003)
    large = keys.keys_for(edition)

    assert len(small) == len(large) == 5
    assert set(small) == set(large)


def test_a_release_bakes_the_statement_the_edition_before_and_the_front_page(olga: User, ines: User) -> None:
    first = released(olga, ines)
    second = corrected(first, olga, ines, "It is safe.")
    third = corrected(second, olga, ines, "It is quite safe.")
    publication = Publication.objects.get(statement=first.statement_id)

    found = keys.keys_for(third)
    assert ("statements.statement", (str(publication.pk),)) in found
    assert ("statements.statement", (str(publication.pk), str(third.pk))) in found
    assert ("statements.statement", (str(publication.pk), str(second.pk))) in found
    assert ("statements.statement", (str(publication.pk), str(first.pk))) not in found
    assert ("statements.front", ("en",)) in found
    assert ("statements.archive", ("en", str(publication.year))) in found


def test_a_withdrawal_bakes_every_edition(olga: User, ines: User) -> None:
    first = released(olga, ines)
    corrected(first, olga, ines, "It is safe.")
    statement = Statement.objects.get(pk=first.statement_id)
    last = newsroom.withdraw(Newsroom(olga, ines), statement, "It was not safe.")

    baked = {key[1] for name, key in keys.keys_for(last) if name == "statements.statement" and key[1:]}
    assert baked == {str(pk) for pk in Edition.objects.values_list("pk", flat=True)}


def test_a_release_bakes_the_other_languages_of_the_statement(olga: User, ines: User) -> None:
    made = Newsroom(olga, ines)
    first = released(olga, ines)
    original = Statement.objects.get(pk=first.statement_id)
    translation = actions.translate(original, by=olga, language="fr")
    french = newsroom.release(made, translation)
    publication = Publication.objects.get(statement=translation)

    assert ("statements.statement", (str(publication.pk),)) in keys.keys_for(first)
    assert ("statements.statement", (str(first.statement.publication.pk),)) in keys.keys_for(french)


def test_the_first_statement_of_a_year_opens_the_year(olga: User, ines: User) -> None:
    edition = released(olga, ines)

    assert ("statements.archive", ("en",)) in keys.keys_for(edition)
    Publication.objects.update(position=2)
    assert ("statements.archive", ("en",)) not in keys.keys_for(edition)


def test_a_numbered_page_exists_once_it_is_full_and_then_stays_as_it_is(olga: User, ines: User) -> None:
    fill_up_to(released(olga, ines, dated=date(2026, 5, 1)), PER_PAGE - 1)
    assert render("statements.archive", ("en", "2026", "1")) == {}

    last = released(olga, ines, title="The fiftieth", dated=date(2026, 5, 2))
    full = render("statements.archive", ("en", "2026", "1"))
    assert set(full) == {"/archive/2026/1/"}
    assert b"The fiftieth" in full["/archive/2026/1/"]
    assert ("statements.archive", ("en", "2026", "1")) in keys.keys_for(last)

    newer = released(olga, ines, title="The next", dated=date(2026, 5, 3))
    assert newer.statement.publication.position == PER_PAGE + 1
    assert ("statements.archive", ("en", "2026", "1")) not in keys.keys_for(newer)
    assert render("statements.archive", ("en", "2026", "1")) == full
    assert b"The next" in render("statements.archive", ("en", "2026"))["/archive/2026/"]


def test_a_page_gets_one_last_link_when_the_next_is_full(olga: User, ines: User) -> None:
    edition = released(olga, ines, dated=date(2026, 5, 1))
    fill_up_to(edition, 2 * PER_PAGE)

    baked = {key for name, key in keys.keys_for(edition) if name == "statements.archive"}
    assert baked == {("en", "2026"), ("en", "2026", "1"), ("en", "2026", "2")}
    first = render("statements.archive", ("en", "2026", "1"))["/archive/2026/1/"]
    assert b'href="/archive/2026/2/"' in first
    before = first
    Publication.objects.filter(statement=edition.statement_id).update(position=2 * PER_PAGE + 1)
    assert render("statements.archive", ("en", "2026", "1"))["/archive/2026/1/"] == before


def test_leaving_a_topic_bakes_the_page_it_stood_on(olga: User, ines: User, topic: Topic) -> None:
    made = Newsroom(olga, ines)
    statement = write(olga, dated=date(2026, 5, 1))
    statement.topics.set([topic])
    actions.save_draft(statement, by=olga)
    edition = newsroom.release(made, statement)
    fill_up_to(edition, PER_PAGE, topic)
    TopicListing.objects.filter(publication__statement=statement).update(position=7 * PER_PAGE)
    TopicListing.objects.filter(position=5).update(position=6 * PER_PAGE + 1)
    TopicListing.objects.filter(publication__statement=statement).update(position=5)
    statement.topics.clear()
    actions.save_draft(statement, by=olga)
    last = newsroom.release(made, statement, change="minor")

    found = keys.keys_for(last)
    assert ("statements.topic", ("water", "en")) in found
    assert ("statements.topic", ("water", "en", "1")) in found


def test_every_key_that_a_release_names_belongs_to_a_family(olga: User, ines: User) -> None:
    names = set(baked.families)

    assert {name for name, _key in pages.keys_for(released(olga, ines))} <= names


def test_pages_of_a_new_version_find_their_stylesheet_and_old_ones_keep_theirs(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bake_all(workers=0)
    before = site.Site.current().stylesheet.path
    monkeypatch.setattr(colours, "stylesheet", lambda _accent: "/* another version */")
    monkeypatch.setattr(site, "_stylesheet", site._stylesheet.__wrapped__)  # what is cached is of the old one
    publishing.bake_assets()
    released(olga, ines)
    after = site.Site.current().stylesheet.path
    assert before != after
    for sheet in (before, after):
        assert (Path(settings.HOME) / "site" / sheet.lstrip("/")).is_file()


def test_a_new_look_bakes_everything(olga: User, ines: User) -> None:
    released(olga, ines)
    every = {(family.name, key) for family in pages.families() for key in family.keys()}  # noqa: SIM118

    assert set(pages.keys_for_organisation()) == every
