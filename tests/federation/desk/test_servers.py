# SPDX-License-Identifier: Apache-2.0
"""Followers over time and by server, and one server with what went there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import routes
from onrecord.delivery.models import Delivery, Distribution, State
from onrecord.federation import counting
from onrecord.federation.models import (
    Actor,
    ActorKind,
    Follow,
    FollowDay,
    HostCount,
    LastCount,
    RemoteActor,
    RemoteHost,
)
from onrecord.federation.sending import audiences
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from tests.federation.sending.elsewhere import follow, somebody

pytestmark = pytest.mark.django_db
SERVERS = "/desk/fediverse/servers/"
SignIn = Callable[[User], Client]


def filled(newsroom: Actor) -> Actor:
    """Let three follow from one server and one from another; one of them follows in French too."""
    french = Actor.objects.create(name="elmford_fr", kind=ActorKind.SELECTION, language="fr")
    for name in ("rosa", "jan", "mo"):
        follow(newsroom, somebody(name))
    other = somebody("olga", at="https://small.example")
    follow(newsroom, other)
    follow(french, other)
    return french


def counts() -> dict[tuple[str, str], int]:
    rows = HostCount.objects.values_list("actor__name", "host__name", "followers")
    return {(actor or "", host): count for actor, host, count in rows}


def sent_to(inbox: str, *, label: str = "Water is safe", purpose: str = "edition") -> Delivery:
    distribution: Distribution = delivery.freeze(
        transport="activitypub",
        object_key="statement/1",
        version=Distribution.objects.count() + 1,
        purpose=purpose,
        label=label,
        body={"letters": {}},
        recipients=[audiences.recipient(inbox)],
        host="news.elmford.example",
        by=CLOCK,
    )
    return distribution.deliveries.get()


def test_the_clock_counts_who_follows_by_server_and_account(newsroom: Actor) -> None:
    filled(newsroom)
    assert counting.count_hosts() == 5
    assert counts() == {
        ("", "social.example"): 3,
        ("", "small.example"): 2,
        ("elmford", "social.example"): 3,
        ("elmford", "small.example"): 1,
        ("elmford_fr", "small.example"): 1,
    }
    assert counting.count_hosts() == 0, "nothing has changed, so nothing is written"
    Follow.objects.filter(follower__handle__in=["rosa", "olga"]).update(
        ended_at=timezone.now(), ended_reason="undone"
    )
    assert counting.count_hosts() == 5
    assert counts() == {("", "social.example"): 2, ("elmford", "social.example"): 2}
    assert not counting.is_due()


def test_between_whole_counts_only_servers_with_news_are_counted(newsroom: Actor) -> None:
    filled(newsroom)
    counting.count_hosts()
    long_ago = timezone.now() - timedelta(hours=2)
    Follow.objects.update(since=long_ago)
    LastCount.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert counting.is_due()
    quiet = Follow.objects.filter(follower__host__name="small.example")
    quiet.update(ended_at=long_ago, ended_reason="undone")  # as nobody does: it is not seen as news
    follow(newsroom, somebody("new"))
    assert counting.count_hosts() == 2
    assert counts()["elmford", "social.example"] == 4
    assert counts()["elmford", "small.example"] == 1
    LastCount.objects.update(whole_at=timezone.now() - timedelta(hours=25))
    assert counting.count_hosts() == 3
    assert ("", "small.example") not in counts()


def test_days_are_counted_once_they_are_over(newsroom: Actor) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    Actor.objects.update(created_at=noon)
    first = follow(newsroom, somebody("rosa"))
    second = follow(newsroom, somebody("jan"))
    Follow.objects.filter(pk=first.pk).update(since=noon)
    Follow.objects.filter(pk=second.pk).update(
        since=noon + timedelta(days=1), ended_at=noon + timedelta(days=2), ended_reason="undone"
    )
    with time_machine.travel(noon + timedelta(days=4)):
        assert counting.count_days() == 4
        assert counting.count_days() == 0
    days = FollowDay.objects.order_by("day").values_list("joined", "ended", "total")
    assert list(days) == [(1, 0, 1), (1, 0, 2), (0, 1, 1), (0, 0, 1)]


def test_press_officers_see_followers_over_time_and_by_server(
    newsroom: Actor, olga: User, sign_in: SignIn
) -> None:
    filled(newsroom)
    counting.count_hosts()
    FollowDay.objects.create(actor=newsroom, day=timezone.now().date(), joined=4, ended=0, total=4)
    page = sign_in(olga).get(SERVERS).content.decode()
    assert page.index("social.example") < page.index("small.example"), "most followers first"
    assert '<figure class="chart">' in page
    assert "users/rosa" not in page
    of_french = sign_in(olga).get(f"{SERVERS}?of=elmford_fr").content.decode()
    assert "social.example" not in of_french
    assert "small.example" in of_french
    assert "small.example" not in sign_in(olga).get(f"{SERVERS}?q=SOCIAL").content.decode()


def test_servers_that_do_not_answer_are_found(newsroom: Actor, ada: User, sign_in: SignIn) -> None:
    filled(newsroom)
    counting.count_hosts()
    routes.failed("activitypub", {"small.example": "Connection refused"})
    page = sign_in(ada).get(f"{SERVERS}?show=trouble").content.decode()
    assert "small.example" in page
    assert "does not answer since" in page
    assert "social.example" not in page


def test_a_page_of_servers_costs_the_same_however_many_there_are(
    newsroom: Actor, olga: User, sign_in: SignIn
) -> None:
    hosts = [RemoteHost(name=f"s{number:03}.example") for number in range(120)]
    for number, host in enumerate(RemoteHost.objects.bulk_create(hosts)):
        HostCount.objects.create(host=host, followers=number % 7 + 1)
    browser = sign_in(olga)
    seen: list[str] = []
    address, asked = SERVERS, []
    while address:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get(address).content.decode()
        asked.append(len(queries))
        seen += [part.partition("/")[0] for part in page.split('href="/desk/fediverse/servers/s')[1:]]
        more = page.partition('href="?after=')[2].partition("#")[0]
        address = f"{SERVERS}?after={more}" if more else ""
    assert len(seen) == len(set(seen)) == 120
    assert max(asked) < 40


def test_one_server_shows_its_followers_the_way_there_and_each_delivery(
    newsroom: Actor, olga: User, sign_in: SignIn
) -> None:
    filled(newsroom)
    counting.count_hosts()
    row = sent_to("https://social.example/inbox")
    Delivery.objects.filter(pk=row.pk).update(
        state=State.FAILED, attempts=3, reply="410 Gone", settled_at=timezone.now()
    )
    routes.failed("activitypub", {"social.example": "503 Over capacity"})
    browser = sign_in(olga)
    page = browser.get(f"{SERVERS}social.example/").content.decode()
    for told in ("503 Over capacity", "does not answer since", "410 Gone", "Water is safe", "<td data-label"):
        assert told in page
    assert f'action="/desk/deliveries/to/{row.pk}/retry/"' in page
    assert "Block this server" not in page
    browser.post(f"/desk/deliveries/to/{row.pk}/retry/")
    row.refresh_from_db()
    assert row.state == State.QUEUED


def test_inboxes_are_shown_to_those_who_write_alone(
    newsroom: Actor, ada: User, mo: User, sign_in: SignIn
) -> None:
    filled(newsroom)
    sent_to("https://social.example/users/rosa/inbox")
    for_administrators = sign_in(ada).get(f"{SERVERS}social.example/").content.decode()
    assert "Water is safe" in for_administrators
    assert "users/rosa" not in for_administrators
    for_moderators = sign_in(mo).get(f"{SERVERS}social.example/").content.decode()
    assert "Water is safe" not in for_moderators
    assert "Block this server" in for_moderators


def test_what_is_between_the_newsroom_and_one_account_is_on_no_screen(
    newsroom: Actor, olga: User, sign_in: SignIn
) -> None:
    filled(newsroom)
    sent_to("https://social.example/users/rosa/inbox", label="Accept → somebody", purpose="accept")
    page = sign_in(olga).get(f"{SERVERS}social.example/").content.decode()
    assert "somebody" not in page
    assert RemoteActor.objects.filter(handle="rosa").exists()
