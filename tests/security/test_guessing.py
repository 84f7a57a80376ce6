# SPDX-License-Identifier: Apache-2.0
"""Links that are worth an account: wrong, cut, of another purpose or over, all lead to the same answer."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation import doors as commenters
from onrecord.delivery.mail import doors
from onrecord.followers import doors as following
from onrecord.moderation import actions as moderation
from onrecord.moderation import doors as judged
from onrecord.moderation import items
from onrecord.moderation.actions import Notification, Ruling, Wanted
from onrecord.moderation.models import Notice, Report
from onrecord.people.models import User
from onrecord.press.inquiries import doors as inquiries
from onrecord.statements.models import Publication
from tests.conversation.readers import shown
from tests.followers.readers import follower
from tests.moderation.judging import RUDE
from tests.press.inquiring import asked

HELD_AGAINST_ALL = re.compile(r'<link rel="canonical"[^>]*>|[A-Za-z0-9_-]{43}|action="[^"]*"')


@dataclass(frozen=True)
class Capability:
    """What a link opens: where it stands, the secret, and the pages behind it."""

    kind: str
    prefix: str
    secret: str
    behind: tuple[str, ...] = ("",)


@pytest.fixture
def capabilities(water: Publication, mo: User) -> list[Capability]:
    """One of each kind, all of them good."""
    comment = shown(water, mo, "They are all vermin.")
    said = Notification(
        url=f"/comments/{comment.pk}",
        explanation="This insults my neighbours.",
        category=RUDE,
        name="Kim",
        address="kim@reader.example",
        good_faith=True,
    )
    report = moderation.confirm(moderation.report(said, language="en"))
    assert report.case is not None
    ruling = Ruling(
        item_version=items.find("comment", str(comment.pk)).version,
        facts="It calls all neighbours vermin.",
        explanation="It degrades people.",
        effects=(Wanted("seal"),),
        legal_ground="Criminal Code, section 130",
    )
    decision = moderation.decide(report.case, ruling, by=mo, revision=report.case.revision)
    notice = Notice.objects.get(decision=decision, party="author")
    inquiry, subscription = asked(), follower("listener@reader.example")

    def made(kind: str, path: str, *behind: str) -> Capability:
        prefix, secret, _end = path.rpartition("/")[0].rpartition("/")[0] + "/", path.split("/")[-2], ""
        return Capability(kind, prefix, secret, ("", *behind))

    return [
        made("commenter", commenters.address_of(comment.commenter), "data.json", "replies"),
        made("report", judged.report_path(Report.objects.get(pk=report.pk))),
        made("notice", judged.notice_path(notice), "proof"),
        made("follower", f"{following.PREFIX}{doors.secret_of(subscription.door_number)}/", "data.json"),
        made("inquiry", inquiries.path_of(inquiry), "data.json"),
    ]


def wrong_ones(right: Capability, others: list[Capability]) -> dict[str, str]:
    """Return secrets that are not quite right, by what is wrong with them."""
    secret = right.secret
    changed = ("A" if secret[0] != "A" else "B") + secret[1:]
    return {
        "made up": "A" * 43,
        "one letter wrong": changed,
        "the last letter wrong": secret[:-1] + ("A" if secret[-1] != "A" else "E"),
        "cut": secret[:-1],
        "half": secret[:21],
        "with more": secret + "A",
        "another case": secret.swapcase(),
        "its hash": doors.hash_of(secret),
        **{f"of a {other.kind}": other.secret for other in others if other.kind != right.kind},
    }


def answer_of(path: str, *, post: bool = False) -> tuple[int, str]:
    browser = Client()
    told = browser.post(path, {"deed": "erase", "sure": "yes"}) if post else browser.get(path)
    return told.status_code, HELD_AGAINST_ALL.sub("…", told.content.decode())


def test_each_opens_what_it_is_for_and_every_other_secret_gets_one_answer(
    capabilities: list[Capability],
) -> None:
    for right in capabilities:
        assert answer_of(f"{right.prefix}{right.secret}/")[0] == 200, right.kind
        for page in right.behind:
            for post in (False, True) if not page else (False,):
                answers = {
                    what: answer_of(f"{right.prefix}{wrong}/{page}", post=post)
                    for what, wrong in wrong_ones(right, capabilities).items()
                }
                assert {status for status, _text in answers.values()} == {404}, (right.kind, page)
                assert len({text for _status, text in answers.values()}) == 1, (right.kind, page, post)


def test_what_is_erased_or_forgotten_answers_as_if_it_had_never_been(
    capabilities: list[Capability], water: Publication
) -> None:
    by_kind = {one.kind: one for one in capabilities}
    right = by_kind["commenter"]
    never = answer_of(f"{right.prefix}{'A' * 43}/")
    kim = conversation.submit(
        water,
        conversation.Said.entered(name="Kim", address="forgotten@reader.example", link="", text="Hello."),
        conversation.Circumstances(language="en"),
    )
    assert kim is not None
    own = commenters.address_of(kim.commenter)
    assert answer_of(own)[0] == 200
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        conversation.forget_unconfirmed()
        assert answer_of(own) == never


def test_secrets_are_long_random_and_kept_as_hashes(capabilities: list[Capability]) -> None:
    secrets = [one.secret for one in capabilities]
    assert len(set(secrets)) == len(secrets)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets), "256 bits"
    for right in capabilities:
        assert doors.opens(right.secret, doors.hash_of(right.secret))


def test_they_are_compared_in_constant_time(
    capabilities: list[Capability], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by a hash, which whoever asks cannot steer, and compared again, not saying where it differs."""
    compared: list[tuple[str, str]] = []
    real: Callable[[str, str], bool] = hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    for right in capabilities:
        before = len(compared)
        answer_of(f"{right.prefix}{right.secret}/")
        assert len(compared) > before, right.kind
        assert compared[-1][0] == doors.hash_of(right.secret)


def test_a_number_in_the_address_opens_nothing_of_somebody_else(
    capabilities: list[Capability], water: Publication, mo: User
) -> None:
    other = shown(water, mo, "Somebody else wrote this.", address="other@reader.example")
    own = next(one for one in capabilities if one.kind == "commenter")
    path = f"{own.prefix}{own.secret}/edit/"
    not_theirs, not_there = answer_of(f"{path}{other.pk}"), answer_of(f"{path}{10**9}")
    assert not_theirs == not_there
    assert not_theirs[0] == 404
