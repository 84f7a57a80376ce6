# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery.inbound.actions import take_in
from onrecord.delivery.models import Delivery, Distribution
from onrecord.followers import actions
from onrecord.followers.actions import telling
from onrecord.followers.choices import Choices
from onrecord.followers.models import Reason, Subscription
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.statements import actions as statements
from onrecord.statements.models import Edition, Statement, Topic
from tests.delivery.returned import dsn
from tests.followers.readers import JAN, follower, path_of, sent, tell, text_of
from tests.statements.drafts import corrected, released, write

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

EVE = "eve@reader.example"


def _told(edition: Edition) -> Distribution | None:
    tell()
    return Distribution.objects.filter(
        object_key=edition.statement.subject, version=edition.number, transport="smtp"
    ).first()


def _accepted(distribution: Distribution) -> None:
    distribution.deliveries.update(state="accepted", settled_at=timezone.now())


def _addresses(distribution: Distribution | None) -> list[str]:
    return sorted(distribution.deliveries.values_list("recipient", flat=True)) if distribution else []


def test_an_edition_goes_once_to_those_who_follow_its_topic_in_its_language(olga: User, ines: User) -> None:
    water, town = (Topic.objects.create(slug=slug, name=slug) for slug in ("water", "town"))
    follower("all@reader.example")
    follower("water@reader.example", topics=("water",))
    follower("town@reader.example", topics=("town",))
    follower("french@reader.example", languages=("fr",))
    follower("daily@reader.example", frequency="daily")
    actions.follow("unconfirmed@reader.example", Choices(("en",)), language="en")
    actions.end(follower("ended@reader.example"), Reason.REQUEST)

    draft = write(olga)
    draft.topics.set([water])
    statements.save_draft(draft, by=olga)
    statements.submit(draft, by=olga)
    statements.approve(draft, by=ines)
    edition = statements.release(draft, by=ines)
    distribution = _told(edition)
    again = actions.tell_of(edition.pk)

    assert _addresses(distribution) == ["all@reader.example", "water@reader.example"]
    assert again == distribution
    assert town not in draft.topics.all()


def test_the_mail_holds_the_text_and_says_how_to_check_it(olga: User, ines: User) -> None:
    row = follower()
    body = [
        ("paragraph", "<p>Read <a href='https://example.org/limits'>the limits</a> ⟦to⟧ first.</p>"),
        ("list", {"style": "numbers", "items": ["<p>Lead</p>", "<p>Copper</p>"]}),
    ]
    edition = released(olga, ines, body=body)
    distribution = _told(edition)
    assert distribution is not None
    message = sent(distribution)[JAN]
    text, html = text_of(message), text_of(message, "html")

    assert message["Subject"] == "Water is safe to drink"
    assert "the limits <https://example.org/limits>" in text
    assert "1. Lead\n2. Copper" in text.replace("\r\n", "\n")
    for part in (text, html):
        assert "The town tested the water on Monday and found it safe." in part
        assert f"https://news.elmford.example{edition.statement.publication.path}1/proof/" in part
        assert "entry 0" in part
        assert JAN not in part, "a text cannot ask for what is the recipient's"
    assert message["List-Id"] == "<statements.news.elmford.example>"
    assert message["List-Unsubscribe"] == f"<https://news.elmford.example{path_of(row)}unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].strip("<>") == Delivery.objects.get(distribution=distribution).message_id


def test_a_correction_goes_to_those_who_got_the_earlier_edition_with_what_changed_first(
    olga: User, ines: User
) -> None:
    jan, gone = follower(), follower("gone@reader.example")
    first = released(olga, ines)
    distribution = _told(first)
    assert distribution is not None
    _accepted(distribution)
    actions.change(jan, Choices(("fr",)))
    actions.end(gone, Reason.REQUEST)
    follower(EVE)

    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    later = _told(second)

    assert later is not None
    assert _addresses(later) == [EVE, JAN]
    text = text_of(sent(later)[JAN])
    assert text.startswith("Corrected on ")
    assert sent(later)[JAN]["Subject"] == "Corrected: Water is safe to drink"
    assert later.purpose == "correction"


def test_who_has_not_got_the_earlier_edition_yet_gets_only_the_newer(olga: User, ines: User) -> None:
    jan = follower()
    first = released(olga, ines)
    _told(first)
    actions.change(jan, Choices(("fr",)))
    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    _told(second)

    states = dict(
        Delivery.objects.filter(recipient=JAN)
        .exclude(distribution__purpose="confirm")
        .values_list("distribution__version", "state")
    )
    assert states == {1: "superseded", 2: "queued"}


def test_nobody_is_told_of_a_minor_change(olga: User, ines: User) -> None:
    follower()
    first = released(olga, ines)
    statement = Statement.objects.get(pk=first.statement_id)
    statement.body = [("paragraph", "<p>The water is safe to drink. We tested it on Monday.</p>")]
    statements.save_draft(statement, by=olga)
    statements.submit(statement, by=olga, change="minor", change_note="")
    statements.approve(statement, by=ines)

    assert _told(statements.release(statement, by=ines)) is None


def test_a_withdrawal_stops_what_is_pending_and_tells_why(olga: User, ines: User) -> None:
    follower()
    first = released(olga, ines)
    before = _told(first)
    assert before is not None
    statement = Statement.objects.get(pk=first.statement_id)
    statements.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    statements.approve(statement, by=ines)
    after = _told(statements.release(statement, by=ines))

    assert after is not None
    assert before.deliveries.get().state == "superseded"
    text = text_of(sent(after)[JAN])
    assert "The samples were mixed up." in text
    assert "We tested it on Monday." not in text


def test_without_a_relay_nothing_is_frozen(olga: User, ines: User, settings: Settings) -> None:
    follower()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")

    assert _told(released(olga, ines)) is None


def test_whoever_the_ledger_does_not_write_to_no_longer_follows(olga: User, ines: User) -> None:
    follower()
    delivery.suppress(JAN, reason="hard_bounce", by=CLOCK)
    distribution = _told(released(olga, ines))

    assert distribution is not None
    assert distribution.deliveries.get().state == "suppressed"
    row = Subscription.objects.get()
    assert (row.state, row.reason) == ("ended", "hard_bounce")


def test_a_pending_mail_is_not_sent_to_who_has_left(olga: User, ines: User) -> None:
    row = follower()
    distribution = _told(released(olga, ines))
    assert distribution is not None
    actions.end(row, Reason.REQUEST)

    assert distribution.deliveries.get().state == "suppressed"


def test_a_digest_comes_once_a_day_with_what_each_follows(olga: User, ines: User) -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        follower(frequency="daily")
        follower("french@reader.example", languages=("fr",), frequency="daily")
        follower("weekly@reader.example", frequency="weekly")
        assert actions.send_digests() == 0
        first = released(olga, ines)
        corrected(first, olga, ines, "We tested it on Tuesday.")
        assert actions.send_digests() == 0
    with time_machine.travel(noon + timedelta(hours=18, minutes=1), tick=False):
        assert (actions.send_digests(), actions.send_digests()) == (1, 0)
    distribution = Distribution.objects.get(purpose="digest")
    message = sent(distribution)[JAN]

    assert _addresses(distribution) == [JAN]
    assert text_of(message).count("Corrected: Water is safe to drink") == 1
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with time_machine.travel(datetime(2026, 11, 30, 6, 1, tzinfo=UTC), tick=False):
        assert actions.send_digests() == 1
    assert set(_addresses(Distribution.objects.get(object_key__startswith="digest/weekly"))) == {
        "weekly@reader.example"
    }


def test_a_digest_reads_followers_in_parts_and_none_where_there_is_no_news(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "bob", "cy", "dan", "eli"):
        follower(f"{name}@reader.example", frequency="daily")
    noon = datetime.now(UTC).replace(hour=12, minute=0)
    with time_machine.travel(noon), CaptureQueriesContext(connection) as asked:
        assert actions.send_digests() == 0
    assert not [one for one in asked if "followers_subscriptionlanguage" in one["sql"]]
    monkeypatch.setattr(telling, "_AT_ONCE", 2)
    with time_machine.travel(noon + timedelta(days=1)):
        released(olga, ines)
    with time_machine.travel(noon + timedelta(days=2)), CaptureQueriesContext(connection) as asked:
        assert actions.send_digests() == 1
    parts = [one["sql"] for one in asked if 'FROM "followers_subscriptionlanguage"' in one["sql"]]
    assert len(parts) == 3
    assert Distribution.objects.get(purpose="digest").deliveries.count() == 5


def test_a_statement_in_another_language_is_marked_in_a_digest(olga: User, ines: User) -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        follower(languages=("en", "ar"), frequency="daily")
        released(olga, ines)
        first = released(olga, ines, title="مياه الشرب آمنة", summary="فحصت البلدية المياه.", language="ar")
        corrected(first, olga, ines, "فحصناها يوم الثلاثاء.")
    with time_machine.travel(noon + timedelta(hours=18, minutes=1), tick=False):
        actions.send_digests()
    message = sent(Distribution.objects.get(purpose="digest"))[JAN]

    html = text_of(message, "html")
    assert '<h2 lang="ar" dir="rtl"><a' in html
    assert '<p class="text" lang="ar" dir="rtl">فحصت البلدية المياه.</p>' in html
    assert "<h2><a" in html, "what is in the language of the mail needs no mark"
    assert "مُصحَّح: مياه الشرب آمنة" in text_of(message)
    assert "Corrected: مياه" not in text_of(message)


def test_no_letter_about_an_erased_statement_is_kept_or_sent(olga: User, ines: User, ada: User) -> None:
    follower(JAN)
    edition, other = released(olga, ines, title="Zacharias was dismissed"), released(olga, ines)
    letter, kept = _told(edition), _told(other)
    assert letter
    assert kept
    erasure = statements.propose_erasure(
        edition.statement.publication.path, ground="A court said so.", by=ada
    )
    statements.confirm_erasure(erasure, by=ines)

    assert actions.forget_erased() == 1
    letter.refresh_from_db()
    assert (letter.body, "Zacharias" in letter.label, letter.state) == ({}, False, "cancelled")
    assert [row.state for row in letter.deliveries.all()] == ["cancelled"]
    kept.refresh_from_db()
    assert kept.body


def test_a_bounce_ends_the_subscription_and_a_guess_does_not(olga: User, ines: User) -> None:
    row, other = follower(), follower(EVE)
    distribution = _told(released(olga, ines))
    assert distribution is not None
    _accepted(distribution)
    token, _, host = distribution.deliveries.get(recipient=JAN).message_id.partition("@")
    guess = token[:-1] + ("0" if token[-1] != "0" else "1")

    for mark, state in ((guess, "confirmed"), (token, "ended")):
        address = f"news+{mark}@{host}"
        take_in(dsn(to=address, about=JAN), door="lmtp", recipients=[address], sender="")
        tell()
        row.refresh_from_db()
        assert row.state == state

    assert row.reason == Reason.BOUNCE
    other.refresh_from_db()
    assert other.state == "confirmed"
