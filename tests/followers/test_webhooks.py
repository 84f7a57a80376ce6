# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import transports
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.sender import Sender
from onrecord.delivery.transports.webhook import WebhookTransport
from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.desk import panels
from onrecord.followers.actions import forget_erased
from onrecord.followers.errors import BadEndpoint
from onrecord.followers.webhooks import actions
from onrecord.followers.webhooks.actions.endpoints import Wanted
from onrecord.followers.webhooks.models import Endpoint
from onrecord.journal.models import Entry
from onrecord.outbound.addresses import networks
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.statements import actions as statements
from onrecord.statements.models import Statement, Topic
from tests.architecture.sources import ROOT
from tests.followers.readers import tell
from tests.outbound.servers import Answer, serving
from tests.statements.drafts import corrected, released, write

URL = "https://hooks.example.org/newsroom"
LOOPBACK = networks("127.0.0.0/8")


def _added(ada: User, name: str = "Wire", url: str = URL, **wanted: Any) -> Endpoint:
    return actions.add(name, url, Wanted(**wanted), by=ada)


def _sent(version: int = 1) -> Distribution | None:
    tell()
    return Distribution.objects.filter(transport="webhook", version=version).order_by("-pk").first()


def _told(distribution: Distribution | None) -> list[str]:
    keys = distribution.deliveries.values_list("recipient_key", flat=True) if distribution else []
    return sorted(Endpoint.objects.get(pk=int(key.partition("/")[2])).name for key in keys)


def test_an_edition_goes_to_those_who_want_its_language_and_topic(olga: User, ines: User, ada: User) -> None:
    water = Topic.objects.create(slug="water")
    Topic.objects.create(slug="town")
    _added(ada, "everything")
    _added(ada, "water", topics=["water"])
    _added(ada, "town", topics=["town"])
    _added(ada, "French", languages=["fr"])
    _added(ada, "English", languages=["en"])
    actions.pause(_added(ada, "paused"), by=olga)

    draft = write(olga)
    draft.topics.set([water])
    statements.save_draft(draft, by=olga)
    statements.submit(draft, by=olga)
    statements.approve(draft, by=ines)
    edition = statements.release(draft, by=ines)

    distribution = _sent()
    assert _told(distribution) == ["English", "everything", "water"]
    assert distribution is not None
    assert (distribution.object_key, distribution.version) == (edition.statement.subject, 1)
    assert actions.tell_of(edition.pk) == distribution


def test_the_document_says_what_the_documentation_promises(olga: User, ines: User, ada: User) -> None:
    page = (ROOT / "docs/webhooks.md").read_text(encoding="utf-8")
    found = re.search(r"```json schema\n(.*?)```", page, re.DOTALL)
    assert found is not None
    schema = json.loads(found[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    _added(ada)
    first = released(olga, ines)
    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    tell()
    bodies = [row.body for row in Distribution.objects.filter(transport="webhook").order_by("version")]
    documents = [{"delivery": "1.x", "event": body["event"], **body["document"]} for body in bodies]

    for document in documents:
        jsonschema.Draft202012Validator(schema).validate(document)
    newest = documents[1]
    path = first.statement.publication.path
    assert newest["edition"]["change"] == "correction"
    assert newest["edition"]["note"] == "The day was wrong."
    assert newest["urls"]["json"] == f"https://news.elmford.example{path}2.json"
    second.refresh_from_db()
    assert newest["edition"]["log"]["index"] == second.leaf_index
    assert newest["edition"]["title"] == "Water is safe to drink"


def test_the_sha256_is_that_of_the_file_at_the_address(
    olga: User, ines: User, ada: User, own_home: Any
) -> None:
    _added(ada)
    released(olga, ines)
    distribution = _sent()
    assert distribution is not None
    document = distribution.body["document"]
    file = own_home / "site" / document["urls"]["json"].removeprefix("https://news.elmford.example/")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == document["edition"]["sha256"]


def test_a_correction_and_a_withdrawal_go_to_whoever_got_the_earlier_edition(
    olga: User, ines: User, ada: User
) -> None:
    wire = _added(ada)
    first = released(olga, ines)
    before = _sent()
    assert before is not None
    before.deliveries.update(state="accepted", settled_at=timezone.now())
    actions.change(wire, "Wire", URL, Wanted(languages=["fr"]), by=ada)
    _added(ada, "another", languages=["fr"])
    corrected(first, olga, ines, "We tested it on Tuesday.")
    after = _sent(2)
    assert _told(after) == ["Wire"]
    assert after is not None
    assert after.purpose == "correction"

    statement = Statement.objects.get(pk=first.statement_id)
    statements.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    statements.approve(statement, by=ines)
    statements.release(statement, by=ines)
    last = _sent(3)
    assert last is not None
    assert last.body["document"]["edition"]["op"] == "withdraw"
    assert last.body["document"]["edition"]["note"] == "The samples were mixed up."
    assert after.deliveries.get().state == "superseded"


def test_nothing_of_an_erased_statement_is_kept_or_sent(olga: User, ines: User, ada: User) -> None:
    _added(ada)
    edition = released(olga, ines, title="Zacharias was dismissed")
    assert _sent() is not None
    erasure = statements.propose_erasure(
        edition.statement.publication.path, ground="A court said so.", by=ada
    )
    statements.confirm_erasure(erasure, by=ines)
    forget_erased()
    distribution = Distribution.objects.get(transport="webhook")
    assert (distribution.body, "Zacharias" in distribution.label) == ({}, False)
    with pytest.raises(BadEndpoint):
        actions.replay(Endpoint.objects.get(), distribution.deliveries.get(), by=ada)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.org/", "has to begin with https"),
        ("https://127.0.0.1/", "is not on the public internet"),
        ("https://[::ffff:10.0.0.1]/", "is not on the public internet"),
        ("https://169.254.169.254/latest", "is not on the public internet"),
        ("https://me:secret@hooks.example.org/", "carries a user name"),
        ("ftp://hooks.example.org/", "Only http and https"),
        ("hooks.example.org", "Only http and https"),
    ],
)
def test_addresses_that_are_never_asked_are_refused(ada: User, url: str, why: str) -> None:
    with pytest.raises(BadEndpoint, match=why):
        _added(ada, url=url)
    assert not Endpoint.objects.exists()


def test_names_are_unique(ada: User) -> None:
    _added(ada)
    with pytest.raises(BadEndpoint, match="a name that no other has"):
        _added(ada, "WIRE")


def test_who_may_do_what(ada: User, olga: User, mo: User, max: User) -> None:
    row = _added(ada)
    for person in (olga, mo, max):
        with pytest.raises(NotAllowed):
            _added(person, "mine")
        with pytest.raises(NotAllowed):
            actions.change(row, "Wire", "https://evil.example/", Wanted(), by=person)
        with pytest.raises(NotAllowed):
            actions.rotate(row, by=person)
        with pytest.raises(NotAllowed):
            actions.remove(row, by=person)
    for person in (mo, max):
        for deed in (actions.pause, actions.resume, actions.test):
            with pytest.raises(NotAllowed):
                deed(row, by=person)
    actions.test(row, by=olga)
    actions.pause(row, by=olga)


def test_an_edit_and_a_new_secret_reach_what_is_pending(olga: User, ines: User, ada: User) -> None:
    row = _added(ada)
    released(olga, ines)
    sent = _sent()
    assert sent is not None
    first = row.number
    actions.change(row, "Wire", "https://other.example:8443/in", Wanted(), by=ada)
    row = actions.rotate(Endpoint.objects.get(), by=ada)
    pending = sent.deliveries.get()
    assert (pending.recipient, pending.destination) == ("https://other.example:8443/in", "other.example:8443")
    assert [key["number"] for key in pending.data["keys"]] == [row.number, first]
    Delivery.objects.filter(pk=pending.pk).update(state="failed", settled_at=timezone.now())
    row = actions.rotate(row, by=ada)
    assert delivery.retry(sent, by=ada.as_actor()) == 1
    assert sent.deliveries.get().data["keys"][0]["number"] == row.number
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        again = actions.test(row, by=ada).deliveries.get()
    assert [key["number"] for key in again.data["keys"]] == [row.number]


def test_removing_leaves_nothing_pending_and_no_secret(olga: User, ines: User, ada: User) -> None:
    row = _added(ada)
    released(olga, ines)
    sent = _sent()
    assert sent is not None
    actions.remove(row, by=ada)
    assert sent.deliveries.get().state == "suppressed"
    assert not Endpoint.objects.exists()


def test_the_journal_tells_neither_address_nor_secret(ada: User) -> None:
    row = _added(ada)
    actions.rotate(row, by=ada)
    written = json.dumps(list(Entry.objects.values_list("event", "data")))
    assert "hooks.example.org" in written
    assert "/newsroom" not in written
    assert secret_of(row.number) not in written
    assert row.number not in written


def test_one_that_is_gone_is_paused_and_the_desk_says_so(ada: User, olga: User, mo: User) -> None:
    row = _added(ada)
    sent = actions.test(row, by=ada).deliveries.get()
    Delivery.objects.filter(pk=sent.pk).update(
        state="failed", reply="410 Gone (0.01 s)", settled_at=timezone.now()
    )
    delivery.finish()
    tell()
    row.refresh_from_db()
    assert row.state == "gone"
    assert Entry.objects.filter(event="followers.webhook_paused", data__reason="gone").count() == 1
    for person, told in ((olga, True), (ada, True), (mo, False)):
        assert ("A webhook is gone" in [need.title for need in panels.needs_for(person)]) is told
    actions.resume(row, by=olga)
    assert actions.heed_gone() == 0
    assert Endpoint.objects.get().state == "active"


def test_one_that_accepts_nothing_for_a_day_is_told_to_staff(ada: User, olga: User) -> None:
    row = _added(ada)
    moment = timezone.now()
    sent = actions.test(row, by=ada).deliveries.get()
    Delivery.objects.filter(pk=sent.pk).update(state="deferred", reply="500 Internal Server Error (0.01 s)")
    assert actions.look_after() == 1
    assert "A webhook has accepted nothing for a day" not in [n.title for n in panels.needs_for(olga)]
    with time_machine.travel(moment + timedelta(hours=25)):
        [need] = [n for n in panels.needs_for(olga) if n.title == "A webhook has accepted nothing for a day"]
        assert need.detail == "Wire: 500 Internal Server Error (0.01 s)"
        Delivery.objects.filter(pk=sent.pk).update(state="accepted", settled_at=timezone.now())
        assert actions.look_after() == 0
        assert "A webhook has accepted nothing for a day" not in [n.title for n in panels.needs_for(olga)]


@pytest.fixture
def loopback_is_asked(settings: Any) -> Iterator[None]:
    """Let everything reach this machine, as no operator would."""
    settings.ALLOW_PRIVATE_ADDRESSES = LOOPBACK
    transports.register(WebhookTransport(LOOPBACK))
    yield
    transports.register(WebhookTransport())


@pytest.mark.django_db(transaction=True)
def test_a_machine_is_added_tested_and_sent_a_delivery_again(
    ada: User, sign_in: Callable[[User], Client], loopback_is_asked: None
) -> None:
    browser = sign_in(ada)
    with serving(lambda _: Answer(200, b"welcome")) as server:
        form = {"name": "Wire", "url": f"{server.url}/in", "languages": ["en"]}
        answer = browser.post(reverse("webhook_add"), form, follow=True)
        row = Endpoint.objects.get()
        secret = secret_of(row.number)
        assert secret in answer.text
        assert "no-store" in answer["Cache-Control"]
        page = reverse("webhook", args=[row.pk])
        assert secret not in browser.get(page).text

        browser.post(reverse("webhook_test", args=[row.pk]))
        asyncio.run(Sender("sender").run(until_idle=True))
        shown = browser.get(page).text
        assert "200 OK (0.0" in shown
        assert "welcome" in shown
        sent = Delivery.objects.get()
        browser.post(reverse("webhook_replay", args=[row.pk, sent.pk]))
        asyncio.run(Sender("sender").run(until_idle=True))
    first, second = (json.loads(seen.body) for seen in server.seen)
    assert first == second
    assert first["event"] == "ping"
    assert Delivery.objects.get().attempts == 1

    answer = browser.post(reverse("webhook_rotate", args=[row.pk]), follow=True)
    assert secret not in answer.text
    assert secret_of(Endpoint.objects.get().number) in answer.text
    browser.post(reverse("webhook_remove", args=[row.pk]))
    assert Endpoint.objects.exists(), "nobody said that they were sure"
    browser.post(reverse("webhook_remove", args=[row.pk]), {"sure": "yes"})
    assert not Endpoint.objects.exists()


def test_a_writer_sees_the_host_and_not_the_whole_address(
    ada: User, olga: User, sign_in: Callable[[User], Client]
) -> None:
    row = _added(ada)
    browser = sign_in(olga)
    page = reverse("webhook", args=[row.pk])
    shown = browser.get(page).text
    assert "hooks.example.org" in shown
    assert URL not in shown
    browser.post(page, {"name": "Mine", "url": "https://evil.example/"})
    assert Endpoint.objects.get().url == URL


def test_a_delivery_of_another_webhook_is_not_sent_again(ada: User) -> None:
    mine, other = _added(ada), _added(ada, "other")
    sent = actions.test(other, by=ada).deliveries.get()
    with pytest.raises(BadEndpoint, match="was not to this webhook"):
        actions.replay(mine, sent, by=ada)
