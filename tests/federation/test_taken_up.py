# SPDX-License-Identifier: Apache-2.0
"""What became of statements elsewhere, as readers and servers see it: numbers, and no names."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.federation import actors, objects, pages
from onrecord.federation.models import Actor, ActorKind, Interaction, InteractionKind, ReceivedActivity
from onrecord.federation.receiving import handling
from onrecord.federation.sending import actions as sending
from onrecord.people.models import Organisation
from onrecord.statements import actions
from onrecord.statements.models import Edition, Publication
from onrecord.wiring import hearing
from tests.federation.sending.elsewhere import somebody
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"


def said(desk: Newsroom) -> tuple[Edition, Publication]:
    edition = newsroom.release(desk, newsroom.write(desk, "Water is safe", "It is so."))
    actions.bake_edition(edition.pk)
    return edition, Publication.objects.get(statement=edition.statement_id)


def taken_up(publication: Publication, kind: InteractionKind, name: str, **fields: Any) -> Interaction:
    by = somebody(name)
    return Interaction.objects.create(
        publication=publication, kind=kind, by=by, uri=f"{by.uri}/{kind}", **fields
    )


def page_of(home: Path, publication: Publication) -> str:
    return (home / "site" / publication.path.strip("/") / "index.html").read_text()


def asked(address: str) -> dict[str, Any]:
    path = address.removeprefix(HOME)
    answer = Client().get(path, headers={"host": "news.elmford.example"})
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/activity+json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_readers_see_how_often_a_statement_was_taken_up_and_never_by_whom(
    desk: Newsroom, own_home: Path
) -> None:
    _edition, publication = said(desk)
    hearing.bake_reactions()
    assert "In the fediverse" not in page_of(own_home, publication)
    for name in ("rosa", "kim"):
        taken_up(publication, InteractionKind.LIKE, name)
    taken_up(publication, InteractionKind.SHARE, "walid")
    taken_up(publication, InteractionKind.QUOTE, "beatrix", number="1")
    hearing.bake_reactions()
    page = page_of(own_home, publication)
    assert "In the fediverse: 2 likes, shared once, quoted once" in page
    assert not [name for name in ("rosa", "kim", "walid", "beatrix", "social.example") if name in page]


def test_what_was_undone_leaves_the_page_at_the_next_turn(desk: Newsroom, own_home: Path) -> None:
    _edition, publication = said(desk)
    like = taken_up(publication, InteractionKind.LIKE, "rosa", at=timezone.now() - timedelta(days=2))
    actions.bake_edition(publication.edition_id)
    assert "1 like" in page_of(own_home, publication)
    Interaction.objects.filter(pk=like.pk).update(ended_at=timezone.now())
    hearing.bake_reactions()
    assert "In the fediverse" not in page_of(own_home, publication)


def test_a_statement_that_nobody_took_up_lately_is_not_drawn_again(
    desk: Newsroom, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edition, publication = said(desk)
    taken_up(publication, InteractionKind.LIKE, "rosa", at=timezone.now() - timedelta(hours=1))
    drawn: list[object] = []
    monkeypatch.setattr(bakery, "bake", drawn.append)
    hearing.bake_reactions()
    assert drawn == []


def test_servers_read_numbers_and_no_names(desk: Newsroom, own_home: Path) -> None:
    _edition, publication = said(desk)
    taken_up(publication, InteractionKind.LIKE, "rosa")
    taken_up(publication, InteractionKind.SHARE, "kim")
    taken_up(publication, InteractionKind.SHARE, "ali", ended_at=timezone.now())
    likes, shares = asked(objects.likes_of(publication)), asked(objects.shares_of(publication))
    assert (likes["totalItems"], shares["totalItems"]) == (1, 1)
    assert "items" not in likes
    assert "items" not in shares


@pytest.mark.parametrize("what", ["likes", "shares", "replies"])
def test_nothing_is_told_of_what_is_not_published(organisation: Organisation, what: str) -> None:
    for key in ("2026/water/original", "nothing", "2026/../x"):
        answer = Client().get(f"/ap/{what}/{key}", headers={"host": "news.elmford.example"})
        assert answer.status_code == 404


def test_a_stamp_can_be_read_until_it_is_taken_back(desk: Newsroom, own_home: Path) -> None:
    _edition, publication = said(desk)
    row = taken_up(publication, InteractionKind.QUOTE, "rosa", number="abc")
    assert asked(f"{HOME}/ap/quotes/abc")["interactingObject"] == row.uri
    Interaction.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    client = Client()
    gone = client.get("/ap/quotes/abc", headers={"host": "news.elmford.example"})
    assert (gone.status_code, gone.text) == (410, "This stamp was taken back.\n")
    assert client.get("/ap/quotes/none", headers={"host": "news.elmford.example"}).status_code == 404


def test_what_a_selection_announced_stands_where_its_id_says(desk: Newsroom, own_home: Path) -> None:
    actors.newsroom()
    edition, publication = said(desk)
    english = Actor.objects.create(name="english", kind=ActorKind.SELECTION, language="en")
    Actor.objects.create(name="french", kind=ActorKind.SELECTION, language="fr")
    bakery.bake(pages.keys_of_actor(english))
    told = sending.announcement(english, edition)
    folder = own_home / "site/ap/activities/announce"
    assert json.loads((folder / "english/2026/water-is-safe/original").read_text()) == told
    assert told["object"] == objects.address_of(publication)
    assert [one.name for one in folder.iterdir()] == ["english"]
    outbox = json.loads((own_home / "site/ap/outboxes/english").read_text())
    assert outbox["orderedItems"] == [told]


def test_an_account_that_was_closed_is_gone_for_whoever_looks_it_up(
    organisation: Organisation, own_home: Path
) -> None:
    closed = Actor.objects.create(
        name="french", kind=ActorKind.SELECTION, language="fr", closed_at=timezone.now()
    )

    def answered(resource: str) -> int:
        answer = Client().get(
            "/.well-known/webfinger", {"resource": resource}, headers={"host": "news.elmford.example"}
        )
        return int(answer.status_code)

    assert answered("acct:french@news.elmford.example") == 410
    assert answered(actors.address_of(closed)) == 410
    assert answered("acct:nobody@news.elmford.example") == 404
    assert answered(f"acct:{actors.newsroom().name}@news.elmford.example") == 200


def test_activities_are_forgotten_after_a_week_and_counts_of_a_large_archive_follow_by_the_hour(
    desk: Newsroom, own_home: Path
) -> None:
    said(desk)
    ReceivedActivity.objects.create(digest=b"x" * 32)
    assert handling.forget_old() == 0
    nodeinfo = own_home / "site/nodeinfo/2.1"
    assert not nodeinfo.exists()
    with time_machine.travel(timezone.now() + handling.KEPT + timedelta(minutes=1)):
        assert handling.forget_old() == 1
        hearing.bake_counts()
    assert json.loads(nodeinfo.read_text())["usage"]["localPosts"] == 1
