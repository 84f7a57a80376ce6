# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator

from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.journal.models import Entry
from onrecord.moderation import actions as engine
from onrecord.moderation import items
from onrecord.moderation.actions import Finding, Ruling
from onrecord.moderation.models import (
    ApiToken,
    Appeal,
    Decision,
    DecisionFact,
    ExternalItem,
    Notice,
    Platform,
    Scope,
)
from onrecord.moderation.platforms import actions, openapi, telling, views
from onrecord.moderation.platforms.actions import BadPlatform
from onrecord.moderation.platforms.kind import ExternalKind
from onrecord.moderation.platforms.rates import Rate
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation import judging

BASE = openapi.BASE
LINK = re.compile(r"^https://news\.elmford\.example(/notice/.+/)$")


@pytest.fixture(autouse=True)
def things_elsewhere(organisation: object) -> None:
    """Let things on other platforms be judged, by as many requests as a test needs."""
    items.register(ExternalKind())


@pytest.fixture
def forum(ada: User) -> Platform:
    """The forum of the town."""
    return actions.add_platform("Forum", "https://forum.example/outcomes", by=ada)


@pytest.fixture
def token(forum: Platform, ada: User, mo: User, ines: User) -> str:
    """A token that may do everything, and decides for Mo, under rules that were there before."""
    judging.rules(ines)
    return actions.make_token(forum, "Everything", list(Scope.values), by=ada, acts_for=mo)[1]


def item(**changes: Any) -> dict[str, Any]:
    """Return a post in the forum as it is submitted."""
    return {
        "id": "post-7",
        "title": "About my neighbours",
        "text": "All my neighbours are vermin.",
        "url": "https://forum.example/t/3#post-7",
        "language": "en",
        "written_at": timezone.now().isoformat(),
        "author": {"id": "nina", "name": "Nina", "address": "nina@reader.example"},
        **changes,
    }


def decision(version: str, **changes: Any) -> dict[str, Any]:
    """Return the decision to take a post out of view."""
    return {
        "item": "post-7",
        "version": version,
        "facts": "It calls all neighbours vermin.",
        "effects": [{"kind": "seal"}],
        "rule": "2",
        **changes,
    }


def call(secret: str, method: str, path: str, body: object = None, key: str = "") -> tuple[int, Any]:
    """Call the interface; every answer is checked against its own description."""
    sent = Client().generic(
        method,
        BASE + path,
        data=body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={
            **({"Authorization": f"Bearer {secret}"} if secret else {}),
            "Idempotency-Key": key or f"{path}-{timezone.now().timestamp()}",
        },
    )
    told = sent.json()
    described(method, path, sent.status_code, sent["Content-Type"], told)
    return sent.status_code, told


def described(method: str, path: str, status: int, media_type: str, told: object) -> None:
    """Fail unless openapi.json has this answer."""
    document = openapi.description("https://news.elmford.example")
    place = re.sub(r"^/(items|decisions|proposals)/.+$", r"/\1/{id}", path)
    responses = document["paths"][place][method.lower()]["responses"]
    content = responses[str(status)]["content"]
    assert media_type in content, (path, status, media_type)
    schema = {**content[media_type]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(told)


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
    ("method", "path", "body", "needed"),
    [
        ("POST", "/items", item(), Scope.ITEMS),
        ("GET", "/items/post-7", None, Scope.READ),
        ("POST", "/decisions", decision("1/post-7/1"), Scope.DECISIONS),
        ("GET", "/decisions/2026-000001-1", None, Scope.READ),
    ],
)
def test_each_address_needs_its_scope(
    token: str, forum: Platform, ada: User, mo: User, method: str, path: str, body: object, needed: Scope
) -> None:
    call(token, "POST", "/items", item())
    others = [scope.value for scope in Scope if scope is not needed]
    secret = actions.make_token(forum, "Less", others, by=ada, acts_for=mo)[1]
    status, told = call(secret, method, path, body)
    assert (status, told["detail"]) == (403, f"This token lacks the scope “{needed.value}”.")


def test_a_stranger_and_an_ended_token_open_nothing(token: str, forum: Platform, ada: User) -> None:
    assert call("", "POST", "/items", item())[0] == 401
    assert call("onrecord_mod_guessed", "GET", "/items/post-7")[0] == 401
    actions.end_token(ApiToken.objects.get(), by=ada)
    assert call(token, "POST", "/items", item())[0] == 401
    other = actions.make_token(forum, "Reading", ["read"], by=ada)[1]
    actions.end_platform(forum, by=ada)
    assert call(other, "GET", "/items/post-7")[0] == 401
    assert ExternalItem.objects.count() == 0


def test_a_platform_sees_nothing_of_another(token: str, ada: User) -> None:
    _status, submitted = call(token, "POST", "/items", item())
    _status, made = call(token, "POST", "/decisions", decision(submitted["version"]))
    app = actions.add_platform("App", "", by=ada)
    stranger = actions.make_token(app, "Reading", ["read"], by=ada)[1]
    assert call(stranger, "GET", "/items/post-7")[0] == 404
    assert call(stranger, "GET", f"/decisions/{made['number']}")[0] == 404


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


@pytest.mark.usefixtures("stopped_clock")
def test_too_many_requests_of_one_token_are_put_off(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ALLOWANCE", Rate("token", most=3, seconds=86_400))
    statuses = [call(token, "GET", "/items/post-7")[0] for _again in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


@pytest.mark.usefixtures("stopped_clock")
def test_a_rate_is_shared_by_all_processes_and_each_token_has_its_own() -> None:
    here, elsewhere = (Rate("token", most=2, seconds=86_400) for _process in range(2))
    assert [here.take("1"), elsewhere.take("1"), here.take("1"), elsewhere.take("1")] == [
        True,
        True,
        False,
        False,
    ]
    assert here.take("2")


def test_a_new_secret_signs_beside_the_earlier_one_for_two_days(forum: Platform, ada: User, mo: User) -> None:
    first = forum.number
    row = actions.renew_secret(forum, by=ada)
    assert row.number != first
    now, earlier = actions.keys_of(row)
    assert (now, earlier["number"]) == ({"number": row.number, "until": None}, first)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert actions.keys_of(row) == [now]
    with pytest.raises(NotAllowed):
        actions.renew_secret(forum, by=mo)


def test_a_new_secret_is_shown_once_at_the_desk(
    forum: Platform, ada: User, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(ada)
    page = browser.post(reverse("moderation_platform_secret", args=[forum.pk])).content.decode()
    forum.refresh_from_db()
    assert secret_of(forum.number) in page
    assert secret_of(forum.number) not in browser.get(reverse("moderation_platforms")).content.decode()


def test_outcomes_go_out_once_signed_and_without_the_link_to_the_notice(token: str) -> None:
    _status, submitted = call(token, "POST", "/items", item())
    _status, made = call(token, "POST", "/decisions", decision(submitted["version"]))
    entry = Entry.objects.get(event="moderation.decided")
    for _again in range(2):
        with transaction.atomic():
            telling.tell(Decision.objects.get().pk, entry.event, at=entry.at, entry=entry.pk)
    sent = Distribution.objects.get(transport="webhook")
    assert sent.deliveries.get().recipient == "https://forum.example/outcomes"
    document = {"delivery": "1", "event": sent.body["event"], **sent.body["document"]}
    assert openapi.errors("Outcome", document) == []
    assert (document["decision"], document["item"]["visible"]) == (made["number"], False)
    assert "/notice/" not in json.dumps(document)


def test_only_a_hash_of_a_token_is_kept(token: str) -> None:
    row = ApiToken.objects.get()
    assert token.startswith(actions.PREFIX)
    assert token not in json.dumps([row.secret_hash, row.label])
    assert token not in json.dumps(list(Entry.objects.values_list("data", flat=True)))


def test_a_token_that_decides_names_a_moderator(forum: Platform, ada: User, olga: User) -> None:
    for somebody in (None, olga):
        with pytest.raises(BadPlatform, match="acts for one moderator"):
            actions.make_token(forum, "Deciding", ["decisions"], by=ada, acts_for=somebody)
    with pytest.raises(NotAllowed):
        actions.make_token(forum, "Reading", ["read"], by=olga)


def test_a_private_address_is_told_nothing(ada: User) -> None:
    for url in ("http://forum.example/", "https://127.0.0.1/", "https://[::1]/x"):
        with pytest.raises(BadPlatform):
            actions.add_platform("Forum", url, by=ada)


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


def test_an_administrator_adds_a_platform_and_sees_its_token_once(
    ada: User, mo: User, sign_in: Callable[[User], Client]
) -> None:
    browser, page = sign_in(ada), "/desk/moderation/platforms/"
    assert (
        "whsec_"
        in browser.post(
            f"{page}add/", {"name": "Forum", "webhook_url": "https://f.example/"}
        ).content.decode()
    )
    made = browser.post(
        f"{page}{Platform.objects.get().pk}/token/",
        {"label": "Server", "scope": ["read", "decisions"], "acts_for": str(mo.pk)},
    ).content.decode()
    assert actions.PREFIX in made
    again = browser.get(page).content.decode()
    assert actions.PREFIX not in again
    assert "Decide, for one moderator" in again
    browser.post(f"/desk/moderation/tokens/{ApiToken.objects.get().pk}/end/")
    assert ApiToken.objects.get().ended_at is not None
