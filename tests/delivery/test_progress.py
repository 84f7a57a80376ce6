# SPDX-License-Identifier: Apache-2.0
"""How far a distribution is, at which hosts, and who still lacks the newest version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.delivery import actions, channels, counting, hosts, lacking, progress
from onrecord.delivery.channels import Channel
from onrecord.delivery.counting import Recent, reason_of
from onrecord.delivery.models import Delivery, Distribution, State
from onrecord.delivery.transports import Outgoing, Settled
from onrecord.people.models import User
from tests.delivery.pigeons import Pigeons, carry, recipients, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loft() -> Iterator[Channel]:
    """The channel over which pigeons carry editions; nothing is remembered from other tests."""
    channel = Channel("loft", "Pigeons", "pigeons", frozenset({"edition"}), order=5)
    channels.register(channel)
    counting.forget()
    lacking.forget()
    yield channel
    channels.forget("loft")
    counting.forget()
    lacking.forget()


def refuse(outgoing: Outgoing) -> Settled:
    return Settled(outgoing.id, State.FAILED, f"550 5.1.1 <{outgoing.recipient}>: no such reader")


@pytest.mark.django_db(transaction=True)
def test_what_failed_is_told_with_reasons_that_name_nobody(pigeons: Pigeons, olga: User) -> None:
    pigeons.answers["bad.example"] = refuse
    distribution = send([*recipients(3), *recipients(2, "bad.example", start=3)])
    carry()

    (line,) = progress.of_version("statement/1", 1, to=olga)

    assert (line.accepted, line.total, line.remaining) == (3, 5, 0)
    failed = next(each for each in line.lines if each.state == State.FAILED)
    assert failed.reasons == [("550 5.1.1 …: no such reader", 2)]
    assert "@" not in str(failed.reasons)
    assert line.distribution == distribution


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (
            "550 5.1.1 <jan@reader.example>: Recipient address rejected",
            "550 5.1.1 …: Recipient address rejected",
        ),
        ("451-4.7.0 try again later [10.1.2.3] x9fk2mm4pq1", "451 4.7.0 try again later … …"),
        ("no connection to loft.example", "no connection to loft.example"),
        ("410 Gone https://hook.example/secret-path", "410 Gone …"),
        ("", ""),
    ],
)
def test_a_reason_is_what_replies_have_in_common(reply: str, reason: str) -> None:
    assert reason_of(reply) == reason


def test_who_is_not_concerned_by_a_channel_learns_nothing(olga: User, mo: User, ada: User) -> None:
    send(recipients(2))

    assert progress.of_version("statement/1", 1, to=mo) == []
    assert len(progress.of_version("statement/1", 1, to=ada)) == 1
    assert len(progress.of_version("statement/1", 1, to=olga)) == 1


def test_what_belongs_to_no_channel_is_shown_to_nobody(olga: User) -> None:
    send(recipients(1), purpose="notice")
    assert progress.of_version("statement/1", 1, to=olga) == []


def test_many_viewers_count_once(olga: User) -> None:
    distribution = send(recipients(3))
    counting.counts(distribution)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _viewer in range(20):
            counting.counts(distribution)
    assert len(asked) == 0


def test_an_answer_that_took_long_is_kept_longer() -> None:
    kept, worked_out = Recent(seconds=0.0), []
    kept.get("quick", lambda: worked_out.append("quick"))

    def slowly() -> None:
        worked_out.append("slow")
        end = timezone.now() + timedelta(seconds=0.05)
        while timezone.now() < end:
            pass

    kept.get("slow", slowly)
    kept.get("slow", slowly)
    assert worked_out == ["quick", "slow"]
    kept.forget()
    kept.get("slow", slowly)
    assert worked_out == ["quick", "slow", "slow"]


def test_hosts_come_page_by_page_with_what_they_said(olga: User) -> None:
    names = [f"host{number:02}.example" for number in range(5)]
    distribution = send([one for number, name in enumerate(names) for one in recipients(2, name, number * 2)])
    Delivery.objects.filter(destination=names[3]).update(state=State.FAILED, reply="550 no")

    first = hosts.of_distribution(distribution, limit=2)
    assert [host.name for host in first] == names[:3], "one more tells that there are more"
    then = hosts.of_distribution(distribution, after=names[1], limit=2)
    assert [host.name for host in then] == names[2:]
    (bad,) = hosts.of_distribution(distribution, only_trouble=True)
    assert (bad.name, bad.counts, bad.reply) == (names[3], {"failed": 2}, "550 no")
    assert bad.may_retry
    assert not bad.may_give_up


def test_recipients_come_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    distribution = send([*recipients(3, "b.example"), *recipients(2, "a.example", start=3)])
    whole = list(hosts.recipients_query(distribution, State.QUEUED))
    assert [row.destination for row in whole] == ["a.example"] * 2 + ["b.example"] * 3
    rest = hosts.recipients_query(distribution, State.QUEUED, after=(whole[2].destination, whole[2].pk))
    assert list(rest) == whole[3:]


def test_pages_are_read_from_the_index_alone() -> None:
    distribution = send(recipients(5))
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    query = hosts.recipients_query(distribution, State.QUEUED, host="loft.example", after=("loft.example", 2))
    plan = query.explain()
    assert "delivery_by_state_and_host" in plan
    assert "TEMP B-TREE" not in plan


def _arrived(distribution: Distribution, *keys: int) -> None:
    names = [f"subscription/{key}" for key in keys]
    distribution.deliveries.filter(recipient_key__in=names).update(
        state=State.ACCEPTED, settled_at=timezone.now()
    )


def test_a_correction_is_lacked_by_those_whom_only_the_first_edition_reached(olga: User) -> None:
    first = send(recipients(6))
    _arrived(first, 0, 1, 2, 3, 4)
    second = send(recipients(5), version=2)
    _arrived(second, 0)
    second.deliveries.filter(recipient_key="subscription/1").update(state=State.FAILED)
    second.deliveries.filter(recipient_key="subscription/2").update(state=State.BOUNCED)
    second.deliveries.filter(recipient_key="subscription/3").delete()

    (lack,) = lacking.of("statement/1", 2, to=olga)

    assert (lack.had, lack.got, lack.lacking) == (5, 1, 4)
    assert (lack.refused, lack.returned, lack.left_out, lack.pending) == (1, 1, 1, 1)
    assert {row.recipient_key for row in lacking.still_lacking(second)} == {
        "subscription/1",
        "subscription/2",
        "subscription/4",
    }


def test_whoever_got_two_earlier_editions_counts_once(olga: User) -> None:
    for version in (1, 2):
        _arrived(send(recipients(2), version=version), 0, 1)
    _arrived(send(recipients(2), version=3), 0)

    (lack,) = lacking.of("statement/1", 3, to=olga)

    assert (lack.had, lack.got, lack.pending) == (2, 1, 1)


def test_what_has_not_gone_out_is_lacked_by_everybody(olga: User) -> None:
    _arrived(send(recipients(2)), 0, 1)
    (lack,) = lacking.of("statement/1", 2, to=olga)
    assert (lack.had, lack.got, lack.newest) == (2, 0, None)


def test_after_ninety_days_counts_say_so(olga: User) -> None:
    first = send(recipients(3))
    _arrived(first, 0, 1, 2)
    Distribution.objects.filter(pk=first.pk).update(
        state="done", finished_at=timezone.now() - timedelta(days=91)
    )
    actions.reduce_old()
    _arrived(send(recipients(3), version=2), 0)

    (lack,) = lacking.of("statement/1", 2, to=olga)

    assert (lack.had, lack.got, lack.only_counts) == (3, 1, True)
    assert progress.of_version("statement/1", 1, to=olga)[0].accepted == 3
    (host,) = hosts.of_distribution(first)
    assert (host.name, host.counts) == ("loft.example", {"accepted": 3})


def test_one_delivery_is_tried_again(olga: User) -> None:
    distribution = send(recipients(2))
    distribution.deliveries.update(state=State.FAILED, attempts=6, settled_at=timezone.now())
    Distribution.objects.update(state="done", finished_at=timezone.now())
    row = distribution.deliveries.order_by("pk").first()
    assert row is not None

    assert actions.retry_one(row, by=olga.as_actor())

    distribution.refresh_from_db()
    assert distribution.state == "open"
    assert sorted(distribution.deliveries.values_list("state", flat=True)) == ["failed", "queued"]
    row.refresh_from_db()
    assert row.attempts == 0
