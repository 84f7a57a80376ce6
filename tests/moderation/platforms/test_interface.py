# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from onrecord.delivery.models import Delivery
from onrecord.moderation import actions as engine
from onrecord.moderation.actions import Finding, Ruling
from onrecord.moderation.models import (
    Appeal,
    Decision,
    DecisionFact,
    ExternalItem,
    Notice,
    Platform,
    Scope,
)
from onrecord.moderation.platforms import actions, openapi, views
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation import judging
from tests.moderation.platforms.calling import BASE, call, decision, item

LINK = re.compile(r"^https://news\.elmford\.example(/notice/.+/)$")


def test_a_post_is_submitted_decided_appealed_and_put_back(token: str, rosa: User, mo: User) -> None:
    status, submitted = call(token, "POST", "/items", item())
    assert (status, submitted["visible"], submitted["effects"]) == (200, True, [])
    status, made = call(token, "POST", "/decisions", decision(submitted["version"]))
    assert (status, made["verdict"]) == (201, "restrict")
    _status, hidden = call(token, "GET", "/items/post-7")
    assert (hidden["visible"], hidden["decisions"]) == (False, [made["number"]])
    assert hidden["effects"][0]["kind"] == "seal"
    link = LINK.match(made["notice"])
    assert link is not None
    assert "It calls all neighbours vermin." in Client().get(link[1]).content.decode()
    assert "nina@reader.example" in Delivery.objects.values_list("recipient", flat=True)

    found = Decision.objects.get()
    appeal = engine.appeal(
        Notice.objects.get(decision=found, party="author"), "Only two of them.", language="en"
    )
    engine.assign(appeal, to=rosa, by=rosa)
    given = Ruling(item_version=submitted["version"], facts="It says “my”, not “all”.")
    engine.hear(appeal, Finding("reversed", given, frozenset()), by=rosa)
    _status, shown = call(token, "GET", "/items/post-7")
    assert (shown["visible"], shown["effects"]) == (True, [])
    _status, after = call(token, "GET", f"/decisions/{made['number']}")
    assert after["appeals"] == [{"state": "decided", "outcome": "reversed"}]
    assert after["effects"] == [{"kind": "seal", "state": "reverted"}]
    assert DecisionFact.objects.filter(item_kind="external", on_appeal=False).count() == 1
    assert Appeal.objects.get().decider == mo, "whom the token acts for has decided, and hears no appeal"


def test_somebody_elsewhere_reports_and_has_a_page_of_their_own(token: str) -> None:
    call(token, "POST", "/items", item())
    body = {
        "item": "post-7",
        "category": judging.RUDE,
        "explanation": "This insults my neighbours.",
        "name": "Jan",
        "address": "jan@reader.example",
        "good_faith": True,
    }
    _status, asked = call(token, "POST", "/reports", body)
    assert _status == 201, asked
    assert (asked["state"], asked["case"]) == ("unconfirmed", "")
    status, told = call(
        token, "POST", "/reports", {**body, "confirmed": True, "address": "ida@reader.example"}
    )
    assert (status, told["state"]) == (201, "in_case")
    assert told["link"].startswith("https://news.elmford.example/report/")
    (receipt,) = judging.mails_to("ida@reader.example")
    assert "We have received your report" in receipt["Subject"], "no mail asks: the platform knows her"


def test_other_words_make_another_version_and_the_same_change_nothing(token: str) -> None:
    _status, first = call(token, "POST", "/items", item())
    _status, same = call(token, "POST", "/items", item())
    _status, other = call(token, "POST", "/items", item(text="Some of my neighbours are loud."))
    assert same["version"] == first["version"] != other["version"]
    status, told = call(token, "POST", "/decisions", decision(first["version"]))
    assert (status, told["status"]) == (409, 409)
    assert "Look again" in told["detail"]
    assert Decision.objects.count() == 0


def test_the_same_request_again_changes_nothing_and_another_with_its_key_is_refused(token: str) -> None:
    _status, submitted = call(token, "POST", "/items", item())
    body = decision(submitted["version"])
    first = call(token, "POST", "/decisions", body, key="once")
    assert call(token, "POST", "/decisions", body, key="once") == first
    assert Decision.objects.count() == 1
    status, told = call(token, "POST", "/decisions", {**body, "facts": "Other facts."}, key="once")
    assert (status, told["detail"]) == (422, "This Idempotency-Key was used for another request.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://forum.example/t/3"}, "url:"),
        ({"title": ""}, "title:"),
        ({"colour": "red"}, "colour"),
        ({"author": {"id": "nina", "address": "nobody"}}, "author.address:"),
        ({"written_at": "yesterday"}, ""),
        ({"written_at": (timezone.now() + timedelta(days=1)).isoformat()}, ""),
    ],
)
def test_what_cannot_be_taken_is_said(token: str, change: dict[str, Any], words: str) -> None:
    status, told = call(token, "POST", "/items", item(**change))
    assert status == 422
    assert words in " ".join(told["errors"])
    assert ExternalItem.objects.count() == 0


def test_no_json_too_much_and_no_key_are_refused(token: str) -> None:
    assert call(token, "POST", "/items", "{")[0] == 400
    assert call(token, "POST", "/items", item(text="x" * views.LARGEST))[0] == 400
    client = Client(headers={"Authorization": f"Bearer {token}"})
    told = client.post(f"{BASE}/items", json.dumps(item()), content_type="application/json")
    assert (told.status_code, "Idempotency-Key" in told.json()["detail"]) == (422, True)
    assert client.get(f"{BASE}/items").status_code == 405


def test_a_program_proposes_an_end_and_one_for_another_moderator_signs_it(
    token: str, forum: Platform, ada: User, mo: User
) -> None:
    _, posted = call(token, "POST", "/items", item())
    ends = decision(
        posted["version"],
        effects=[{"kind": "seal"}, {"kind": "terminate"}],
        rule="",
        legal_ground="Criminal Code, section 130",
        explanation="It degrades people for what they are.",
    )
    status, proposal = call(token, "POST", "/decisions", ends)
    assert (status, proposal["state"], proposal["decision"]) == (202, "waiting", "")
    assert call(token, "GET", "/items/post-7")[1]["effects"] == []
    assert Decision.objects.count() == 0

    signature = {"proposal": proposal["proposal"]}
    status, told = call(token, "POST", "/signatures", signature)
    assert (status, told["detail"]) == (
        403,
        "You have proposed this yourself. Somebody else signs it, or does not.",
    )
    mia = person("Mia Second", Role.MODERATOR)
    other = actions.make_token(forum, "Second", ["decisions", "read"], by=ada, acts_for=mia)[1]
    status, told = call(other, "POST", "/signatures", signature)
    assert (status, told["state"]) == (201, "signed")
    assert call(other, "GET", f"/proposals/{proposal['proposal']}") == (200, told)
    assert told["decision"] == str(Decision.objects.get())
    kinds = {effect["kind"] for effect in call(token, "GET", "/items/post-7")[1]["effects"]}
    assert kinds == {"seal", "terminate"}
    assert call(other, "POST", "/signatures", {"proposal": 10**17})[0] == 404
    bakery = actions.add_platform("Bakery", "", by=ada)
    stranger = actions.make_token(bakery, "All", list(Scope.values), by=ada, acts_for=mo)[1]
    assert call(stranger, "GET", f"/proposals/{proposal['proposal']}")[0] == 404
    assert call(stranger, "POST", "/signatures", signature)[0] == 404


def test_the_description_is_served_to_everybody(client: Client) -> None:
    told = client.get(f"{BASE}/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": f"https://news.elmford.example{BASE}"}]
    assert set(told["paths"]) == set(openapi.PATHS)
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    operations = [one for by in told["paths"].values() for one in by.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert {one["security"][0]["token"][0] for one in operations} == set(Scope.values)
    assert "\\Z" not in json.dumps(told), "to whoever reads JSON Schema that is a letter"


@pytest.mark.parametrize(("key", "is_taken"), [("post-7", True), ("post 7", False), ("post-7\n", False)])
def test_an_id_is_letters_from_beginning_to_end(key: str, is_taken: bool) -> None:
    assert bool(openapi.validator("NewReport").evolve(schema=openapi.KEY).is_valid(key)) is is_taken


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"written_at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"written_at": "9999-12-31T23:59:59-14:00"}, 422),
        ({"text": "half a character: \ud83d"}, 400),
        ({"author": {"id": "nina", "name": "\udc00"}}, 400),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    token: str, change: dict[str, Any], status: int
) -> None:
    told, problem = call(token, "POST", "/items", item(**change))
    assert (told, bool(problem["detail"])) == (status, True)
    assert not ExternalItem.objects.exists()


def test_an_end_that_no_clock_reaches_is_refused(token: str) -> None:
    _status, submitted = call(token, "POST", "/items", item())
    effects = [{"kind": "hold", "until": "9999-12-31T23:59:59-14:00"}]
    status, told = call(token, "POST", "/decisions", decision(submitted["version"], effects=effects))
    assert (status, "is no moment" in told["detail"]) == (422, True)
    assert not Decision.objects.exists()


def test_a_body_in_another_encoding_than_utf8_is_refused(token: str) -> None:
    body = json.dumps(item(text="a\0b")).encode("utf-16")
    sent = Client().generic(
        "POST",
        f"{BASE}/items",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "utf-16"},
    )
    assert sent.status_code == 400


@pytest.mark.parametrize("number", ["2026-99999999999999999999-1", "2026-1-99999999999999999999", "2026-1-1"])
def test_a_decision_that_cannot_be_is_not_found(token: str, number: str) -> None:
    assert call(token, "GET", f"/decisions/{number}")[0] == 404
