# SPDX-License-Identifier: Apache-2.0
"""Whoever follows, follows no more, blocks or moves."""

from __future__ import annotations

import pytest

from onrecord.delivery.models import Delivery
from onrecord.federation import actors
from onrecord.federation.models import (
    Follow,
)
from onrecord.federation.receiving import handling
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from tests.federation.receiving.remote import Remote, Somebody
from tests.federation.receiving.test_handlers import follow, sent, tell

pytestmark = pytest.mark.django_db


def test_whoever_follows_is_kept_and_accepted(organisation: Organisation, jan: Somebody) -> None:
    activity = follow(jan)
    tell(jan, activity)
    row = Follow.objects.get()
    assert (row.actor, row.follower.uri, row.ended_at) == (actors.newsroom(), jan.uri, None)
    accept = sent("Accept")[0]
    assert accept["object"]["id"] == activity["id"]
    assert accept["actor"] == actors.address_of(actors.newsroom())
    assert Delivery.objects.get().recipient == f"{jan.uri}/inbox"
    assert Entry.objects.filter(event="federation.followed").count() == 1


def test_whoever_follows_again_is_accepted_again_and_counts_once(
    organisation: Organisation, jan: Somebody
) -> None:
    tell(jan, follow(jan))
    tell(jan, follow(jan))
    assert Follow.objects.count() == 1
    assert len(sent("Accept")) == 2
    assert Entry.objects.filter(event="federation.followed").count() == 1


@pytest.mark.parametrize("told", [("id",), ("id", "type"), ("type", "object"), ("id", "type", "object")])
def test_whoever_unfollows_does_so_and_may_come_back(
    organisation: Organisation, jan: Somebody, told: tuple[str, ...]
) -> None:
    activity = follow(jan)
    tell(jan, activity)
    tell(jan, jan.activity("Undo", activity["id"] if told == ("id",) else {n: activity[n] for n in told}))
    row = Follow.objects.get()
    assert row.ended_reason == "undone"
    tell(jan, follow(jan))
    row.refresh_from_db()
    assert (row.ended_at, row.ended_reason) == (None, "")


def test_nobody_unfollows_for_somebody_else(
    organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    activity = follow(jan)
    tell(jan, activity)
    max_ = elsewhere.somebody("max")
    tell(max_, max_.activity("Undo", activity))
    tell(max_, max_.activity("Undo", activity["id"]))
    tell(max_, max_.activity("Undo", {**activity, "actor": max_.uri}))
    tell(max_, max_.activity("Undo", {"id": activity["id"], "type": "Follow"}))
    assert Follow.objects.get().ended_at is None


def test_the_program_itself_is_not_followed(organisation: Organisation, jan: Somebody) -> None:
    tell(jan, jan.activity("Follow", actors.address_of(actors.instance())))
    assert not Follow.objects.exists()
    assert len(sent("Reject")) == 1


def test_whoever_blocks_the_newsroom_follows_no_more(organisation: Organisation, jan: Somebody) -> None:
    tell(jan, follow(jan))
    tell(jan, jan.activity("Block", actors.address_of(actors.newsroom())))
    assert Follow.objects.get().ended_reason == "blocked"


def test_a_follower_who_moves_follows_from_there(
    organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    tell(jan, follow(jan))
    there = elsewhere.somebody("jan2", alsoKnownAs=[jan.uri])
    tell(jan, jan.activity("Move", jan.uri, target=there.uri))
    assert Follow.objects.get(follower__uri=jan.uri).ended_reason == "moved"
    assert Follow.objects.get(follower__uri=there.uri).ended_at is None


def test_a_move_that_the_new_account_does_not_know_of_changes_nothing(
    organisation: Organisation, elsewhere: Remote, jan: Somebody
) -> None:
    tell(jan, follow(jan))
    max_ = elsewhere.somebody("max")
    jan.send(jan.activity("Move", jan.uri, target=max_.uri))
    max_.send(max_.activity("Move", jan.uri, target=max_.uri))
    handling.handle_due()
    assert Follow.objects.get().ended_at is None
