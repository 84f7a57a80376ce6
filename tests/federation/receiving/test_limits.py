# SPDX-License-Identifier: Apache-2.0
"""How much the inbox takes from one server and one network in a minute."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.models import ReceivedActivity
from onrecord.federation.receiving import limits
from onrecord.people.models import FormCount, Organisation
from onrecord.people.strangers import counting
from tests.federation.receiving.remote import HOME, Reply, Somebody, post, remote

pytestmark = pytest.mark.django_db


def follow(by: Somebody) -> dict[str, object]:
    return by.activity("Follow", actors.address_of(actors.newsroom()))


def flood(by: Somebody, count: int) -> list[Reply]:
    return [by.send(by.activity("Like", "https://news.elmford.example/s/2026/x/")) for _ in range(count)]


def test_ten_thousand_activities_a_minute_from_one_server_are_mostly_refused(
    organisation: Organisation, jan: Somebody
) -> None:
    with time_machine.travel(timezone.now().replace(second=1), tick=False):  # a minute that does not end
        jan.send(follow(jan))
        counters = limits.names("in", host=jan.home.url.removeprefix("http://"), reader="203.0.113.9")
        counting.count(counters.values(), limits.ACTIVITIES["host"] - 3, seconds=limits.MINUTE)
        replies = flood(jan, 20)
    assert [reply.status for reply in replies].count(202) == 2
    late = replies[-1]
    assert late.status == 429
    assert late.headers["Retry-After"] == "60"
    assert "At most 1200 activities are taken from one host in a minute." in late.text
    assert ReceivedActivity.objects.count() == 3
    kept = "\n".join(FormCount.objects.values_list("name", flat=True))
    assert "198.51.100" not in kept


@pytest.mark.usefixtures("stopped_clock")
def test_another_server_is_heard_while_one_sends_too_much(
    organisation: Organisation, jan: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ACTIVITIES", {"host": 2, "network": 100})
    assert [reply.status for reply in flood(jan, 4)] == [202, 202, 429, 429]
    with remote() as other:
        assert other.somebody("kim").send(follow(other.somebody("kim"))).status == 202


@pytest.mark.usefixtures("stopped_clock")
def test_one_network_does_not_get_around_it_by_many_servers(
    organisation: Organisation, jan: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ACTIVITIES", {"host": 100, "network": 2})
    sent = [jan.signed(jan.activity("Like", f"{HOME}/s/2026/x/")) for _ in range(4)]
    readers = ["198.51.100.7"] * 3 + ["203.0.113.9"]
    answers = [post(one, reader=reader).status for one, reader in zip(sent, readers, strict=True)]
    assert answers == [202, 202, 429, 202]
