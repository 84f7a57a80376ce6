# SPDX-License-Identifier: Apache-2.0
"""The files at well-known addresses, and WebFinger, as strangers get them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from onrecord.bakery import actions as bakery
from onrecord.identity import pages, profiles, webfinger
from onrecord.identity.webfinger import Link, Resource
from onrecord.people.models import Organisation
from onrecord.record import register
from onrecord.record.keys import public_keys

ADDRESS = "https://news.elmford.example"


@pytest.fixture
def town(organisation: Organisation) -> Organisation:
    """The town has said who it is."""
    organisation.domains = ["elmford.example"]
    organisation.relations = [
        {"kind": "belongto", "url": "https://towns.example/"},
        {"kind": "social", "url": "https://social.example/@elmford"},
    ]
    organisation.security_contact = "mailto:security@elmford.example"
    organisation.data_training = "no"
    organisation.save()
    return organisation


def baked(path: str) -> str:
    """Bake the files and return one of them; nothing if it is not there."""
    bakery.bake(pages.all_keys())
    file = bakery.site_directory() / path.lstrip("/")
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_trust_txt_says_what_is_known(town: Organisation) -> None:
    expected = (
        "belongto=https://towns.example/\n"
        "controlledby=https://elmford.example/\n"
        "social=https://social.example/@elmford\n"
        f"contact={ADDRESS}/contacts/\n"
        "datatrainingallowed=no\n"
    )

    assert baked("/.well-known/trust.txt") == expected
    assert baked("/trust.txt") == expected


def test_an_account_that_is_kept_elsewhere_in_the_program_is_ours_too(town: Organisation) -> None:
    def accounts() -> list[str]:
        return ["https://video.example/elmford", "https://social.example/@elmford"]

    profiles.register(accounts)
    try:
        assert baked("/trust.txt").count("social=") == 2
        found = json.loads(webfinger.answer(f"{ADDRESS}/") or b"{}")
    finally:
        profiles.unregister(accounts)

    mine = [link["href"] for link in found["links"] if link["rel"] == "me"]
    assert mine == ["https://social.example/@elmford", "https://video.example/elmford"]


def test_security_txt_is_renewed_by_time_alone(town: Organisation) -> None:
    with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC), tick=False):
        first = baked("/.well-known/security.txt")
        assert bakery.bake(pages.all_keys()).written == 0
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        second = baked("/.well-known/security.txt")

    assert "Expires: 2027-06-01T00:00:00Z\n" in first
    assert "Expires: 2027-07-01T00:00:00Z\n" in second
    assert f"Canonical: {ADDRESS}/.well-known/security.txt\n" in second
    assert "Preferred-Languages: en, fr, ar\n" in second


def test_without_a_contact_there_is_no_security_txt(town: Organisation) -> None:
    assert baked("/.well-known/security.txt")
    town.security_contact = ""
    town.save()

    assert not baked("/.well-known/security.txt")


def test_did_json_lists_the_keys_that_readers_are_told_of(town: Organisation) -> None:
    assert not baked("/.well-known/did.json"), "there is no register yet"
    register.bring_up_to_date()

    document = json.loads(baked("/.well-known/did.json"))

    keys = public_keys(town.origin)
    assert document["id"] == "did:web:news.elmford.example"
    assert [method["id"].partition("#")[2] for method in document["verificationMethod"]] == [
        keys.release.key_id.hex(),
        keys.log.key_id.hex(),
    ]
    assert document["alsoKnownAs"] == [f"{ADDRESS}/", "https://elmford.example/"]


def test_a_site_without_https_has_no_did(town: Organisation) -> None:
    register.bring_up_to_date()
    town.address = "http://127.0.0.1:8000"
    town.save()

    assert not baked("/.well-known/did.json")


@pytest.mark.django_db
def test_before_set_up_nothing_is_claimed(own_home: Path) -> None:
    assert bakery.bake(pages.all_keys()).written == 0
    assert Client().get(webfinger.PATH, {"resource": "acct:newsroom@anything.example"}).status_code == 404


@pytest.mark.parametrize(
    "resource",
    [
        "acct:newsroom@news.elmford.example",
        "ACCT:Newsroom@News.Elmford.example",
        "https://news.elmford.example",
        "https://NEWS.elmford.example/",
    ],
)
def test_webfinger_knows_the_newsroom(town: Organisation, resource: str) -> None:
    answer = Client().get(webfinger.PATH, {"resource": resource})

    described = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/jrd+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    assert described["subject"] == "acct:newsroom@news.elmford.example"
    assert described["aliases"] == [f"{ADDRESS}/"]
    assert {link["rel"] for link in described["links"]} == {
        *("http://webfinger.net/rel/profile-page", "alternate", "describedby", "me")
    }


@pytest.mark.parametrize(
    "resource",
    [
        "acct:ada@news.elmford.example",
        "acct:newsroom@elmford.example",
        "https://news.elmford.example/desk/",
        "https://[",
        "x",
    ],
)
def test_webfinger_knows_nobody_else(town: Organisation, resource: str) -> None:
    answer = Client().get(webfinger.PATH, {"resource": resource})

    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("query", ["", "?resource=", "?resource=a&resource=b", "?resource=" + "x" * 1001])
def test_webfinger_wants_one_resource(town: Organisation, query: str) -> None:
    assert Client().get(webfinger.PATH + query).status_code == 400


def test_webfinger_narrows_links_to_what_was_asked_for(town: Organisation) -> None:
    query = {"resource": f"{ADDRESS}/", "rel": ["me", "nothing"]}

    described = json.loads(Client().get(webfinger.PATH, query).content)

    assert described["links"] == [
        {"rel": "me", "type": "text/html", "href": "https://social.example/@elmford"}
    ]


def test_others_add_to_what_webfinger_says(town: Organisation) -> None:
    actor = Link("self", f"{ADDRESS}/actor", "application/activity+json")
    account = "acct:newsroom@news.elmford.example"

    def federation(resource: str) -> Resource | None:
        known = {account, "acct:mayor@news.elmford.example"}
        return Resource(subject=resource, links=(actor,)) if resource in known else None

    webfinger.register(federation)
    try:
        newsroom = json.loads(webfinger.answer(account) or b"{}")
        mayor = json.loads(webfinger.answer("acct:mayor@news.elmford.example") or b"{}")
    finally:
        webfinger.unregister(federation)

    assert newsroom["subject"] == account
    assert actor.described() in newsroom["links"]
    assert len(newsroom["links"]) > 1
    assert mayor == {"subject": "acct:mayor@news.elmford.example", "links": [actor.described()]}


def test_webfinger_can_only_be_read(town: Organisation) -> None:
    assert Client().post(webfinger.PATH).status_code == 405
