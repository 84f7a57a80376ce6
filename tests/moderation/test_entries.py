# SPDX-License-Identifier: Apache-2.0
"""Where the newsroom chooses so, everybody reads each decision, and nobody's words or name."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.moderation import actions
from onrecord.moderation.models import Case, Commitment, Policy
from onrecord.moderation.transparency import entries
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import appealed, decided, heard, reported
from tests.moderation.things import Board

SECRETS = ("vermin", "insults", "Nina", "Jan Reader", "@reader.example", "Mo Moderator", "degrades", "Note 1")


@pytest.fixture
def published(organisation: object) -> None:
    """Choose that entries are public."""
    administrator = person("Ada Administrator", Role.ADMINISTRATOR)
    actions.set_policy({"public_entries": True}, by=administrator)


def logged() -> None:
    """Let the clock log what waits."""
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert actions.log_commitments() is not None


def shown(*behind: str) -> str:
    """Return a page as readers get it."""
    (file,) = entries.render_page(("en", *behind))
    return file.body.decode()


def data(year: int, page: str = "newest") -> dict[str, str]:
    """Return the files for programs, by ending."""
    return {
        file.path.rpartition(".")[2]: file.body.decode() for file in entries.render_data((str(year), page))
    }


def test_nothing_is_public_unless_the_newsroom_chooses_so(case: Case, mo: User) -> None:
    decided(case, mo, "seal")
    logged()
    year = timezone.now().year
    assert entries.all_keys() == []
    assert list(entries.render_page(("en", str(year)))) == []
    assert list(entries.render_data((str(year), "newest"))) == []


def test_readers_see_what_was_decided_by_which_rule_and_where_the_log_has_it(
    published: None, case: Case, mo: User
) -> None:
    decided(case, mo, "hold", days=7)
    assert "Nothing was decided yet." in shown(), "what the log does not have is not shown"
    logged()
    page = shown(str(timezone.now().year))
    for words in ("Held for a time", "Rule 2: ", "(version 1)", "until ", "note", 'href="/decided/1.json"'):
        assert words in page


def test_no_words_no_name_and_no_address_are_in_an_entry(published: None, case: Case, mo: User) -> None:
    decided(case, mo, legal_ground="Mr Nina Smith against the town", rule=None)
    decided_by_law = reported("1", address="ann@reader.example").case
    assert decided_by_law is not None
    decided(decided_by_law, mo, "seal", rule=None, legal_ground="Mr Nina Smith against the town")
    logged()
    year = timezone.now().year
    everything = shown(str(year)) + "".join(data(year).values())
    assert "The law" in everything
    for secret in (*SECRETS, "Smith"):
        assert secret not in everything


def test_what_an_appeal_made_of_it_is_shown_with_both_decisions(
    published: None, case: Case, mo: User, rosa: User
) -> None:
    first = decided(case, mo, "seal")
    heard(appealed(first), rosa, "reversed")
    logged()
    newest, oldest = json.loads(data(timezone.now().year)["json"])["decisions"]
    assert (oldest["verdict"], oldest["effects"], oldest["appeal_outcome"]) == (
        "restrict",
        ["seal"],
        "reversed",
    )
    assert (newest["verdict"], newest["about_an_appeal"], newest["place"]) == ("reversed", True, 2)


def test_a_decision_that_stands_on_appeal_says_so(published: None, case: Case, mo: User, rosa: User) -> None:
    heard(appealed(decided(case, mo, "seal")), rosa, "upheld")
    logged()
    oldest = json.loads(data(timezone.now().year)["json"])["decisions"][-1]
    assert oldest["appeal_outcome"] == "upheld"


def test_pages_are_numbered_from_the_oldest_and_full_ones_stay(
    published: None, board: Board, mo: User, rules_in_force: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "PER_PAGE", 2)
    monkeypatch.setattr("onrecord.statements.pages.lists.PER_PAGE", 2)
    for key in ("1", "2", "3"):
        board.pin(key, "Vermin.")
        found = reported(key).case
        assert found is not None
        decided(found, mo, "seal")
    logged()
    year = timezone.now().year
    full = json.loads(data(year, "1")["json"])
    assert ([one["place"] for one in full["decisions"]], full["full_pages"]) == ([2, 1], 1)
    assert [one["place"] for one in json.loads(data(year)["json"])["decisions"]] == [3, 2]
    assert list(entries.render_data((str(year), "2"))) == [], "that page is not full yet"
    assert f'href="/transparency/decisions/{year}/1/"' in shown(str(year))
    table = list(csv.DictReader(io.StringIO(data(year, "1")["csv"])))
    assert [row["effects"] for row in table] == ["seal", "seal"]


def test_the_site_shows_entries_once_they_are_logged_and_none_after_the_newsroom_changes_its_mind(
    case: Case, mo: User, own_home: Path
) -> None:
    administrator = person("Ada Administrator", Role.ADMINISTRATOR)
    actions.set_policy({"public_entries": True}, by=administrator)
    decided(case, mo, "seal")
    logged()
    year = timezone.now().year
    listed = Commitment.objects.values_list("year", "place")
    bakery.bake(entries.keys_of(listed))
    place = own_home / "site" / "transparency" / "decisions" / str(year)
    assert (place / "index.html").is_file()
    assert (place / "newest.json").is_file()
    actions.set_policy({"public_entries": False}, by=administrator)
    assert not Policy.current().public_entries
    bakery.bake_all(workers=0)
    assert not (place / "index.html").exists()
    assert not (place / "newest.json").exists()
