# SPDX-License-Identifier: Apache-2.0
"""Destinations that fetch here, and who may do what about all of them."""

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
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.formats import newsml_g2
from onrecord.press.models import TopicCode, WireItem, WireToken
from onrecord.press.wire import actions
from onrecord.press.wire.errors import BadDestination
from onrecord.statements import actions as statements
from onrecord.statements.models import Topic
from tests.press.desks import bearer, destination, numbers, tell
from tests.press.wired import allowances_begin_anew, fetch, towards_this_machine, withdraw
from tests.statements.drafts import corrected, released

__all__ = ["allowances_begin_anew", "towards_this_machine"]

pytestmark = pytest.mark.django_db


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


@pytest.mark.usefixtures("stopped_clock")
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
