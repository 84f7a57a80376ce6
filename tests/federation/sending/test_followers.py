# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.models import Actor, Follow
from tests.federation.sending.elsewhere import follow, somebody

pytestmark = pytest.mark.django_db


def test_anybody_may_read_how_many_follow_and_nobody_who(client: Client, newsroom: Actor) -> None:
    cache.clear()
    follow(newsroom, somebody("rosa"))
    over = follow(newsroom, somebody("jan"))
    Follow.objects.filter(pk=over.pk).update(ended_at=timezone.now(), ended_reason="undone")
    answer = client.get("/ap/followers/elmford", headers={"host": "news.elmford.example"})
    assert answer["Content-Type"] == "application/activity+json"
    assert answer.json() == {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://news.elmford.example/ap/followers/elmford",
        "type": "OrderedCollection",
        "totalItems": 1,
    }


@pytest.mark.parametrize("name", ["nobody", "instance", "closed"])
def test_accounts_that_nobody_can_follow_have_no_followers(
    client: Client, newsroom: Actor, name: str
) -> None:
    actors.instance()
    Actor.objects.create(name="closed", kind="selection", closed_at=timezone.now())
    assert client.get(f"/ap/followers/{name}", headers={"host": "news.elmford.example"}).status_code == 404
