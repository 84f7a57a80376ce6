# SPDX-License-Identifier: Apache-2.0
"""Likes and shares that come by the hundred count together as they count one by one."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment
from onrecord.federation import objects
from onrecord.federation.models import Interaction, ReceivedActivity, RemoteActor
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.handlers import HANDLERS, reactions
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Remote, Somebody

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def people(elsewhere: Remote, count: int) -> list[Somebody]:
    """Return accounts that the newsroom has heard of."""
    found = [elsewhere.somebody(f"reader{number}") for number in range(count)]
    for one in found:
        assert one.send(one.activity("Like", "https://news.elmford.example/nothing")).status == 202
    handling.handle_due()
    ReceivedActivity.objects.all().delete()
    return found


def standing() -> list[tuple[str, str]]:
    rows = Interaction.objects.filter(ended_at=None)
    return sorted(rows.values_list("kind", "by__uri"))


def test_they_count_once_each_and_those_undone_before_do_not(water: Publication, elsewhere: Remote) -> None:
    rosa, kim, ali, bea = people(elsewhere, 4)
    about = objects.address_of(water)
    ali_likes = ali.activity("Like", about)
    ali.send(ali.activity("Undo", ali_likes))
    bea.send(bea.activity("Like", about))
    handling.handle_due()
    for by, activity in (
        (rosa, rosa.activity("Like", about)),
        (kim, kim.activity("Announce", f"https://news.elmford.example{water.path}")),
        (ali, ali_likes),
        (bea, bea.activity("Like", about)),
    ):
        by.send(activity)
    assert handling.handle_due() == 4
    assert standing() == sorted([("like", rosa.uri), ("share", kim.uri), ("like", bea.uri)])
    assert not ReceivedActivity.objects.exclude(document=None).exists()
    assert set(ReceivedActivity.objects.values_list("last_error", flat=True)) == {""}


def test_one_that_was_undone_and_comes_again_stands_again(water: Publication, elsewhere: Remote) -> None:
    rosa, kim = people(elsewhere, 2)
    likes = [one.activity("Announce", objects.address_of(water)) for one in (rosa, kim)]
    for one, like in zip((rosa, kim), likes, strict=True):
        one.send(like)
    handling.handle_due()
    Interaction.objects.update(ended_at=timezone.now())
    ReceivedActivity.objects.all().delete()
    for one, like in zip((rosa, kim), likes, strict=True):
        one.send(like)
    handling.handle_due()
    assert standing() == sorted([("share", rosa.uri), ("share", kim.uri)])
    assert Interaction.objects.count() == 2


@pytest.mark.usefixtures("water")
def test_what_waits_behind_slow_ones_is_not_handled_by_two(
    elsewhere: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in people(elsewhere, 2):
        one.send(one.activity("Like", "https://news.elmford.example/nothing"))
    held: list[bool] = []
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slow(_activity: object, sender: RemoteActor) -> None:
            row = ReceivedActivity.objects.get(actor=sender)
            held.append(row.due_at is not None and row.due_at > timezone.now())
            clock.shift(handling.CLAIMED)

        monkeypatch.setitem(HANDLERS, "Like", slow)
        monkeypatch.setattr(reactions, "KINDS", frozenset())
        handling.handle_due()
    assert held == [True, True]


def test_if_one_cannot_be_counted_the_others_are(
    water: Publication, elsewhere: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa, kim = people(elsewhere, 2)

    def fail(_came: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(reactions, "note_together", fail)
    for one in (rosa, kim):
        one.send(one.activity("Like", objects.address_of(water)))
    handling.handle_due()
    assert standing() == sorted([("like", rosa.uri), ("like", kim.uri)])


def test_twenty_cost_hardly_more_than_two(
    water: Publication, elsewhere: Remote, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for one in people(elsewhere, 20):
        one.send(one.activity("Like", objects.address_of(water)))
    with django_assert_max_num_queries(30):
        assert handling.handle_due() == 20
    assert Interaction.objects.filter(ended_at=None).count() == 20


def test_servers_read_answers_once_they_are_shown(water: Publication, elsewhere: Remote, mo: User) -> None:
    def listed() -> list[str]:
        cache.clear()
        path = objects.replies_of(water).removeprefix("https://news.elmford.example")
        answer = Client().get(path, headers={"host": "news.elmford.example"})
        found: list[str] = json.loads(answer.content)["items"]
        return found

    [rosa] = people(elsewhere, 1)
    note = rosa.note("<p>Thank you for testing.</p>", objects.address_of(water))
    rosa.send(rosa.create(note))
    handling.handle_due()
    assert listed() == []
    conversation.approve(Comment.objects.get(source_id=note["id"]), by=mo)
    assert listed() == [note["id"]]


@pytest.mark.usefixtures("water")
def test_one_that_ends_its_process_stops_no_other_and_is_given_up(
    elsewhere: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def kill(_activity: object, sender: RemoteActor) -> None:
        tried.append(sender.uri)
        if sender.uri == rosa.uri:
            raise KilledError

    rosa, kim = people(elsewhere, 2)
    tried: list[str] = []
    monkeypatch.setitem(HANDLERS, "Follow", kill)
    for one in (rosa, kim):
        one.send(one.activity("Follow", "https://news.elmford.example/nothing"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3 * len(handling.TRY_AGAIN)):
            with suppress(KilledError):
                handling.handle_due()
            clock.shift(handling.CLAIMED * 1.01)
    assert tried.count(kim.uri) == 1
    assert tried.count(rosa.uri) == len(handling.TRY_AGAIN) + 2
    assert tried.index(kim.uri) <= len(tried) - 4, "it waited for two ends, not for all of them"
    assert not ReceivedActivity.objects.exclude(due_at=None).exists()
    assert ReceivedActivity.objects.get(actor__uri=rosa.uri).last_error.endswith("ended.")
