# SPDX-License-Identifier: Apache-2.0
"""The newsroom moves to another host: accounts get successors, the old host goes on saying what it said."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.delivery.models import Distribution
from onrecord.federation import actors, pages, resources
from onrecord.federation.checks import left_behind
from onrecord.federation.errors import NotMovable
from onrecord.federation.models import Actor, ActorKind, Follow
from onrecord.federation.moving import domain, outpost, telling
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.handlers import following
from onrecord.federation.signatures import keys, proofs
from onrecord.journal.models import Entry
from onrecord.outbound.answers import Response
from onrecord.people.actions import change_organisation
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.statements import actions as verbs
from onrecord.statements.models import Publication
from onrecord.wiring.telling import tell_fediverse_of_erasure, tell_move
from tests.federation.moving.test_moving import edited
from tests.federation.receiving.remote import Somebody
from tests.federation.sending.elsewhere import follow, somebody
from tests.statements import newsroom as words
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
OLD, NEW = "https://news.elmford.example", "https://press.elmford.example"


def left(home: Path, path: str) -> dict[str, Any]:
    """Return what stands at the old host."""
    found: dict[str, Any] = json.loads((home / "former/news.elmford.example" / path.lstrip("/")).read_text())
    return found


def both_hosts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both hosts be asked, as they serve their folders."""

    def fetched(url: str, **_options: object) -> Response:
        folder = home / ("site" if url.startswith(NEW) else "former/news.elmford.example")
        path = folder / url.partition("//")[2].partition("/")[2]
        if not path.is_file():
            return Response(404, {}, b"", url)
        return Response(200, {"content-type": "application/activity+json"}, path.read_bytes(), url)

    monkeypatch.setattr(domain, "fetch", fetched)


def bake_accounts() -> None:
    for actor in Actor.objects.filter(former_base=""):
        bakery.bake(pages.keys_of_actor(actor))


def test_the_newsroom_moves_and_its_followers_are_moved_by_the_old_keys(
    ada: User, desk: Newsroom, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = words.release(desk, words.write(desk, "Water is safe", "It was tested."))
    verbs.bake_edition(first.pk)
    before = json.loads((own_home / "site/ap/statements/2026/water-is-safe/original").read_text())
    press = actors.newsroom()
    french = Actor.objects.create(name="press_fr", kind=ActorKind.SELECTION, language="fr")
    who = somebody()
    follow(press, who)
    log = Organisation.current().origin

    moved = domain.change("press.elmford.example", by=ada)
    assert Organisation.current().origin == log
    assert [actor.name for actor in moved] == ["press@news.elmford.example", "press_fr@news.elmford.example"]
    new = actors.newsroom()
    assert (new.name, new.also_known_as) == ("press", [f"{OLD}/ap/actors/press"])
    assert actors.address_of(new) == f"{NEW}/ap/actors/press"
    assert actors.by_address(f"{OLD}/ap/actors/press") == moved[0]
    assert actors.by_address(f"{NEW}/ap/actors/press_fr") != french
    assert not Distribution.objects.filter(purpose="move").exists()

    # Nobody is told before both hosts say so.
    both_hosts(own_home, monkeypatch)
    with pytest.raises(NotMovable, match="answers 404"):
        domain.tell(moved[0])
    bake_accounts()
    outpost.write(OLD)
    sent = domain.tell(moved[0])
    assert sent is not None
    activity = sent.body["letters"]["activity"]["activity"]
    assert (activity["actor"], activity["target"]) == (
        f"{OLD}/ap/actors/press",
        f"{NEW}/ap/actors/press",
    )
    old = left(own_home, "/ap/actors/press")
    assert old["movedTo"] == f"{NEW}/ap/actors/press"
    key = keys.from_multikey(old["assertionMethod"][0]["publicKeyMultibase"])
    proofs.verify(activity, key)
    statement = left(own_home, "/ap/statements/2026/water-is-safe/original")
    assert (statement["id"], statement["attributedTo"]) == (before["id"], before["attributedTo"])
    proofs.verify(statement, key)

    follow(new, who)
    standing = telling.standing(Actor.objects.get(pk=moved[0].pk))
    assert (standing.came, standing.following) == (1, 1)
    assert domain.former()[0].name.endswith("@news.elmford.example")


def test_a_correction_reaches_whoever_knows_the_statement_by_its_old_id(
    ada: User, desk: Newsroom, own_home: Path
) -> None:
    first = words.release(desk, words.write(desk, "Water is safe", "It was tested."))
    verbs.bake_edition(first.pk)
    follow(actors.newsroom(), somebody())
    domain.change(NEW, by=ada)
    outpost.write(OLD)
    again = words.release(desk, edited(desk, first), change="correction", change_note="A number was wrong.")
    verbs.bake_edition(again.pk)
    outpost.keep_up(again.pk)
    (sent,) = telling.tell_later(again.pk)
    assert sent.body["letters"]["activity"]["actor"] == "press@news.elmford.example"
    activity = sent.body["letters"]["activity"]["activity"]
    assert (activity["type"], activity["object"]["id"]) == (
        "Update",
        f"{OLD}/ap/statements/2026/water-is-safe/original",
    )
    assert "A number was wrong." in left(own_home, "/ap/statements/2026/water-is-safe/original")["content"]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        later = words.release(desk, words.write(desk, "A new bridge", "It opens."))
        verbs.bake_edition(later.pk)
    assert outpost.documents_at(OLD, later.statement.publication.pk) == []


def test_an_erased_statement_leaves_former_hosts_and_is_deleted_under_its_old_id(
    ada: User, ines: User, desk: Newsroom, own_home: Path
) -> None:
    first = words.release(desk, words.write(desk, "Water is safe", "It was tested."))
    verbs.bake_edition(first.pk)
    follow(actors.newsroom(), somebody())
    domain.change(NEW, by=ada)
    outpost.write(OLD)
    path = own_home / "former/news.elmford.example/ap/statements/2026/water-is-safe/original"
    assert path.is_file()
    publication = Publication.objects.get()
    proposed = verbs.propose_erasure(publication.path, ground="A court ordered it.", by=ada)
    verbs.confirm_erasure(proposed, by=ines)
    assert not path.exists()
    tell_fediverse_of_erasure(Entry.objects.get(event="statements.erased"))
    assert not list((own_home / "former").rglob("water-is-safe/original"))
    sent = Distribution.objects.get(purpose="later")
    activity = sent.body["letters"]["activity"]["activity"]
    assert (activity["type"], activity["actor"], activity["object"]["id"]) == (
        *("Delete", f"{OLD}/ap/actors/press"),
        f"{OLD}/ap/statements/2026/water-is-safe/original",
    )


def test_webfinger_answers_for_both_hosts_and_posts_to_the_old_one_are_taken(
    ada: User, organisation: Organisation, jan: Somebody
) -> None:
    actors.newsroom()
    domain.change(NEW, by=ada)
    old = resources.account("acct:press@news.elmford.example")
    new = resources.account("acct:press@press.elmford.example")
    assert old is not None
    assert new is not None
    assert (old.subject, old.links[0].href) == (
        "acct:press@news.elmford.example",
        f"{OLD}/ap/actors/press",
    )
    assert new.links[0].href == f"{NEW}/ap/actors/press"
    assert resources.account(f"{OLD}/ap/actors/press") == old

    follow(Actor.objects.get(name="press@news.elmford.example"), somebody("x"))
    taken = jan.send(jan.activity("Follow", f"{OLD}/ap/actors/press"), url=f"{OLD}/ap/inbox")
    assert taken.status == 202, taken.text
    handling.handle_due()
    assert Follow.objects.count() == 1  # the one that was there: an account that has moved takes nobody
    other = Client().get("/ap/followers/press", headers={"host": "somebody.example"})
    assert other.status_code == 400


def test_what_cannot_be_changed(ada: User, olga: User, organisation: Organisation) -> None:
    actors.newsroom()
    with pytest.raises(NotAllowed):
        domain.change(NEW, by=olga)
    for wrong in (OLD, "https://news.elmford.example/path", "not an address"):
        with pytest.raises(NotMovable):
            domain.change(wrong, by=ada)
    domain.change(NEW, by=ada)
    with pytest.raises(NotMovable, match="Accounts moved away from"):
        domain.change(OLD, by=ada)
    Actor.objects.filter(former_base="").update(moved_at=timezone.now())
    with pytest.raises(NotMovable, match="would not heed another Move"):
        domain.change("https://third.elmford.example", by=ada)


def test_a_move_from_a_former_host_is_not_told_by_itself(ada: User, organisation: Organisation) -> None:
    follow(actors.newsroom(), somebody())
    domain.change(NEW, by=ada)
    tell_move(Entry.objects.filter(event="federation.moved").latest("pk"))
    assert not Distribution.objects.filter(purpose="move").exists()


def test_the_address_stays_while_somebody_follows_and_the_way_out_is_named(
    ada: User, desk: Newsroom, own_home: Path
) -> None:
    following = follow(actors.newsroom(), somebody())
    with pytest.raises(ValidationError) as refused:
        change_organisation({"address": NEW}, by=ada)
    [said] = refused.value.message_dict["address"]
    assert said.startswith(f"Accounts in the fediverse follow the newsroom at {OLD}, and would be lost.")
    assert "onrecord federation change-domain" in said
    change_organisation({"name": "Elmford"}, by=ada)
    Follow.objects.filter(pk=following.pk).update(ended_at=timezone.now(), ended_reason="undone")
    change_organisation({"address": NEW}, by=ada)
    assert Organisation.current().address == NEW


def test_who_followed_before_the_address_was_changed_at_the_desk_is_found_by_the_check(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = actors.newsroom()
    lost, back = follow(press, somebody("lost")), follow(press, somebody("back"))
    assert left_behind.check() == []
    with monkeypatch.context() as before:  # programs from before did not refuse it
        before.setattr("onrecord.people.keeping.reasons", list)
        change_organisation({"address": NEW}, by=ada)
    follow(press, somebody("new"))
    [found] = left_behind.check()
    assert found.id == "federation.W022"
    assert found.msg.startswith(
        "2 who follow in the fediverse did so before the address of the site was changed"
    )
    assert NEW in found.msg

    following.begin(press, back.follower, "https://remote.example/again")
    [found] = left_behind.check()
    assert found.msg.startswith("1 who follow")
    following.end(lost.follower, reason="undone")
    assert left_behind.check() == []


def test_a_move_of_the_newsroom_leaves_nobody_behind(ada: User, own_home: Path) -> None:
    follow(actors.newsroom(), somebody("neighbour"))
    domain.change(NEW, by=ada)
    follow(actors.newsroom(), somebody("new"))
    assert left_behind.check() == []
