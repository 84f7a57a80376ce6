# SPDX-License-Identifier: Apache-2.0
"""Accounts that move, to another of the newsroom's, elsewhere, from elsewhere, or to another name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery.models import Distribution
from onrecord.federation import actors, objects
from onrecord.federation.errors import NameTaken, NotMovable
from onrecord.federation.models import Actor, ActorKind, Follow
from onrecord.federation.moving import actions, telling
from onrecord.federation.receiving import handling
from onrecord.federation.sending import actions as sending
from onrecord.federation.signatures import keys, proofs
from onrecord.journal.models import Entry
from onrecord.people.actions import OPERATOR
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.statements import actions as verbs
from onrecord.statements.models import Edition, Publication, Statement
from onrecord.wiring.sending import baked
from onrecord.wiring.telling import tell_move
from tests.federation.receiving.remote import Remote, Somebody
from tests.federation.sending.elsewhere import follow, somebody
from tests.outbound.servers import Answer
from tests.statements import newsroom as words
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"


def there(elsewhere: Remote, name: str, *was: str) -> str:
    """Put an account on the server elsewhere, which names accounts that it was; return its address."""
    return elsewhere.somebody(name, alsoKnownAs=list(was)).uri


def read(home: Path, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "site" / address.removeprefix(f"{HOME}/")).read_text())
    return found


def moved() -> Distribution:
    """Let the newest move be told; return what goes out."""
    tell_move(Entry.objects.filter(event="federation.moved").latest("pk"))
    return Distribution.objects.get(purpose="move")


def selection(name: str = "press_fr") -> Actor:
    return Actor.objects.create(name=name, kind=ActorKind.SELECTION, language="fr")


def test_an_account_moves_elsewhere_once_that_account_names_it(
    ada: User, elsewhere: Remote, own_home: Path
) -> None:
    press = actors.newsroom()
    target = there(elsewhere, "town", actors.address_of(press))
    follow(press, somebody())
    actions.move(press, target, by=ada)
    sent = moved()
    assert read(own_home, actors.address_of(press))["movedTo"] == target
    activity = sent.body["letters"]["activity"]["activity"]
    assert (activity["type"], activity["actor"], activity["object"], activity["target"]) == (
        *("Move", actors.address_of(press), actors.address_of(press)),
        target,
    )
    proofs.verify(activity, actors.ed25519(press).public_key())
    assert list(sent.deliveries.values_list("recipient", flat=True)) == ["https://social.example/inbox"]
    tell_move(Entry.objects.filter(event="federation.moved").latest("pk"))  # twice is once
    assert Distribution.objects.filter(purpose="move").count() == 1
    assert telling.standing(Actor.objects.get(pk=press.pk)).following == 1


def test_an_account_that_does_not_name_the_old_one_is_refused(ada: User, elsewhere: Remote) -> None:
    press = actors.newsroom()
    for was in ((), ("https://max.example/users/max",)):
        target = there(elsewhere, "town", *was)
        with pytest.raises(NotMovable, match="does not say that it was"):
            actions.move(press, target, by=ada)
    with pytest.raises(NotMovable, match="cannot be read"):
        actions.move(press, f"{elsewhere.url}/users/nobody", by=ada)
    with pytest.raises(NotMovable, match="is no account"):
        actions.move(press, "somewhere", by=ada)
    with pytest.raises(NotMovable, match="cannot move to itself"):
        actions.move(press, "press", by=ada)
    assert Actor.objects.get(pk=press.pk).moved_to == ""


def test_only_administrators_and_the_operator_may_move_accounts(
    olga: User, ines: User, mo: User, organisation: Organisation
) -> None:
    press = actors.newsroom()
    for person in (olga, ines, mo):
        with pytest.raises(NotAllowed):
            actions.move(press, "press_fr", by=person)
        with pytest.raises(NotAllowed):
            actions.name_origins(press, [], by=person)
        with pytest.raises(NotAllowed):
            actions.rename(press, "news", by=person)
        with pytest.raises(NotAllowed):
            actions.take_back(press, by=person)
    selection()
    assert actions.move(press, "press_fr", by=OPERATOR).moved_to


def test_an_account_of_the_newsroom_names_the_one_that_moves_to_it(ada: User, own_home: Path) -> None:
    press, french = actors.newsroom(), selection()
    who = somebody()
    follow(french, who)
    actions.move(french, "press", by=ada)
    assert Actor.objects.get(pk=press.pk).also_known_as == [actors.address_of(french)]
    moved()
    assert read(own_home, actors.address_of(press))["alsoKnownAs"] == [actors.address_of(french)]
    follow(press, who)
    standing = telling.standing(Actor.objects.get(pk=french.pk))
    assert (standing.came, standing.following, sum(standing.told.values())) == (1, 1, 1)
    events = list(Entry.objects.filter(event__startswith="federation.").values_list("event", flat=True))
    assert {"federation.origins_named", "federation.moved"} <= set(events)


def test_whoever_moved_cannot_move_again_for_a_month_nor_be_followed(
    ada: User, jan: Somebody, own_home: Path
) -> None:
    french, _other = selection(), selection("press_all")
    actors.newsroom()
    actions.move(french, "press", by=ada)
    with pytest.raises(NotMovable, match="has moved to"):
        actions.move(french, "press_all", by=ada)
    jan.send(jan.activity("Follow", actors.address_of(french)))
    handling.handle_due()
    assert not Follow.objects.exists()
    answer = Distribution.objects.latest("pk").body["letters"]["activity"]["activity"]
    assert answer["type"] == "Reject"

    actions.take_back(french, by=ada)
    with pytest.raises(NotMovable, match="would not heed another Move before"):
        actions.move(french, "press_all", by=ada)
    Actor.objects.filter(pk=french.pk).update(moved_at=timezone.now() - timedelta(days=31))
    assert actions.move(french, "press_all", by=ada).moved_to.endswith("/press_all")
    with pytest.raises(NotMovable, match="has not moved"):
        actions.take_back(actors.newsroom(), by=ada)


def test_followers_of_an_account_elsewhere_move_here_once_it_is_named(
    ada: User, elsewhere: Remote, jan: Somebody, own_home: Path
) -> None:
    press = actors.newsroom()
    old = there(elsewhere, "elmford")
    elsewhere.answers[f"/.well-known/webfinger?resource=acct:elmford@{host(elsewhere)}"] = Answer(
        200,
        json.dumps({"links": [{"rel": "self", "type": "application/activity+json", "href": old}]}).encode(),
        {"Content-Type": "application/jrd+json"},
    )
    actions.name_origins(press, [f"@elmford@{host(elsewhere)}"], by=ada)
    account = read(own_home, actors.address_of(press))
    assert account["alsoKnownAs"] == [old]  # what the old account's server looks for before it sends a Move
    # Its followers' servers then follow the new account for them, as jan's does here.
    assert jan.send(jan.activity("Follow", account["id"])).status == 202
    handling.handle_due()
    assert Follow.objects.get(actor=press).follower.uri == jan.uri

    actions.name_origins(press, [], by=ada)
    assert "alsoKnownAs" not in read(own_home, actors.address_of(press))
    with pytest.raises(NotMovable, match="knows no account"):
        actions.name_origins(press, [f"@nobody@{host(elsewhere)}"], by=ada)
    deep = f"/.well-known/webfinger?resource=acct:deep@{host(elsewhere)}"
    elsewhere.answers[deep] = Answer(200, b"[" * 90_000, {"Content-Type": "application/jrd+json"})
    with pytest.raises(NotMovable, match="knows no account"):
        actions.name_origins(press, [f"@deep@{host(elsewhere)}"], by=ada)


def host(elsewhere: Remote) -> str:
    return elsewhere.url.partition("://")[2]


def edited(desk: Newsroom, edition: Edition) -> Statement:
    """Let Olga write a later edition."""
    statement: Statement = Statement.objects.get(pk=edition.statement_id)
    statement.title = "Water is safe again"
    verbs.save_draft(statement, by=desk.writer)
    return statement


def test_another_name_is_another_account_and_statements_keep_id_and_author(
    ada: User, desk: Newsroom, own_home: Path
) -> None:
    first = words.release(desk, words.write(desk, "Water is safe", "It was tested."))
    verbs.bake_edition(first.pk)
    publication = Publication.objects.get()
    before = read(own_home, objects.address_of(publication))
    press = actors.newsroom()
    who = somebody()
    follow(press, who)
    news = actions.rename(press, "news", by=ada)
    moved()

    old, new = read(own_home, f"{HOME}/ap/actors/press"), read(own_home, f"{HOME}/ap/actors/news")
    assert (old["movedTo"], new["alsoKnownAs"]) == (new["id"], [old["id"]])
    assert old["publicKey"]["publicKeyPem"] != new["publicKey"]["publicKeyPem"]
    assert actors.newsroom() == news
    again = words.release(desk, edited(desk, first), change="correction", change_note="A number was wrong.")
    verbs.bake_edition(again.pk)
    after = read(own_home, objects.address_of(publication))
    assert (after["id"], after["attributedTo"]) == (before["id"], old["id"])
    proofs.verify(after, keys.from_multikey(old["assertionMethod"][0]["publicKeyMultibase"]))
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        second = words.release(desk, words.write(desk, "A new bridge", "It opens."))
        verbs.bake_edition(second.pk)
    assert read(own_home, f"{HOME}/ap/statements/2026/a-new-bridge/original")["attributedTo"] == new["id"]

    with pytest.raises(NameTaken):
        actions.rename(news, "press", by=ada)
    with pytest.raises(NotMovable, match="small letters"):
        actions.rename(news, "The News", by=ada)


def test_a_correction_of_a_statement_from_before_is_signed_by_its_author(
    ada: User, desk: Newsroom, own_home: Path
) -> None:
    first = words.release(desk, words.write(desk, "Water is safe", "It was tested."))
    verbs.bake_edition(first.pk)
    press = actors.newsroom()
    follow(press, somebody("left_behind", at="https://old.example"))
    news = actions.rename(press, "news", by=ada)
    follow(news, somebody("jan", at="https://social.example"))
    again = words.release(desk, edited(desk, first), change="correction", change_note="A number was wrong.")
    verbs.bake_edition(again.pk)
    sent = sending.tell(again.pk, baked)[0]
    assert sent.body["letters"]["activity"]["actor"] == "press"
    inboxes = set(sent.deliveries.values_list("recipient", flat=True))
    assert inboxes == {"https://old.example/inbox", "https://social.example/inbox"}
