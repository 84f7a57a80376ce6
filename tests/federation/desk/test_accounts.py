# SPDX-License-Identifier: Apache-2.0
"""The newsroom's own accounts at the desk: opened, described, given new keys, closed; and who is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from onrecord.bakery import actions as bakery
from onrecord.delivery.models import Distribution
from onrecord.federation import accounts, actors, policies
from onrecord.federation.errors import BadName, NameTaken, NotPossible
from onrecord.federation.models import Actor, Follow
from onrecord.federation.signatures import keys, proofs
from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.record import high_water
from onrecord.statements.models import Publication, Topic, TopicName
from onrecord.wiring import fediverse, publishing
from tests.federation.sending.elsewhere import follow, somebody
from tests.statements import drafts

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"
ACCOUNTS = "/desk/fediverse/accounts/"
SignIn = Callable[[User], Client]


def drained() -> None:
    """Let everything that follows happen."""
    while reactions.drain():
        pass


def follows(event: str, *deeds: Callable[[Entry], None]) -> None:
    """Check that these follow an event, and let them; bakes run in this process."""
    entry = Entry.objects.filter(event=event).latest("pk")
    names = Reaction.objects.filter(entry_id=entry.pk).values_list("name", flat=True)
    assert {deed.__name__ for deed in deeds} <= {name.partition(".")[2] for name in names}
    for deed in deeds:
        if deed in {publishing.bake_everything, fediverse.heed_policy}:
            bakery.bake_all(workers=0)
        else:
            deed(entry)


def read(home: Path, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "site" / path).read_bytes())
    return found


def told(purpose: str) -> list[dict[str, Any]]:
    rows = Distribution.objects.filter(purpose=purpose).order_by("pk")
    return [row.body["letters"]["activity"]["activity"] for row in rows]


def water() -> Topic:
    topic: Topic = Topic.objects.create(slug="water")
    TopicName.objects.create(topic=topic, language="en", name="Water")
    return topic


def test_an_account_for_a_topic_is_opened_and_can_be_found(ada: User, own_home: Path) -> None:
    actor = accounts.open_account("@Elmford_Water", topic=water(), by=ada)
    drained()
    document = read(own_home, "ap/actors/elmford_water")
    assert document["id"] == f"{HOME}/ap/actors/elmford_water"
    assert document["name"] == "Town of Elmford: Water"
    answer = Client().get("/.well-known/webfinger?resource=acct:elmford_water@news.elmford.example")
    assert json.loads(answer.content)["links"][0]["href"] == document["id"]
    entry = Entry.objects.get(event="federation.actor_opened", subject=actor.subject)
    assert entry.data == {"account": "elmford_water", "kind": "selection"}


@pytest.mark.parametrize("name", ["", "elm-ford", "élm", "a" * 31, "elm ford", "../x"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(ada: User, name: str) -> None:
    with pytest.raises(BadName, match="small letters"):
        accounts.open_account(name, language="fr", by=ada)


def test_names_are_never_used_again_and_nothing_is_shown_twice(ada: User) -> None:
    for taken in ("press", "instance"):
        with pytest.raises(NameTaken):
            accounts.open_account(taken, language="fr", by=ada)
    first = accounts.open_account("elmford_fr", language="fr", by=ada)
    with pytest.raises(BadName, match="@elmford_fr shows exactly that already"):
        accounts.open_account("other", language="fr", by=ada)
    accounts.close_account(first, by=ada)
    with pytest.raises(NameTaken, match="never used again"):
        accounts.open_account("elmford_fr", language="fr", by=ada)
    assert accounts.open_account("elmford_francais", language="fr", by=ada).closed_at is None


def test_an_account_shows_a_language_of_the_newsroom_or_a_topic(ada: User) -> None:
    with pytest.raises(NotPossible, match="Choose a language, a topic or both"):
        accounts.open_account("all", by=ada)
    with pytest.raises(NotPossible, match="does not publish in “de”"):
        accounts.open_account("elmford_de", language="de", by=ada)


@pytest.mark.parametrize("who", ["olga", "ines", "mo", "rosa", "otto", "max"])
def test_only_administrators_look_after_accounts(
    request: pytest.FixtureRequest, organisation: Organisation, who: str
) -> None:
    somebody_else, actor = request.getfixturevalue(who), actors.newsroom()
    for deed in (
        lambda: accounts.open_account("elmford_fr", language="fr", by=somebody_else),
        lambda: accounts.describe_account(actor, title="x", summary="", by=somebody_else),
        lambda: accounts.renew_keys(actor, by=somebody_else),
        lambda: accounts.close_account(actor, by=somebody_else),
        lambda: policies.set_policy({"quoters": "nobody"}, by=somebody_else),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_followers_are_told_how_an_account_is_described_now(ada: User, own_home: Path) -> None:
    actor = actors.newsroom()
    follow(actor, somebody())
    accounts.describe_account(actor, title="Elmford press", summary="News of the town.", by=ada)
    drained()
    document = read(own_home, "ap/actors/press")
    assert (document["name"], document["summary"]) == ("Elmford press", "<p>News of the town.</p>")
    [update] = told("account")
    assert (update["type"], update["actor"], update["object"]) == ("Update", document["id"], document)
    accounts.describe_account(actor, title="Elmford press", summary="News of the town.", by=ada)
    drained()
    assert len(told("account")) == 1, "nothing has changed, so nobody is told"


def test_new_keys_are_shown_told_and_prove_everything_again(
    ada: User, olga: User, ines: User, own_home: Path
) -> None:
    drafts.released(olga, ines)
    bakery.bake_all(workers=0)
    actor = actors.newsroom()
    follow(actor, somebody())
    path = "ap/statements/2026/water-is-safe-to-drink/original"
    before, old = read(own_home, path), read(own_home, "ap/actors/press")
    accounts.renew_keys(actor, by=ada)
    follows("federation.keys_changed", fediverse.tell_changed_account, publishing.bake_everything)
    new = read(own_home, "ap/actors/press")
    assert new["publicKey"]["id"] == f"{HOME}/ap/actors/press#main-key-2"
    assert new["publicKey"]["publicKeyPem"] != old["publicKey"]["publicKeyPem"]
    listed = [key["id"].rpartition("#")[2] for key in new["assertionMethod"]]
    assert listed == ["ed25519-2", "ed25519-1"], "what is on its way can still be checked"
    assert told("account")[0]["object"]["publicKey"] == new["publicKey"]
    after = read(own_home, path)
    assert after["proof"]["verificationMethod"].endswith("#ed25519-2")
    assert before["proof"]["verificationMethod"].endswith("#ed25519-1")
    actor.refresh_from_db()
    proofs.verify(after, keys.from_multikey(keys.to_multikey(actors.ed25519(actor).public_key())))
    assert {name: value for name, value in after.items() if name != "proof"} == {
        name: value for name, value in before.items() if name != "proof"
    }


def test_a_closed_account_is_gone_and_its_followers_are_told(ada: User, own_home: Path) -> None:
    actor = accounts.open_account("elmford_fr", language="fr", by=ada)
    follow(actor, somebody())
    follow(actors.newsroom(), somebody("jan"))
    drained()
    accounts.close_account(actor, by=ada)
    drained()
    assert not (own_home / "site/ap/actors/elmford_fr").exists()
    assert read(own_home, "ap/actors/elmford_fr.gone")["type"] == "Tombstone"
    assert not (own_home / "site/ap/outboxes/elmford_fr").exists()
    [delete] = told("account-closed")
    assert (delete["type"], delete["actor"], delete["object"]) == (
        "Delete",
        f"{HOME}/ap/actors/elmford_fr",
        f"{HOME}/ap/actors/elmford_fr",
    )
    ended = Follow.objects.get(actor=actor)
    assert (ended.ended_reason, ended.ended_at is not None) == ("closed", True)
    assert Follow.objects.filter(ended_at=None).count() == 1, "the newsroom keeps its followers"
    with pytest.raises(NotPossible, match="closed for good"):
        accounts.close_account(actor, by=ada)


def test_what_statements_and_requests_rest_on_is_not_closed(ada: User) -> None:
    for actor in (actors.newsroom(), actors.instance()):
        with pytest.raises(NotPossible, match="cannot be closed"):
            accounts.close_account(actor, by=ada)
    with pytest.raises(NotPossible):
        accounts.describe_account(actors.instance(), title="x", summary="", by=ada)


def test_who_may_quote_stands_in_every_object(ada: User, olga: User, ines: User, own_home: Path) -> None:
    drafts.released(olga, ines)
    assert Publication.objects.count() == 1
    path = "ap/statements/2026/water-is-safe-to-drink/original"
    wanted = {
        "nobody": f"{HOME}/ap/actors/press",
        "followers": f"{HOME}/ap/followers/press",
        "anyone": "https://www.w3.org/ns/activitystreams#Public",
    }
    for quoters, address in wanted.items():
        policies.set_policy({"quoters": quoters}, by=ada)
        follows("federation.policy_changed", fediverse.heed_policy)
        assert read(own_home, path)["interactionPolicy"]["canQuote"]["automaticApproval"] == address
    with pytest.raises(ValidationError):
        policies.set_policy({"quoters": "everybody"}, by=ada)


# --- At the desk --------------------------------------------------------------------------------------------


def test_an_administrator_looks_after_accounts_at_the_desk(
    organisation: Organisation, ada: User, sign_in: SignIn, own_home: Path
) -> None:
    browser = sign_in(ada)
    assert "@news.elmford.example is added" in browser.get(ACCOUNTS).content.decode()
    wrong = browser.post(f"{ACCOUNTS}open/", {"name": "Elm Ford", "language": "fr"}).content.decode()
    assert "Use small letters, digits and underscores" in wrong
    given = {"name": "elmford_fr", "language": "fr", "topic": "", "title": "", "summary": ""}
    assert browser.post(f"{ACCOUNTS}open/", given).status_code == 302
    assert "elmford_fr" in browser.get(ACCOUNTS).content.decode()
    here = f"{ACCOUNTS}elmford_fr/"
    browser.post(here, {"title": "Elmford en français", "summary": "Tout."})
    assert "Elmford en français" in browser.get(here).content.decode()
    unsure = browser.post(f"{here}keys/", follow=True).content.decode()
    assert "Tick the box" in unsure
    browser.post(f"{here}keys/", {"sure": "yes"})
    assert Actor.objects.get(name="elmford_fr").key_number == 2
    browser.post(f"{here}close/", {"sure": "yes"})
    page = browser.get(here).content.decode()
    assert "Close for good" not in page
    assert Actor.objects.get(name="elmford_fr").closed_at is not None
    assert "Close for good" not in browser.get(f"{ACCOUNTS}press/").content.decode()


def test_keys_are_not_renewed_while_the_log_must_not_go_on_and_the_desk_says_why(
    ada: User, sign_in: SignIn, newsroom: Actor
) -> None:
    high_water.path().parent.mkdir(exist_ok=True)
    high_water.path().write_text("damaged")
    browser = sign_in(ada)
    for reason in ("", "A laptop was stolen."):
        page = browser.post(
            f"{ACCOUNTS}{newsroom.name}/keys/", {"sure": "yes", "reason": reason}, follow=True
        ).content.decode()
        assert "log.high-water" in page
    newsroom.refresh_from_db()
    assert newsroom.key_number == 1
