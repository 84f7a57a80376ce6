# SPDX-License-Identifier: Apache-2.0
"""What others wrote for the fediverse: Fedify follows and answers, the pasture tries the inbox."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.conversation.models import Comment, State
from onrecord.conversation.questions import content_of
from onrecord.federation import actors, objects, pages
from onrecord.federation.models import Actor, Follow, RemoteActor, RemoteHost
from onrecord.federation.moving import actions as moving
from onrecord.federation.moving.telling import standing, tell
from onrecord.federation.receiving import handling, normal
from onrecord.federation.receiving.handlers import replies
from onrecord.journal.models import Entry
from onrecord.outbound.addresses import networks
from onrecord.people.actions import OPERATOR
from onrecord.people.models import Organisation, User
from onrecord.statements import actions
from onrecord.statements.models import Publication
from onrecord.wiring import telling
from tests.federation.receiving.remote import PUBLIC
from tests.peers.cast import free_port, report, serving
from tests.peers.fediverse import FEDIFY, SPECIFICATIONS, Kim, at_home, fedify, fetched, heard, installed
from tests.statements import drafts
from tests.statements.conftest import committed_at_once

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

__all__ = ["committed_at_once"]
ALLOWED = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre", "a", "s"}


@pytest.fixture(params=SPECIFICATIONS)
def kim(
    request: pytest.FixtureRequest,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Kim]:
    """Start Fedify, which knows one of both specifications."""
    with fedify(live_server, settings, tmp_path, monkeypatch, request.param) as [kim]:
        yield kim


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fedify_follows_answers_is_heard_and_leaves(kim: Kim, olga: User, ines: User) -> None:
    edition = drafts.released(olga, ines)
    water = Publication.objects.get(statement=edition.statement_id)
    press, statement = actors.address_of(actors.newsroom()), objects.address_of(water)
    follow = {"type": "Follow", "id": f"{kim.uri}/follows/1", "object": press}
    kim.does(**follow, to=press)
    assert [one["object"]["id"] for one in heard(kim, "Accept")] == [follow["id"]]
    assert Follow.objects.get().follower.uri == kim.uri

    note = {
        "type": "Note",
        "id": f"{kim.uri}/notes/1",
        "attributedTo": kim.uri,
        "content": "<p>Thank you for <b>testing</b>.</p>",
        "inReplyTo": statement,
        "to": PUBLIC,
    }
    kim.does(type="Create", id=f"{kim.uri}/notes/1/create", object=note, to=PUBLIC)
    kim.does(type="Like", id=f"{kim.uri}/likes/1", object=statement, to=press)
    handling.handle_due()
    comment = Comment.objects.get()
    assert (comment.state, content_of(comment).text) == (State.HELD, "Thank you for **testing**.")

    kim.does(type="Delete", id=f"{kim.uri}/notes/1/delete", object=note["id"], to=PUBLIC)
    kim.does(type="Undo", id=f"{kim.uri}/follows/1/undo", object={**follow, "actor": kim.uri}, to=press)
    handling.handle_due()
    comment.refresh_from_db()
    assert comment.state == State.WITHDRAWN
    assert Follow.objects.get().ended_reason == "undone"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_fedify_follows_an_account_to_its_new_name_and_nowhere_that_does_not_say_so(
    kim: Kim, olga: User
) -> None:
    press = actors.newsroom()
    follow = {"type": "Follow", "id": f"{kim.uri}/follows/1", "object": actors.address_of(press)}
    kim.does(**follow, to=actors.address_of(press))
    handling.handle_due()
    news = moving.rename(press, "news", by=OPERATOR)
    telling.tell_move(Entry.objects.filter(event="federation.moved").latest("pk"))
    assert [one["target"] for one in heard(kim, "Move")] == [actors.address_of(news)]
    assert not [one for one in kim.seen() if one["type"] == "Refused"]
    handling.handle_due()
    assert Follow.objects.get(actor=news, ended_at=None).follower.uri == kim.uri
    assert standing(Actor.objects.get(pk=press.pk)).came == 1

    # Somebody else's account that does not name this one: the Move is heard, and refused.
    Actor.objects.filter(pk=news.pk).update(moved_to=kim.uri, moved_at=timezone.now())
    bakery.bake(pages.keys_of_actor(Actor.objects.get(pk=news.pk)))
    tell(Actor.objects.get(pk=news.pk))
    assert len(heard(kim, "Move")) == 2
    refused = [one for one in kim.seen() if one["type"] == "Refused"]
    assert len(refused) == 1
    assert "does not say alsoKnownAs" in refused[0]["error"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_fedify_finds_the_account_reads_a_statement_and_believes_its_proofs_alone(
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
    olga: User,
    ines: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = installed("fedify")
    settings.HOME = tmp_path
    settings.ROOT_URLCONF = "tests.peers.front"
    at_home(live_server)
    edition = drafts.released(olga, ines)
    actions.bake_edition(edition.pk)
    water = Publication.objects.get(statement=edition.statement_id)
    press, statement = actors.address_of(actors.newsroom()), objects.address_of(water)
    activity = json.loads(fetched(objects.create_of(water)))
    proof = {**activity["proof"], "created": "2020-01-01T00:00:00Z"}
    forged = [
        {**activity, "published": "2020-01-01T00:00:00Z"},
        {**activity, "proof": proof},
        {**activity["object"], "content": activity["object"]["content"].replace("safe", "sage", 1)},
        {name: value for name, value in activity["object"].items() if name != "proof"},
    ]
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    monkeypatch.setenv("ONRECORD_FEDIFY", str(folder))
    node, reader = folder / "node_modules/.bin/node", FEDIFY.with_name("reader.mjs")
    told = report(node, reader, press, statement, objects.create_of(water), tmp_path / "forged.json")
    host = live_server.url.removeprefix("http://")
    assert (told["subject"], told["self"]) == (f"acct:press@{host}", press)
    assert told["actor"] == {
        "id": press,
        "kind": "Organization",
        "inbox": f"{press}/inbox",
        "keys": ["Ed25519"],
        "main": "RSASSA-PKCS1-v1_5",
    }
    assert told["object"] == {"id": statement, "kind": activity["object"]["type"], "by": press}
    assert told["believed"] == [True, True, True], "object, activity, object in the activity"
    assert told["refused"] == [True] * len(forged)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_the_pasture_finds_that_the_inbox_tells_who_may_post(
    live_server: LiveServer, settings: Settings, tmp_path: Path, organisation: Organisation
) -> None:
    folder = installed("pasture")
    settings.HOME = tmp_path
    settings.STRANGERS_PRIVATE_ADDRESSES = networks("127.0.0.0/8")
    settings.ROOT_URLCONF = "tests.peers.front"
    at_home(live_server)
    port = free_port()
    server = Path(__file__).parent / "pasture_server.py"
    with serving(folder / "bin/python", server, str(port), tmp_path, port=port):
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/",
            f"actor_uri={actors.address_of(actors.newsroom())}".encode(),
            {"Accept": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            result = json.load(answer)["result"]
    taken = {name: said["post_inbox"] for name, said in result.items() if name != "webfinger"}
    assert taken == {
        "alice": False,  # signs nothing
        "bob": True,
        "claire": True,  # shows her key only to who signs
        "dean": False,  # signs with a key that is not his
        "emily": True,
        "frank": True,
    }
    assert result["webfinger"] is True


@pytest.mark.django_db
def test_what_servers_write_is_read_without_error_and_shown_safely(
    olga: User, ines: User, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    water = Publication.objects.get(statement=drafts.released(olga, ines).statement_id)
    script = (
        "import json, fediverse_pasture_inputs as inputs;"
        "found = [[name, one] for name, given in inputs.available.items() for one in given.examples];"
        "print(json.dumps(found, default=str))"
    )
    python = installed("pasture") / "bin/python"
    made = subprocess.run([python, "-c", script], capture_output=True, check=True, text=True)
    examples = json.loads(made.stdout)
    assert len(examples) == 262
    host = RemoteHost.objects.create(name="remote.example")
    taken = 0
    for number, (name, example) in enumerate(examples):
        by = RemoteActor.objects.create(uri=f"https://remote.example/users/{number}", host=host, handle=name)
        base = {
            "id": f"https://remote.example/notes/{number}",
            "type": "Note",
            "attributedTo": by.uri,
            "inReplyTo": objects.address_of(water),
            "to": [PUBLIC],
        }
        document = {**base, "content": f"Example {number}", **example, "id": base["id"]}
        create = {"id": f"{by.uri}/1", "type": "Create", "actor": by.uri, "object": document, "to": [PUBLIC]}
        read = normal.read(json.dumps(create).encode())
        replies.create(normal.activity(read), by)
        for comment in Comment.objects.filter(source_id=base["id"]):
            taken += 1
            assert set(_tags(content_of(comment).html)) <= ALLOWED, (name, example)
    assert taken > 200


def _tags(html: str) -> list[str]:
    assert "javascript:" not in html
    assert "src=" not in html.replace("&quot;", "")
    return re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", html)
