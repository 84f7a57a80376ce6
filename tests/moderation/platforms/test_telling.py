# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.delivery.models import Distribution
from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.journal.models import Entry
from onrecord.moderation.models import (
    Decision,
    Platform,
)
from onrecord.moderation.platforms import actions, openapi, telling
from onrecord.moderation.platforms.actions import BadPlatform
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation.platforms.calling import call, decision, item


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


def test_a_private_address_is_told_nothing(ada: User) -> None:
    for url in ("http://forum.example/", "https://127.0.0.1/", "https://[::1]/x"):
        with pytest.raises(BadPlatform):
            actions.add_platform("Forum", url, by=ada)
