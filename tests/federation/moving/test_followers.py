# SPDX-License-Identifier: Apache-2.0
"""Followers as a file: written here, read by another installation of the same accounts."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.errors import NotMovable
from onrecord.federation.models import Actor, DomainBlock, Follow, RemoteActor, RemoteHost
from onrecord.federation.moving import followers
from onrecord.journal.models import Entry
from onrecord.people.actions import OPERATOR
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from tests.federation.sending.elsewhere import follow, somebody

pytestmark = pytest.mark.django_db
PRESS = "https://news.elmford.example/ap/actors/press"


def exported() -> str:
    out = io.StringIO()
    followers.export(out, by=OPERATOR)
    return out.getvalue()


def bring(text: str, *, dry_run: bool = False) -> followers.Outcome:
    return followers.bring(io.StringIO(text), by=OPERATOR, dry_run=dry_run)


def line(**changed: str) -> str:
    row = {
        "following": PRESS,
        "follower": "https://social.example/users/rosa",
        "handle": "rosa@social.example",
        "inbox": "https://social.example/users/rosa/inbox",
        "shared_inbox": "",
        "since": "2026-01-02T03:04:05Z",
        **changed,
    }
    out = io.StringIO()
    csv.DictWriter(out, followers.COLUMNS).writerows([dict(zip(row, row, strict=True)), row])
    return out.getvalue()


def test_followers_come_back_as_they_went_with_their_date(organisation: Organisation) -> None:
    press = actors.newsroom()
    for name in ("rosa", "jan"):
        follow(press, somebody(name))
    gone = follow(press, somebody("max"))
    Follow.objects.filter(pk=gone.pk).update(ended_at=timezone.now(), ended_reason="undone")
    text = exported()
    kept = dict(Follow.objects.filter(ended_at=None).values_list("follower__uri", "since"))
    Follow.objects.all().delete()
    RemoteActor.objects.all().delete()
    RemoteHost.objects.all().delete()

    tried = bring(text, dry_run=True)
    assert (tried.added, Follow.objects.count(), RemoteActor.objects.count()) == (2, 0, 0)
    done = bring(text)
    assert (done.added, done.known, done.refused) == (2, 0, 0)
    found = dict(Follow.objects.values_list("follower__uri", "since"))
    assert {uri: at.replace(microsecond=0) for uri, at in kept.items()} == found
    rosa = RemoteActor.objects.get(handle="rosa")
    assert (rosa.shared_inbox, rosa.host.name, rosa.keys) == (
        *("https://social.example/inbox", "social.example"),
        [],
    )
    again = bring(text)
    assert (again.added, again.known) == (0, 2)
    events = Entry.objects.filter(
        event__in=["federation.followers_exported", "federation.followers_imported"]
    )
    assert [entry.data.get("added", entry.data.get("count")) for entry in events.order_by("pk")] == [2, 2, 0]


def test_whoever_has_left_here_is_not_brought_back(organisation: Organisation) -> None:
    press = actors.newsroom()
    left = follow(press, somebody())
    Follow.objects.filter(pk=left.pk).update(ended_at=timezone.now(), ended_reason="undone")
    outcome = bring(line())
    assert (outcome.added, outcome.left) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"following": "https://other.example/ap/actors/press"}, "is none of the accounts here"),
        ({"follower": "rosa"}, "have to be addresses"),
        ({"inbox": ""}, "have to be addresses"),
        ({"inbox": "https://max.example/inbox"}, "on another host"),
        ({"shared_inbox": "https://max.example/inbox"}, "on another host"),
        ({"shared_inbox": "ftp://social.example/inbox"}, "have to be addresses"),
        ({"since": "yesterday"}, "is no moment"),
        ({"since": "2999-01-01T00:00:00Z"}, "is no moment"),
        (
            {
                "follower": "https://news.elmford.example/u/1",
                "inbox": "https://news.elmford.example/ap/inbox",
            },
            "own host",
        ),
        ({"follower": "https://bad.example/u/1", "inbox": "https://bad.example/i"}, "is blocked here"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_the_others_are_imported(
    organisation: Organisation, changed: dict[str, str], problem: str
) -> None:
    actors.newsroom()
    DomainBlock.objects.create(host="bad.example", reason="Threats.")
    text = line(**changed) + line(follower="https://social.example/users/jan").splitlines(keepends=True)[1]
    outcome = bring(text)
    assert (outcome.added, outcome.refused) == (1, 1)
    assert outcome.problems[0][0] == 2
    assert problem in outcome.problems[0][1]


def test_a_file_of_another_kind_is_refused_whole(organisation: Organisation) -> None:
    with pytest.raises(NotMovable, match="lacks the columns following"):
        bring("email,languages\nrosa@reader.example,en\n")


def test_only_administrators_and_the_operator_take_followers_away(
    organisation: Organisation, olga: User, mo: User, ada: User
) -> None:
    press = actors.newsroom()
    follow(press, somebody())
    for person in (olga, mo):
        with pytest.raises(NotAllowed):
            followers.rows(by=person)
        with pytest.raises(NotAllowed):
            followers.bring(io.StringIO(line()), by=person, dry_run=True)
    assert len(list(followers.rows(by=ada, actor=press))) == 2
    assert len(list(followers.rows(by=ada, actor=Actor.objects.get(pk=actors.instance().pk)))) == 1
