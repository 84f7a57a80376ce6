# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from lxml import etree

from onrecord.delivery import lacking
from onrecord.delivery.models import Delivery, Distribution
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.formats import newsml_g2
from onrecord.press.models import DestinationState, TopicCode, WireItem, WireToken
from onrecord.press.wire import actions, views
from onrecord.press.wire.errors import BadDestination
from onrecord.statements import actions as statements
from onrecord.statements.models import Edition, Statement, Topic
from tests.outbound.servers import Answer, Seen, serving
from tests.press.desks import bearer, carry, destination, numbers, only_the_wire, tell
from tests.statements.drafts import approved, corrected, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowances_begin_anew() -> None:
    views.ALLOWANCE.forget()
    views.STRANGERS.forget()


@pytest.fixture
def towards_this_machine(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


def withdraw(edition: Edition, olga: User, ines: User) -> Edition:
    statement = Statement.objects.get(pk=edition.statement_id)
    statements.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    statements.approve(statement, by=ines)
    return statements.release(statement, by=ines)


def fetch(machine: Client, after: int = 0, **query: Any) -> dict[str, Any]:
    answer = machine.get("/wire/feed", {"after": after, **query})
    assert answer.status_code == 200, answer.content
    whole: dict[str, Any] = json.loads(answer.content)
    return whole


def test_an_edition_is_fetched_by_number_and_asking_further_says_that_it_arrived(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    first = released(olga, ines)
    corrected(first, olga, ines, "We tested it on Tuesday.")
    tell()
    machine = bearer(secret)
    page = fetch(machine)
    assert [(one["number"], one["item"]["version"]) for one in page["items"]] == [(1, "2")]
    assert page["items"][0]["item"]["edNote"].startswith("CORRECTION: The day was wrong. Replaces version 1.")
    assert numbers(row) == [(1, 2, "open")]
    assert fetch(machine, after=1)["items"] == []
    assert numbers(row) == [(1, 2, "done")]


def test_what_somebody_was_shown_keeps_its_number(olga: User, ines: User, ada: User) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    machine = bearer(secret)
    first = released(olga, ines)
    tell()
    assert fetch(machine)["next"] == "1"
    corrected(first, olga, ines, "We tested it on Tuesday.")
    tell()
    assert [one["item"]["version"] for one in fetch(machine, after=1)["items"]] == ["2"]


def test_what_has_arrived_keeps_its_number_and_what_is_newer_gets_the_next(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    machine = bearer(secret)
    first = released(olga, ines)
    tell()
    assert fetch(machine)["next"] == "1"
    assert fetch(machine, after=1)["items"] == []
    corrected(first, olga, ines, "We tested it on Tuesday.")
    tell()
    withdrawn = fetch(machine, after=1)
    assert [(one["number"], one["item"]["version"]) for one in withdrawn["items"]] == [(2, "2")]
    fetch(machine, after=2)
    withdraw(first, olga, ines)
    tell()
    last = fetch(machine, after=2)["items"][0]
    assert (last["number"], last["item"]["pubStatus"]) == (3, "canceled")
    assert last["item"]["edNote"] == "WITHDRAWN: do not use. Reason: The samples were mixed up."
    assert numbers(row) == [(1, 1, "done"), (2, 2, "done"), (3, 3, "open")]
    again = fetch(machine)
    assert [one["number"] for one in again["items"]] == [1, 2, 3]
    assert [one["number"] for one in fetch(machine, limit=2)["items"]] == [1, 2]


def test_a_correction_goes_to_whoever_got_the_earlier_edition_whatever_they_want_now(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada, languages=["en"])
    other = destination(ada, "French", languages=["fr"])
    _token, secret = actions.make_token(row, "import", by=ada)
    first = released(olga, ines)
    tell()
    fetch(bearer(secret), after=1)
    changed = actions.Given(name="Post", format="ninjs", transport="pull", languages=["fr"])
    actions.change(row, changed, by=ada)
    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    tell()
    assert numbers(row) == [(1, 1, "done"), (2, 2, "open")]
    assert numbers(other) == []
    second.refresh_from_db()
    lacking.forget()
    found = {lack.channel.name: lack for lack in lacking.of(first.statement.subject, 2, to=olga)}
    assert (found["wire-pull"].had, found["wire-pull"].lacking) == (1, 1)


def test_strangers_and_old_tokens_get_nothing(olga: User, ines: User, ada: User) -> None:
    row = destination(ada)
    token, secret = actions.make_token(row, "import", by=ada)
    released(olga, ines)
    tell()
    for machine in (Client(), bearer("x"), bearer(""), Client(headers={"authorization": f"Basic {secret}"})):
        answer = machine.get("/wire/feed")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="wire"')
        assert machine.get("/wire/items/1").status_code == 401
    assert bearer(secret).get("/wire/items/1").status_code == 200
    assert bearer(secret).post("/wire/feed").status_code == 405
    assert secret not in json.dumps(list(WireToken.objects.values("token_hash", "name")))
    actions.revoke(token, by=ada)
    assert bearer(secret).get("/wire/feed").status_code == 401
    _again, new = actions.make_token(row, "another", by=ada)
    actions.close(row, by=ada)
    assert bearer(new).get("/wire/feed").status_code == 401


def test_a_token_opens_the_queue_of_its_own_destination_alone(olga: User, ines: User, ada: User) -> None:
    mine, other = destination(ada), destination(ada, "French", languages=["fr"])
    _token, secret = actions.make_token(other, "import", by=ada)
    released(olga, ines)
    tell()
    assert numbers(mine) == [(1, 1, "open")]
    assert fetch(bearer(secret))["items"] == []
    assert bearer(secret).get("/wire/items/1").status_code == 404


def test_who_asks_too_often_or_wrongly_is_told_so(ada: User) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    machine = bearer(secret)
    assert b"after is 'x'" in machine.get("/wire/feed?after=x").content
    wrong = machine.get("/wire/feed?after=7")
    assert (wrong.status_code, b"Nothing was numbered 7 yet; the last is 0" in wrong.content) == (400, True)
    codes = {machine.get("/wire/feed").status_code for _ in range(90)}
    assert codes == {200, 429}
    assert {Client().get("/wire/feed").status_code for _ in range(30)} == {401, 429}


def test_no_copy_is_kept_on_the_way(ada: User) -> None:
    _token, secret = actions.make_token(destination(ada), "import", by=ada)
    answer = bearer(secret).get("/wire/feed")
    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer["Vary"]
    assert answer["Link"] == '<https://news.elmford.example/wire/feed?after=0&limit=50>; rel="next"'


def test_a_destination_in_newsml_g2_fetches_a_news_message(olga: User, ines: User, ada: User) -> None:
    row = destination(ada, format="newsml-g2")
    _token, secret = actions.make_token(row, "import", by=ada)
    edition = released(olga, ines)
    tell()
    edition.refresh_from_db()
    root = etree.fromstring(bearer(secret).get("/wire/feed").content)
    space = {"g2": newsml_g2.NAMESPACE}
    assert root.findtext("g2:header/g2:destination", namespaces=space) == "Post"
    assert root.findtext("g2:header/g2:transmitId", namespaces=space) == "1"
    ids = {one.get("type"): one.text for one in root.iterfind(".//g2:altId", namespaces=space)}
    assert ids["onrecord:log-entry"] == f"news.elmford.example/log:{edition.leaf_index}"
    single = etree.fromstring(bearer(secret).get("/wire/items/1").content)
    assert single.get("guid") == edition.data["statement"]


def embargoed(olga: User, ines: User, *, seal: bool = True, hours: int = 3) -> Statement:
    statement = approved(olga, ines)
    at = timezone.now().replace(microsecond=0) + timedelta(hours=hours)
    statements.schedule(
        statement, by=ines, at=at, zone="Europe/Brussels", embargoed=True, terms="Not online", seal=seal
    )
    return statement


@pytest.mark.parametrize("seal", [True, False])
def test_what_is_under_embargo_goes_to_those_who_may_see_it_and_nowhere_else(
    olga: User, ines: User, ada: User, seal: bool
) -> None:
    trusted = destination(ada, "Agency", embargoed=True)
    other = destination(ada, "Blog")
    _narrow, narrow = actions.make_token(trusted, "archive", by=ada)
    _wide, wide = actions.make_token(trusted, "desk", embargoed=True, by=ada)
    _blog, blog = actions.make_token(other, "import", by=ada)
    statement = embargoed(olga, ines, seal=seal)
    tell()
    tell()
    assert numbers(other) == []
    assert fetch(bearer(blog))["items"] == []
    assert fetch(bearer(narrow))["items"] == []
    assert bearer(narrow).get("/wire/items/1").status_code == 404
    [told] = fetch(bearer(wide))["items"]
    progress = statement.progress
    progress.refresh_from_db()
    assert told["item"]["embargoedUntil"] == f"{progress.release_at:%Y-%m-%dT%H:%M:%SZ}"
    assert told["item"]["edNote"].startswith("EMBARGOED until ")
    assert "Europe/Brussels). Not online." in told["item"]["edNote"]
    assert bool([one for one in told["item"].get("altIds", []) if one["role"] == "onrecord:sha256"]) == seal
    fetch(bearer(wide), after=1)

    with time_machine.travel(progress.release_at + timedelta(seconds=5), tick=True):
        statements.release_due()
        tell()
        [free] = fetch(bearer(wide), after=1)["items"]
        assert (free["number"], free["item"]["version"]) == (2, "1")
        assert free["item"]["edNote"] == "EMBARGO LIFTED: it may be used now."
        assert "embargoedUntil" not in free["item"]
        [open_one] = fetch(bearer(blog))["items"]
        assert "edNote" not in open_one["item"]


def test_a_moment_that_is_taken_back_puts_the_item_on_hold(olga: User, ines: User, ada: User) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, secret = actions.make_token(row, "desk", embargoed=True, by=ada)
    statement = embargoed(olga, ines, seal=False)
    tell()
    fetch(bearer(secret), after=1)
    statements.unschedule(statement, by=ines)
    tell()
    actions.heed_embargoes()
    [hold] = fetch(bearer(secret), after=1)["items"]
    assert hold["item"]["pubStatus"] == "withheld"
    assert hold["item"]["edNote"].startswith("HOLD: do not use until further notice.")
    assert "bodies" not in hold["item"]

    at = timezone.now().replace(microsecond=0) + timedelta(hours=9)
    statements.schedule(statement, by=ines, at=at, zone="UTC", embargoed=True)
    tell()
    [later] = fetch(bearer(secret), after=2)["items"]
    assert later["item"]["embargoedUntil"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_destination_that_may_see_no_embargo_any_more_sees_none(olga: User, ines: User, ada: User) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, secret = actions.make_token(row, "desk", embargoed=True, by=ada)
    embargoed(olga, ines)
    tell()
    actions.change(row, actions.Given("Agency", "ninjs", "pull"), by=ada)
    assert fetch(bearer(secret))["items"] == []


@pytest.mark.django_db(transaction=True)
def test_items_are_posted_in_order_signed_and_numbered(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200, b"ok")) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        first = released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        carry()
    sent = [
        (seen.headers["onrecord-number"], json.loads(seen.body)["headlines"][0]["value"])
        for seen in server.seen
    ]
    assert sent == [
        ("1", "Water is safe to drink"),
        ("2", "The bridge is open"),
        ("3", "Water is safe to drink"),
    ]
    assert server.seen[0].headers["onrecord-signature"].startswith("t=")
    assert numbers(row) == [(1, 1, "done"), (2, 1, "done"), (3, 2, "done")]


@pytest.mark.django_db(transaction=True)
def test_a_destination_that_takes_nothing_stops_its_own_queue_alone(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    answers = {"/bad": 410, "/good": 200}
    with serving(lambda seen: Answer(answers[seen.path], b"no")) as server, only_the_wire():
        bad = destination(ada, "Bad", transport="https", address=f"{server.url}/bad")
        good = destination(ada, "Good", transport="https", address=f"{server.url}/good")
        released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        assert numbers(good) == [(1, 1, "done"), (2, 1, "done")]
        assert numbers(bad) == [(1, 1, "open"), (2, 1, "open")]
        bad.refresh_from_db()
        assert (bad.state, bad.last_answer[:8]) == (DestinationState.STOPPED, "410 Gone")
        assert [seen.path for seen in server.seen].count("/bad") == 1
        assert Entry.objects.get(event="press.destination_stopped").data["number"] == 1

        answers["/bad"] = 200
        actions.resume(bad, by=olga)
        carry()
        assert numbers(bad) == [(1, 1, "done"), (2, 1, "done")]
        bad_ones = [seen.headers["onrecord-number"] for seen in server.seen if seen.path == "/bad"]
        assert bad_ones == ["1", "1", "2"]


@pytest.mark.django_db(transaction=True)
def test_somebody_may_let_a_destination_go_on_without_what_it_does_not_take(
    olga: User, ines: User, ada: User, max: User, towards_this_machine: None
) -> None:
    def answer(seen: Seen) -> Answer:
        return Answer(410 if seen.headers["onrecord-number"] == "1" else 200)

    with serving(answer) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        stuck = row.transmissions.get(number=1)
        with pytest.raises(NotAllowed):
            actions.leave_out(stuck, by=max)
        actions.leave_out(stuck, by=olga)
        carry()
        assert numbers(row) == [(1, 1, "left-out"), (2, 1, "done")]
        with pytest.raises(BadDestination, match="Only what a destination has stopped at"):
            actions.leave_out(row.transmissions.get(number=2), by=olga)


@pytest.mark.django_db(transaction=True)
def test_what_has_not_gone_is_replaced_by_what_is_newer_in_its_place(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200)) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        actions.pause(row, by=olga)
        first = released(olga, ines)
        released(olga, ines, title="The bridge is open")
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        carry()
        assert server.seen == []
        actions.resume(row, by=olga)
        carry()
    assert [(s.headers["onrecord-number"], json.loads(s.body)["version"]) for s in server.seen] == [
        ("1", "2"),
        ("2", "1"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_test_goes_beside_the_queue_and_a_number_can_be_sent_again(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200)) as server, only_the_wire():
        row = destination(ada, transport="https", format="newsml-g2", address=f"{server.url}/in")
        actions.test(row, by=olga)
        carry()
        assert server.seen[0].headers["onrecord-number"] == "0"
        assert b"TEST: do not use." in server.seen[0].body
        assert b"stat:withheld" in server.seen[0].body
        released(olga, ines)
        tell()
        carry()
        actions.repeat(row.transmissions.get(number=1), by=olga)
        carry()
    assert [seen.headers["onrecord-number"] for seen in server.seen] == ["0", "1", "1"]
    assert server.seen[1].body == server.seen[2].body
    assert server.seen[1].headers["onrecord-delivery"] == server.seen[2].headers["onrecord-delivery"]


def test_an_edition_can_be_sent_to_one_that_came_later(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    tell()
    row = destination(ada)
    assert numbers(row) == []
    edition.refresh_from_db()
    actions.send(row, edition, by=olga)
    assert numbers(row) == [(1, 1, "open")]


def test_topics_travel_as_media_topics_of_the_iptc(olga: User, ines: User, ada: User) -> None:
    water = Topic.objects.create(slug="water", name="Water")
    with pytest.raises(BadDestination, match="is no Media Topic"):
        actions.code_topics({water.pk: "99999999"}, by=olga)
    actions.code_topics({water.pk: "06000000"}, by=olga)
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    released(olga, ines, topics=[water])
    tell()
    [one] = fetch(bearer(secret))["items"]
    assert one["item"]["subjects"] == [
        {"name": "Water", "uri": "http://cv.iptc.org/newscodes/mediatopic/06000000"}
    ]
    actions.code_topics({water.pk: ""}, by=olga)
    assert not TopicCode.objects.exists()


def test_only_administrators_add_and_change_and_make_tokens(
    olga: User, ines: User, ada: User, max: User
) -> None:
    row = destination(ada)
    given = actions.Given("Other", "ninjs", "pull")
    token, _secret = actions.make_token(row, "import", by=ada)
    for deed in (
        lambda by: actions.add(row.outlet, given, by=by),
        lambda by: actions.change(row, given, by=by),
        lambda by: actions.rotate(row, by=by),
        lambda by: actions.close(row, by=by),
        lambda by: actions.make_token(row, "x", by=by),
        lambda by: actions.revoke(token, by=by),
    ):
        with pytest.raises(NotAllowed):
            deed(olga)
    with pytest.raises(NotAllowed):
        actions.pause(row, by=max)
    with pytest.raises(NotAllowed):
        actions.code_topics({}, by=ada)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Give the destination a name that no other has."),
        ({"format": "nitf"}, "“nitf” is no format. Known: ninjs, newsml-g2."),
        ({"transport": "https", "address": "http://a.example"}, "has to begin with https"),
        ({"transport": "https", "address": "https://127.0.0.1/x"}, "is not on the public internet"),
        ({"transport": "mail", "address": "desk"}, "is no e-mail address"),
        ({"transport": "sftp", "address": "https://a.example"}, "should read sftp://user@host/folder"),
        ({"transport": "sftp", "address": "sftp://u:p@a.example/in"}, "Leave out password"),
        ({"transport": "sftp", "address": "sftp://u@a.example/../in"}, "must not hold"),
        ({"transport": "sftp", "address": "sftp://u@10.0.0.1/in"}, "is not on the public internet"),
        ({"transport": "sftp", "address": "sftp://u@a.example/in"}, "Give the public key of the server"),
    ],
)
def test_a_destination_that_cannot_be_is_refused_with_the_way_out(
    ada: User, given: dict[str, Any], words: str
) -> None:
    whole = {"name": "Post", "format": "ninjs", "transport": "pull", **given}
    with pytest.raises(BadDestination, match=words):
        destination(ada, **whole)


def test_what_is_erased_is_neither_kept_nor_sent(olga: User, ines: User, ada: User) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    edition = released(olga, ines)
    tell()
    assert WireItem.objects.exclude(body={}).count() == 1
    path = edition.statement.publication.path
    erasure = statements.propose_erasure(path, ground="A court ordered it.", by=ada)
    statements.confirm_erasure(erasure, by=ines)
    statements.erase(erasure.pk)
    actions.forget_erased()
    assert WireItem.objects.exclude(body={}).count() == 0
    assert fetch(bearer(secret))["items"] == []
    assert "Water" not in json.dumps(list(Distribution.objects.values("body", "label")))


def test_nothing_is_told_before_it_is_published(olga: User, ines: User, ada: User) -> None:
    destination(ada)
    edition = released(olga, ines)
    tell()
    assert WireItem.objects.count() == 1
    assert actions.tell_of(edition.pk) is None
    assert Delivery.objects.filter(distribution__transport="wire-pull").count() == 1


def test_what_nobody_fetches_for_two_days_is_not_going_out_for_ever(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada)
    _token, secret = actions.make_token(row, "import", by=ada)
    released(olga, ines)
    tell()
    assert actions.settle_unfetched() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        assert actions.settle_unfetched() == 1
        sent = Delivery.objects.get(distribution__transport="wire-pull")
        assert (sent.state, sent.reply) == ("failed", "Not fetched for two days; it still can be.")
        assert len(fetch(bearer(secret))["items"]) == 1
        fetch(bearer(secret), after=1)
        sent.refresh_from_db()
        assert (sent.state, numbers(row)) == ("accepted", [(1, 1, "done")])


@pytest.mark.django_db(transaction=True)
def test_a_correction_takes_the_place_of_what_was_refused(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    status = [410]
    with serving(lambda _seen: Answer(status[0])) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        first = released(olga, ines)
        tell()
        carry()
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        assert numbers(row) == [(1, 2, "open")]
        status[0] = 200
        actions.resume(row, by=olga)
        carry()
        assert numbers(row) == [(1, 2, "done")]
    assert [json.loads(seen.body)["version"] for seen in server.seen] == ["1", "2"]
