# SPDX-License-Identifier: Apache-2.0
"""Administrators move accounts at the desk, and take followers away as a file."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from onrecord.federation import actors
from onrecord.federation.models import Actor, ActorKind
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation, User
from tests.federation.sending.elsewhere import follow, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk_of_ada(ada: User, client: Client, organisation: Organisation) -> Client:
    client.force_login(ada)
    return client


def shown(client: Client) -> str:
    return client.get(reverse("federation_moving")).content.decode()


def send(client: Client, what: str, actor: Actor, **fields: str) -> str:
    """Send a form of the screen; return what is said then."""
    address = reverse(f"federation_moving_{what}", args=[actor.pk])
    return client.post(address, fields, follow=True).content.decode()


def test_an_account_is_moved_shown_with_who_came_over_and_taken_back(desk_of_ada: Client) -> None:
    press = actors.newsroom()
    french = Actor.objects.create(name="press_fr", kind=ActorKind.SELECTION, language="fr")
    who = somebody()
    follow(french, who)
    assert "@press_fr@news.elmford.example" in shown(desk_of_ada)
    assert "The account has moved." in send(desk_of_ada, "move", french, target="press")
    follow(press, who)
    page = shown(desk_of_ada)
    assert "It has moved to" in page
    assert "One follower came over." in page
    assert "It follows on" in page
    assert "no longer says that it has moved" in send(desk_of_ada, "back", french)
    assert "It has moved to" not in shown(desk_of_ada)


def test_what_cannot_be_done_is_said_and_nothing_changes(desk_of_ada: Client) -> None:
    press = actors.newsroom()
    assert "cannot move to itself" in send(desk_of_ada, "move", press, target="press")
    assert "is no account" in send(desk_of_ada, "move", press, target="somewhere")
    assert "This field is required" in send(desk_of_ada, "move", press, target="")
    assert "is no account" in send(desk_of_ada, "origins", press, origins="somewhere")
    assert "small letters" in send(desk_of_ada, "rename", press, name="The News")
    assert "has not moved" in send(desk_of_ada, "back", press)
    row = Actor.objects.get(pk=press.pk)
    assert (row.moved_to, row.also_known_as, row.kind) == ("", [], ActorKind.NEWSROOM)


def test_an_account_gets_another_name(desk_of_ada: Client) -> None:
    assert "has another name" in send(desk_of_ada, "rename", actors.newsroom(), name="news")
    assert actors.newsroom().name == "news"
    assert "@news@news.elmford.example" in shown(desk_of_ada)


def test_followers_are_downloaded_and_that_is_noted(desk_of_ada: Client, ada: User) -> None:
    follow(actors.newsroom(), somebody())
    answer = desk_of_ada.post(reverse("federation_followers_export"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it is streamed
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["follower"] == "https://social.example/users/rosa"
    assert "attachment" in answer["Content-Disposition"]
    entry = Entry.objects.get(event="federation.followers_exported")
    assert (entry.data["count"], entry.actor_id) == (1, ada.pk)
    assert desk_of_ada.get(reverse("federation_followers_export")).status_code == 405


def test_nobody_else_moves_accounts(olga: User, client: Client, organisation: Organisation) -> None:
    press = actors.newsroom()
    client.force_login(olga)
    answer = client.post(reverse("federation_moving_rename", args=[press.pk]), {"name": "news"})
    assert answer.status_code in {302, 403}
    assert actors.newsroom().name == "press"
    assert Client().post(reverse("federation_followers_export")).status_code == 302
