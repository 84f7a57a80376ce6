# SPDX-License-Identifier: Apache-2.0
"""Both sides agree on who follows (FEP-8fcf): a digest goes out, a server is shown its own people alone."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.models import RemoteHost
from onrecord.federation.sending import audiences, synchronising
from onrecord.federation.signatures import cavage, rfc9421
from onrecord.federation.signatures.errors import BadSignature
from onrecord.federation.signatures.messages import Message
from onrecord.people.models import Organisation
from tests.federation.receiving.remote import SIGNERS, Remote, Somebody, key_of
from tests.federation.sending.elsewhere import follow, somebody
from tests.federation.signing import Signer

pytestmark = pytest.mark.django_db
HERE = "https://news.elmford.example/ap/followers/press/here"


def test_the_digest_is_the_hashes_of_all_ids_combined_in_any_order() -> None:
    uris = ["https://social.example/users/rosa", "https://social.example/users/jan"]
    one, other = (int(hashlib.sha256(uri.encode()).hexdigest(), 16) for uri in uris)
    assert synchronising.digest(uris) == f"{one ^ other:064x}"
    assert synchronising.digest(reversed(uris)) == synchronising.digest(uris)
    assert synchronising.digest([]) == "0" * 64


def test_a_host_is_told_of_its_own_followers_once_a_week(organisation: Organisation) -> None:
    press = actors.newsroom()
    follow(press, somebody("rosa"))
    follow(press, somebody("jan", at="https://other.example"))
    said = synchronising.header("press", "social.example")
    assert said == (
        'collectionId="https://news.elmford.example/ap/followers/press", '
        f'url="{HERE}", digest="{synchronising.digest(["https://social.example/users/rosa"])}"'
    )
    assert synchronising.header("press", "nobody.example") == ""
    assert synchronising.header("unknown", "social.example") == ""

    def told() -> list[bool]:
        found = audiences.recipients((inbox, "", "") for inbox in audiences.followers([press]))
        return ["digest" in one.data for one in audiences.synchronised(found, press)]

    assert told() == [True, True]
    assert told() == [False, False]
    RemoteHost.objects.filter(name="social.example").update(
        synchronised_at=timezone.now() - timedelta(days=8)
    )
    assert sorted(told()) == [False, True]


@pytest.mark.parametrize("sign", SIGNERS)
def test_the_signature_covers_what_is_said_of_followers(sign: Signer, jan: Somebody) -> None:
    message = Message("POST", "https://social.example/inbox", {synchronising.HEADER: 'digest="1"'}, b"{}")
    headers = {
        name.lower(): value
        for name, value in sign(message, key_id=jan.key_id, key=jan.key, now=timezone.now()).items()
    }
    assert headers["collection-synchronization"] == 'digest="1"'
    read = rfc9421.read if "signature-input" in headers else cavage.read
    headers.setdefault("host", "social.example")
    good = Message("POST", message.url, headers, b"{}")
    read(good, now=timezone.now()).verify(jan.key.public_key())
    forged = Message("POST", message.url, {**headers, "collection-synchronization": 'digest="2"'}, b"{}")
    with pytest.raises(BadSignature):
        read(forged, now=timezone.now()).verify(jan.key.public_key())


def ask(by: Somebody, sign: Signer = cavage.sign, **changed: Any) -> Any:
    """Ask for the list as a server elsewhere does."""
    made = sign(Message("GET", HERE), key_id=by.key_id, key=by.key, now=timezone.now(), **changed)
    headers = {"host": "news.elmford.example"} | {name.lower(): value for name, value in made.items()}
    return Client().get("/ap/followers/press/here", headers=headers, REMOTE_ADDR="198.51.100.7")


@pytest.mark.parametrize("sign", SIGNERS)
def test_a_server_is_shown_who_follows_from_there_and_nobody_else(
    sign: Signer, organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    press = actors.newsroom()
    here = somebody("rosa", at=elsewhere.url)
    follow(press, here)
    follow(press, somebody("max", at="https://other.example"))
    answer = ask(jan, sign)
    assert answer.status_code == 200, answer.content
    document = json.loads(answer.content)
    assert (document["type"], document["orderedItems"]) == ("OrderedCollection", [here.uri])
    assert document["id"] == HERE
    assert "max" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_whoever_does_not_sign_or_signs_for_another_host_learns_nothing(
    organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    press = actors.newsroom()
    follow(press, somebody("rosa", at=elsewhere.url))
    unsigned = Client().get("/ap/followers/press/here", headers={"host": "news.elmford.example"})
    assert unsigned.status_code == 401
    assert b"rosa" not in unsigned.content
    forged = Somebody(elsewhere, jan.uri, key_of("mallory"))
    assert ask(forged).status_code == 401
    assert (
        Client().get("/ap/followers/nobody/here", headers={"host": "news.elmford.example"}).status_code == 404
    )
