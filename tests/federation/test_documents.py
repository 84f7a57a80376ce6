# SPDX-License-Identifier: Apache-2.0
"""What the newsroom says in the fediverse, as it is baked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onrecord.bakery import actions as bakery
from onrecord.federation import actors, objects, pages
from onrecord.federation.signatures import keys, proofs
from onrecord.federation.signatures.errors import BadProof
from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import Edition, Publication, Statement
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"
LONG = [("paragraph", f"<p>See <a href='/about/'>this</a>. {'The water was tested again. ' * 30}</p>")]


def _read(home: Path, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "site" / address.removeprefix(f"{HOME}/")).read_text())
    return found


def _bake(edition: Edition) -> Publication:
    actions.bake_edition(edition.pk)
    return Publication.objects.get(statement=edition.statement_id)


def _said(desk: Newsroom, **fields: Any) -> Publication:
    return _bake(newsroom.release(desk, newsroom.write(desk, "Water is safe", "It is so.", **fields)))


def _check(home: Path, document: dict[str, Any]) -> None:
    owner = _read(home, proofs.method_of(document).partition("#")[0])
    listed = {key["id"]: key["publicKeyMultibase"] for key in owner["assertionMethod"]}
    proofs.verify(document, keys.from_multikey(listed[proofs.method_of(document)]))


def test_a_long_statement_is_an_article_that_stands_alone(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk, body=LONG)
    document = _read(own_home, objects.address_of(publication))
    assert document["id"] == objects.address_of(publication)
    assert (document["type"], document["name"], document["summary"]) == (
        *("Article", "Water is safe", "It is so."),
    )
    assert document["url"] == f"{HOME}/s/2026/water-is-safe/"
    assert f'href="{HOME}/about/"' in document["content"]
    assert list(document["contentMap"].items()) == [("en", document["content"])]
    assert [each["type"] for each in document["attachment"]] == ["Link"]
    assert document["preview"]["type"] == "Note"
    assert "updated" not in document


def test_a_short_statement_is_a_note_that_hides_behind_no_warning(desk: Newsroom, own_home: Path) -> None:
    document = _read(own_home, objects.address_of(_said(desk)))
    assert document["type"] == "Note"
    assert "summary" not in document
    assert "<strong>Water is safe</strong>" in document["content"]


def test_pictures_stay_on_the_site(filled: Newsroom, own_home: Path) -> None:
    assert filled.corrected is not None
    document = _read(own_home, objects.address_of(_bake(filled.corrected)))
    assert "<img" not in document["content"]
    assert "class=" not in document["content"]
    assert document["tag"] == [{"type": "Hashtag", "href": f"{HOME}/topics/water/", "name": "#Water"}]


def test_a_correction_says_first_what_changed(filled: Newsroom, own_home: Path) -> None:
    assert filled.corrected is not None
    publication = _bake(filled.corrected)
    document = _read(own_home, objects.address_of(publication))
    assert document["summary"].startswith("Correction: Twenty-six samples")
    assert document["content"].startswith("<p><strong>Correction:</strong> Twenty-six samples")
    assert document["updated"] >= document["published"]  # in whole seconds
    assert len(document["summary"]) <= 500
    activity = _read(own_home, objects.update_of(publication, filled.corrected))
    assert (activity["type"], activity["object"]) == ("Update", document)


def test_a_withdrawal_says_so_in_name_summary_and_text(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk, body=LONG)
    statement = Statement.objects.get(pk=publication.statement_id)
    edition = newsroom.withdraw(desk, statement, "The samples were mixed up.")
    document = _read(own_home, objects.address_of(_bake(edition)))
    assert document["name"] == "Withdrawn: Water is safe"
    assert document["summary"].startswith("Withdrawn: The samples were mixed up.")
    assert document["content"].startswith("<p><strong>Withdrawn:</strong> The samples were mixed up.</p>")
    assert _read(own_home, objects.update_of(publication, edition))["object"] == document


def test_object_and_activity_are_proved_and_a_forgery_is_not(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk, body=LONG)
    bakery.bake(pages.keys_of_actor(actors.newsroom()))
    activity = _read(own_home, objects.create_of(publication))
    _check(own_home, activity)
    _check(own_home, activity["object"])
    with pytest.raises(BadProof):
        _check(own_home, {**activity["object"], "name": "Water is not safe"})


def test_baking_again_changes_nothing(desk: Newsroom) -> None:
    publication = _said(desk, body=LONG)
    assert bakery.bake([(pages.STATEMENTS, (str(publication.pk),))]).written == 0


def test_the_account_says_whose_it_is(desk: Newsroom, own_home: Path) -> None:
    bakery.bake(pages.keys_of_actor(actors.newsroom()))
    document = _read(own_home, "ap/actors/press")
    assert (document["type"], document["preferredUsername"]) == ("Organization", "press")
    assert document["endpoints"] == {"sharedInbox": f"{HOME}/ap/inbox"}
    assert document["publicKey"]["id"] == f"{HOME}/ap/actors/press#main-key"
    assert "news.elmford.example" in document["attributionDomains"]
    assert document["discoverable"] is document["indexable"] is True


def test_the_outbox_names_what_was_said(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk)
    outbox = _read(own_home, "ap/outboxes/press")
    assert outbox["totalItems"] == 1
    assert _read(own_home, outbox["first"])["orderedItems"] == [objects.create_of(publication)]
    assert _read(own_home, "ap/featured/press")["orderedItems"] == [objects.address_of(publication)]


def test_what_is_on_its_way_to_the_log_is_not_counted(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk)
    Edition.objects.filter(pk=publication.edition_id).update(leaf_index=None)

    bakery.bake(pages.keys_by_the_clock())

    assert _read(own_home, "ap/outboxes/press")["totalItems"] == 0
    assert _read(own_home, "nodeinfo/2.1")["usage"]["localPosts"] == 0


def test_what_was_withdrawn_is_not_shown_first_any_more(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk)
    newsroom.withdraw(desk, Statement.objects.get(pk=publication.statement_id), "It was a mistake.")
    bakery.bake(pages.keys_for(Edition.objects.get(op="withdraw")))
    assert _read(own_home, "ap/featured/press")["orderedItems"] == []


def test_webfinger_leads_from_the_name_to_the_account_and_back(desk: Newsroom) -> None:
    address = f"{HOME}/ap/actors/press"
    for resource in ("acct:press@news.elmford.example", address):
        answer = Client().get("/.well-known/webfinger", {"resource": resource})
        assert answer["Content-Type"] == "application/jrd+json"
        found = answer.json()
        assert found["subject"] == "acct:press@news.elmford.example"
        assert {"rel": "self", "type": "application/activity+json", "href": address} in found["links"]
    stranger = {"resource": "acct:nobody@news.elmford.example"}
    assert Client().get("/.well-known/webfinger", stranger).status_code == 404


def test_a_page_leads_to_its_object(desk: Newsroom, own_home: Path) -> None:
    publication = _said(desk)
    page = (own_home / "site/s/2026/water-is-safe/index.html").read_text()
    assert f'type="application/activity+json" href="{objects.address_of(publication)}"' in page
    assert '<meta name="fediverse:creator" content="@press@news.elmford.example">' in page


def test_an_erased_statement_answers_gone_and_others_are_asked_to_forget_it(
    desk: Newsroom, own_home: Path, ada: User
) -> None:
    publication = _said(desk, body=LONG)
    address, created = objects.address_of(publication), objects.create_of(publication)
    reason, order = "A court ordered it.", "Judgement of 1 December"
    proposed = actions.propose_erasure(publication.path, ground=reason, legal_ground=order, by=ada)
    actions.confirm_erasure(proposed, by=desk.editor)
    place = own_home / "site" / address.removeprefix(f"{HOME}/")
    assert not place.exists()
    assert not (own_home / "site" / created.removeprefix(f"{HOME}/")).exists()
    stone = json.loads(place.with_name("original.gone").read_text())
    assert (stone["id"], stone["type"]) == (address, "Tombstone")
    activity = _read(own_home, "ap/activities/delete/2026/water-is-safe/original")
    assert (activity["type"], activity["object"]["id"]) == ("Delete", address)
    assert "tested again" not in json.dumps([stone, activity])
