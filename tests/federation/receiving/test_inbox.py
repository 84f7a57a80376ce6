# SPDX-License-Identifier: Apache-2.0
"""What the inbox takes, from whom, and what it says to everybody else. Nothing refused leaves a trace."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from onrecord import waiting
from onrecord.federation import actors, objects
from onrecord.federation.models import DomainBlock, Follow, ReceivedActivity, RemoteActor, RemoteHost
from onrecord.federation.receiving import fetching, handling, limits, normal
from onrecord.federation.sending import audiences
from onrecord.federation.signatures.messages import Message, sha256
from onrecord.people.models import Organisation
from tests.federation.receiving.remote import (
    HOME,
    SHARED,
    SIGNERS,
    Remote,
    Somebody,
    key_of,
    post,
)
from tests.federation.signing import Signer, cavage_over
from tests.outbound.servers import Answer, Seen, serving

pytestmark = pytest.mark.django_db


def follow(by: Somebody) -> dict[str, object]:
    return by.activity("Follow", actors.address_of(actors.newsroom()))


def nothing_is_kept() -> bool:
    return not ReceivedActivity.objects.exists() and not Follow.objects.exists()


@pytest.mark.parametrize("sign", SIGNERS)
def test_a_signed_activity_is_taken_whichever_specification_it_is_signed_by(
    organisation: Organisation, jan: Somebody, sign: Signer
) -> None:
    reply = jan.send(follow(jan), sign=sign)
    assert (reply.status, reply.text) == (202, "")
    row = ReceivedActivity.objects.get()
    assert row.actor is not None
    assert row.actor.uri == jan.uri
    assert row.actor.host.name == jan.home.url.removeprefix("http://")


def test_the_inbox_of_an_account_takes_what_is_signed_for_it(
    organisation: Organisation, jan: Somebody
) -> None:
    own = actors.inbox_of(actors.newsroom())
    assert jan.send(follow(jan), url=own).status == 202
    message = jan.signed(follow(jan), url=own)
    assert post(replace(message, url=SHARED)).status == 401
    assert jan.send(follow(jan), url=f"{HOME}/ap/actors/nobody/inbox").status == 404


def test_an_inbox_is_only_posted_to(organisation: Organisation) -> None:
    assert Client().get("/ap/inbox", headers={"host": "news.elmford.example"}).status_code == 405


def test_the_account_that_asks_for_a_key_signs_its_request(organisation: Organisation, jan: Somebody) -> None:
    jan.send(follow(jan))
    asked = jan.home.seen[0]
    assert asked.path == "/users/jan"
    assert f'keyId="{HOME}/ap/actors/instance#main-key"' in asked.headers["signature"]


def test_a_known_key_is_not_asked_for_again(organisation: Organisation, jan: Somebody) -> None:
    jan.send(follow(jan))
    jan.send(follow(jan))
    assert len(jan.home.seen) == 1


def test_what_is_not_signed_is_refused(organisation: Organisation, jan: Somebody) -> None:
    reply = post(Message("POST", SHARED, {}, json.dumps(follow(jan)).encode()))
    assert (reply.status, reply.text) == (401, "The request is not signed.\n")
    assert nothing_is_kept()
    assert jan.home.seen == []


def test_a_signature_that_leaves_the_body_out_is_refused(organisation: Organisation, jan: Somebody) -> None:
    body = json.dumps(follow(jan)).encode()
    values = {
        "host": "news.elmford.example",
        "date": timezone.now().strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "digest": f"SHA-256={sha256(body)}",
    }
    message = Message("POST", SHARED, {}, body)
    reply = post(cavage_over(["(request-target)", "host", "date"], values, message))
    assert reply.status == 401
    assert "does not cover digest" in reply.text
    assert nothing_is_kept()


@pytest.mark.parametrize("sign", SIGNERS)
def test_a_body_that_was_changed_on_the_way_is_refused(
    organisation: Organisation, jan: Somebody, sign: Signer
) -> None:
    message = jan.signed(follow(jan), sign=sign)
    changed = replace(message, body=message.body.replace(b"Follow", b"Accept"))
    assert post(changed).status == 401
    assert nothing_is_kept()


@pytest.mark.parametrize("sign", SIGNERS)
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_signature_of_another_time_is_refused(
    organisation: Organisation, jan: Somebody, sign: Signer, hours: int
) -> None:
    reply = jan.send(follow(jan), sign=sign, now=timezone.now() + timedelta(hours=hours))
    assert reply.status == 401
    assert "may differ by an hour" in reply.text
    assert nothing_is_kept()


@pytest.mark.parametrize("sign", SIGNERS)
def test_what_was_signed_for_another_host_is_refused(
    organisation: Organisation, jan: Somebody, sign: Signer
) -> None:
    message = jan.signed(follow(jan), sign=sign, url="https://other.example/ap/inbox")
    reply = post(replace(message, url=SHARED, headers={**message.headers, "host": "news.elmford.example"}))
    assert reply.status == 401
    assert nothing_is_kept()


def test_a_request_that_is_repeated_is_taken_once(organisation: Organisation, jan: Somebody) -> None:
    message = jan.signed(jan.activity("Like", "https://news.elmford.example/s/2026/x/"))
    assert [post(message).status, post(message).status] == [202, 202]
    assert ReceivedActivity.objects.count() == 1


def test_a_follow_whose_id_is_used_again_is_taken_but_not_the_same_request_twice(
    organisation: Organisation, jan: Somebody
) -> None:
    activity = follow(jan)
    first = jan.signed(activity)
    second = jan.signed(activity, now=timezone.now() + timedelta(seconds=5))
    for message in (first, first, second):
        assert post(message).status == 202
    assert ReceivedActivity.objects.count() == 2


def test_nobody_speaks_for_somebody_else_on_their_server(
    organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    kim = elsewhere.somebody("kim")
    reply = kim.send(follow(jan))
    assert reply.status == 401
    assert "is not signed with the key" in reply.text
    assert nothing_is_kept()


def test_a_key_on_another_host_speaks_for_nobody(organisation: Organisation, jan: Somebody) -> None:
    reply = jan.send(follow(jan), key_id="https://other.example/users/jan#main-key")
    assert reply.status == 401
    assert "is of another host" in reply.text
    assert jan.home.seen == []


def test_an_activity_has_its_id_on_the_host_of_its_actor(organisation: Organisation, jan: Somebody) -> None:
    reply = jan.send({**follow(jan), "id": "https://other.example/1"})
    assert reply.status == 400
    assert nothing_is_kept()


def test_an_account_that_names_a_key_of_somebody_else_is_not_believed(
    organisation: Organisation, jan: Somebody
) -> None:
    document = jan.home.documents["/users/jan"]
    document["publicKey"]["owner"] = "https://other.example/users/kim"
    assert jan.send(follow(jan)).status == 401
    assert nothing_is_kept()


def test_an_account_whose_inbox_is_on_another_host_is_not_believed(
    organisation: Organisation, jan: Somebody
) -> None:
    jan.home.documents["/users/jan"]["inbox"] = "https://victim.example/inbox"
    reply = jan.send(follow(jan))
    assert reply.status == 401
    assert "has no inbox on its own host" in reply.text
    assert not RemoteActor.objects.exists()


def test_an_account_whose_address_is_not_its_id_is_not_believed(
    organisation: Organisation, jan: Somebody
) -> None:
    jan.home.documents["/users/jan"]["id"] = f"{jan.home.url}/users/kim"
    assert jan.send(follow(jan)).status == 401
    assert not RemoteActor.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html></html>", {"Content-Type": "text/html"}),
        Answer(200, b"{}", {"Content-Type": "application/ld+json"}),
        Answer(200, b"no JSON", {"Content-Type": "application/activity+json"}),
        Answer(200, b"[" * 2000, {"Content-Type": "application/activity+json"}),
        Answer(200, b" " * 1_000_001, {"Content-Type": "application/activity+json"}),
        Answer(500, b"", {}),
        Answer(404, b"", {}),
        Answer(410, b"", {}),
        Answer(302, b"", {"Location": "http://127.0.0.1:1/users/jan"}),
        Answer(302, b"", {"Location": "http://localhost:1/users/jan"}),
        Answer(302, b"", {"Location": "http://[::1]:1/users/jan"}),
        Answer(302, b"", {"Location": "/users/jan"}),
        Answer(302, b"", {"Location": f"{HOME}/ap/actors/press"}),
    ],
)
def test_an_account_that_cannot_be_had_is_not_believed(
    organisation: Organisation, jan: Somebody, answer: Answer
) -> None:
    jan.home.answers["/users/jan"] = answer
    reply = jan.send(follow(jan))
    assert reply.status == 401
    assert nothing_is_kept()
    assert not RemoteActor.objects.exists()


def test_a_private_address_is_not_asked_for_a_key(organisation: Organisation, jan: Somebody) -> None:
    django_settings.STRANGERS_PRIVATE_ADDRESSES = False
    reply = jan.send(follow(jan))
    assert reply.status == 401
    assert jan.home.seen == []
    assert not RemoteHost.objects.exists()


def test_a_redirect_on_the_same_host_is_followed_with_a_signature_of_its_own(
    organisation: Organisation, jan: Somebody
) -> None:
    document = jan.home.documents.pop("/users/jan")
    jan.home.documents["/moved/jan"] = document
    jan.home.answers["/users/jan"] = Answer(302, b"", {"Location": "/moved/jan"})
    assert jan.send(follow(jan)).status == 202
    first, second = jan.home.seen
    assert first.headers["signature"] != second.headers["signature"]


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_a_redirect_to_this_machine_or_its_network_is_not_followed_for_a_key(
    host: str, organisation: Organisation, jan: Somebody
) -> None:
    del jan.home.documents["/users/jan"]
    with serving(lambda _: Answer()) as inside:
        jan.home.answers["/users/jan"] = Answer(302, b"", {"Location": f"http://{host}:{inside.port}/"})
        assert jan.send(follow(jan)).status == 401
        assert inside.seen == []
    assert len(jan.home.seen) == 1
    assert nothing_is_kept()
    assert not RemoteActor.objects.exists()


def test_a_new_key_is_asked_for_once(organisation: Organisation, jan: Somebody) -> None:
    jan.send(follow(jan))
    RemoteActor.objects.update(fetched_at=timezone.now() - timedelta(hours=1))
    changed = replace(jan, key=key_of("jan-new"))
    jan.home.documents["/users/jan"] = changed.document("jan")
    assert changed.send(follow(jan)).status == 202
    assert jan.send(follow(jan)).status == 401  # the old one
    assert changed.send(follow(jan)).status == 202
    assert len(jan.home.seen) == 2  # not again within a minute


@pytest.mark.usefixtures("stopped_clock")
def test_wrong_signatures_do_not_make_the_newsroom_ask_without_end(
    organisation: Organisation, elsewhere: Remote, jan: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FETCHES", {"host": 100, "network": 3})
    statuses = [
        jan.send(
            {**follow(jan), "actor": f"{elsewhere.url}/users/x{number}"},
            key_id=f"{elsewhere.url}/users/x{number}#main-key",
        ).status
        for number in range(6)
    ]
    assert statuses == [401, 401, 401, 429, 429, 429]
    assert len(elsewhere.seen) == 3


@pytest.mark.parametrize("kind", ["Delete", "Update"])
def test_the_end_of_an_account_nobody_knows_costs_nothing(
    organisation: Organisation, jan: Somebody, kind: str
) -> None:
    assert jan.send(jan.activity(kind, jan.uri)).status == 202
    assert jan.home.seen == []
    assert nothing_is_kept()


@pytest.mark.parametrize("host", ["127.0.0.1", None])
def test_nothing_is_taken_from_a_blocked_server(
    organisation: Organisation, jan: Somebody, host: str | None
) -> None:
    name = host or jan.home.url.removeprefix("http://")
    DomainBlock.objects.create(host=name, reason="Rule 3: it sent the same advertisement 900 times.")
    reply = jan.send(follow(jan))
    assert reply.status == 403
    assert "Rule 3: it sent the same advertisement 900 times." in reply.text
    assert nothing_is_kept()
    assert jan.home.seen == []


def test_a_dot_at_the_end_of_a_host_leads_around_no_block(organisation: Organisation) -> None:
    block = DomainBlock.objects.create(host="bad.example", reason="Spam.")
    assert fetching.blocked("bad.example.") == fetching.blocked("sub.bad.example.:8443") == block
    assert audiences.is_blocked("bad.example.")
    assert normal.address("https://bad.example./users/jan") == ""


@pytest.mark.parametrize("identity", [[], {}, 7, None, True])
def test_an_account_whose_id_is_no_text_is_not_believed(
    organisation: Organisation, jan: Somebody, identity: object
) -> None:
    jan.home.documents["/users/jan"] = {**jan.document("jan"), "id": identity}
    assert jan.send(follow(jan)).status == 401
    assert nothing_is_kept()


@pytest.mark.parametrize("name", ["%00", "press%00"])
def test_a_name_with_a_nul_in_it_is_nobodys(organisation: Organisation, jan: Somebody, name: str) -> None:
    uri = f"{jan.home.url}/ap/actors/{name}"
    reply = jan.send({**follow(jan), "actor": uri, "id": f"{uri}/1"}, key_id=f"{uri}#main-key")
    assert reply.status == 401
    assert jan.send(follow(jan), url=f"{HOME}/ap/actors/{name}/inbox").status == 400
    assert objects.publication_at(f"{HOME}/s/2026/{name}/") is None
    assert objects.publication_at(f"{HOME}/ap/statements/2026/{name}/original") is None


def test_a_server_that_stalls_holds_nobody_up_for_long(
    organisation: Organisation, jan: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.4)
    asked: list[float] = []

    def slowly(seen: Seen) -> Answer:
        asked.append(time.monotonic())
        return Answer(302, b"", {"Location": f"/again/{len(asked)}"}, wait=_never_for(0.15))

    with serving(slowly) as stalling:
        uri = f"{stalling.url}/users/max"
        begun = time.monotonic()
        reply = jan.send({**follow(jan), "actor": uri, "id": f"{uri}/1"}, key_id=f"{uri}#main-key")
        assert time.monotonic() - begun < 1.5
    assert reply.status == 401
    assert "within 0.4 seconds" in reply.text
    assert len(asked) < 4


def test_while_few_accounts_are_asked_for_others_are_told_to_come_again(
    organisation: Organisation, jan: Somebody
) -> None:
    with contextlib.ExitStack() as busy:
        for _thread in range(waiting.THREADS - 2):
            busy.enter_context(waiting.for_an_answer())
        reply = jan.send(follow(jan))
        assert (reply.status, reply.headers["Retry-After"]) == (429, "60")
        assert "Too many accounts are being asked for" in reply.text
        assert jan.home.seen == []
    assert jan.send(follow(jan)).status == 202


def _never_for(seconds: float) -> threading.Event:
    """Return an event that nobody awaits longer than this."""
    event = threading.Event()
    threading.Timer(seconds, event.set).start()
    return event


def test_a_block_holds_for_hosts_below_and_ends_when_its_time_is_over(
    organisation: Organisation, jan: Somebody
) -> None:
    blocked = fetching.blocked
    block = DomainBlock.objects.create(host="bad.example", reason="Spam.")
    assert blocked("bad.example") == blocked("sub.of.bad.example") == blocked("bad.example:8443") == block
    assert blocked("notbad.example") is None
    DomainBlock.objects.update(until=timezone.now() - timedelta(hours=1))
    assert blocked("bad.example") is None


def test_what_is_too_large_is_refused_before_it_is_read(organisation: Organisation, jan: Somebody) -> None:
    reply = jan.send(b'{"a": "' + b"x" * normal.LARGEST + b'"}')
    assert reply.status == 413
    assert nothing_is_kept()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b'{"type": "Follow"}',
        b'{"a": NaN}',
        b'{"type": "Follow", "type": "Delete"}',
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        json.dumps({"a": list(range(30_000))}).encode(),
    ],
)
def test_what_is_no_activity_is_refused(organisation: Organisation, jan: Somebody, body: bytes) -> None:
    assert jan.send(body).status == 400
    assert nothing_is_kept()


def test_activities_are_handled_once_and_their_words_are_deleted(
    organisation: Organisation, jan: Somebody
) -> None:
    jan.send(follow(jan))
    assert handling.anything_due()
    assert handling.handle_due() == 1
    row = ReceivedActivity.objects.get()
    assert (row.due_at, row.document, row.last_error) == (None, None, "")
    assert handling.handle_due() == 0
