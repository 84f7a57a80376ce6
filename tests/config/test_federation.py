# SPDX-License-Identifier: Apache-2.0
"""`onrecord federation`: accounts move, and followers go and come as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from onrecord.config.cli import main
from onrecord.federation import actors
from onrecord.federation.models import Actor, ActorKind, Follow
from onrecord.federation.moving import domain
from onrecord.outbound.errors import NoAnswer
from onrecord.people.models import Organisation
from onrecord.record import register
from tests.federation.sending.elsewhere import follow, somebody

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path, organisation: Organisation) -> None:
    settings.HOME = tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["federation", *map(str, arguments)])


def test_an_account_moves_and_comes_back_by_command() -> None:
    Actor.objects.create(name="press_fr", kind=ActorKind.SELECTION, language="fr")
    unsure = CliRunner().invoke(main, ["federation", "move", "press_fr", "press"], input="n\n")
    assert (unsure.exit_code, Actor.objects.filter(moved_to="").count()) == (1, 2)
    result = run("move", "press_fr", "press", "--yes")
    assert result.exit_code == 0, result.output
    assert "has moved to https://news.elmford.example/ap/actors/press" in result.output
    assert run("origins", "press").output == "https://news.elmford.example/ap/actors/press_fr\n"
    again = run("move", "press_fr", "press", "--yes")
    assert (again.exit_code, "has moved to" in again.output) == (1, True)
    assert run("take-back", "press_fr").exit_code == 0
    unknown = run("move", "nobody", "press", "--yes")
    assert "There is no account 'nobody' here. There are: press, press_fr." in unknown.output
    assert "follows on @press" in run("rename", "press", "news", "--yes").output


def test_followers_go_into_a_file_and_come_out_of_it(tmp_path: Path) -> None:
    follow(actors.newsroom(), somebody())
    file = tmp_path / "followers.csv"
    assert run("followers", "--export", file, "--account", "press").output == f"1 followers are in {file}.\n"
    Follow.objects.all().delete()
    tried = run("followers", "--import", file, "--dry-run")
    assert "would be added: 1; known already: 0" in tried.output
    assert not Follow.objects.exists()
    with file.open("a", encoding="utf-8") as lines:
        lines.write("https://other.example/a,x,,,,\n")
    result = run("followers", "--import", file)
    assert (result.exit_code, Follow.objects.count()) == (1, 1)
    assert "line 3: 'https://other.example/a' is none of the accounts here" in result.output
    assert "added: 1; known already: 0; have left here: 0; cannot be taken: 1" in result.output
    assert run("followers").exit_code == 2


def test_a_change_of_the_domain_asks_for_one_thing_at_a_time() -> None:
    assert run("change-domain").exit_code == 2
    assert run("change-domain", "https://press.elmford.example", "--tell").exit_code == 2
    same = run("change-domain", "https://news.elmford.example", "--yes")
    assert (same.exit_code, "has the address" in same.output) == (1, True)
    assert run("change-domain", "--status").output == ""


@pytest.mark.django_db(transaction=True)
def test_the_domain_is_changed_and_nobody_is_told_before_both_hosts_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(url: str, **_options: object) -> None:
        raise NoAnswer(f"{url} does not answer.")

    monkeypatch.setattr(domain, "fetch", silent)
    register.bring_up_to_date()
    follow(actors.newsroom(), somebody())
    result = run("change-domain", "https://press.elmford.example", "--yes")
    assert result.exit_code == 0, result.output
    assert "@press@news.elmford.example is followed by https://press.elmford.example" in result.output
    assert (tmp_path / "former/news.elmford.example/ap/actors/press").is_file()
    assert (tmp_path / "site/ap/actors/press").is_file()
    assert "reverse_proxy" in result.output
    told = run("change-domain", "--tell")
    assert (told.exit_code, "Nobody is told yet." in told.output) == (1, True)
    assert "told: nobody yet; 1 follow it still; 0 came over" in run("change-domain", "--status").output
