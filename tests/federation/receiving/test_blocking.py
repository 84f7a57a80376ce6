# SPDX-License-Identifier: Apache-2.0
"""Servers that nothing is taken from: who may block them, what follows, and that all of it can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment, CommentVersion, Kind, Restriction
from onrecord.delivery.models import Delivery, State
from onrecord.federation import objects, policies
from onrecord.federation.blocking import actions, names
from onrecord.federation.errors import BadHost, BlockedAlready, NoReason, NotBlocked
from onrecord.federation.models import DomainBlock, Follow, Policy, RemoteHost
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.fetching import blocked
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import items
from onrecord.moderation.actions import Notification
from onrecord.moderation.categories import NOT_SPECIFIED
from onrecord.moderation.models import Case
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Remote, Somebody
from tests.federation.receiving.test_handlers import answer, follow, tell

pytestmark = pytest.mark.django_db
WHY = "Rule 3: it sent the same advertisement 900 times."


def drained() -> None:
    """Let everything that follows happen."""
    while reactions.drain():
        pass


def images(*comments: Comment) -> list[bytes]:
    """Return all that readers get of these."""
    return [items.kind_named("comment").image(str(one.pk)) for one in comments]


def texts() -> list[tuple[str, str]]:
    return list(CommentVersion.objects.order_by("pk").values_list("text", "html"))


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Bad.Example", "bad.example"),
        ("https://bad.example/@jan", "bad.example"),
        ("@jan@bad.example", "bad.example"),
        ("bücher.example.", "xn--bcher-kva.example"),
        ("bad.example:8443", "bad.example:8443"),
        ("198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_host_has_one_spelling(organisation: Organisation, written: str, host: str) -> None:
    assert names.normalised(written) == host


@pytest.mark.parametrize(
    "written", ["", "org", "bad example", "-bad.example", "a..b", "x.123", "bad.example:x", "https://[/"]
)
def test_what_is_no_host_is_refused(organisation: Organisation, mo: User, written: str) -> None:
    with pytest.raises(BadHost, match="is no host"):
        actions.block_host(written, reason=WHY, by=mo)


@pytest.mark.parametrize("written", ["news.elmford.example", "elmford.example", "NEWS.elmford.example:443"])
def test_the_newsroom_does_not_block_itself(organisation: Organisation, mo: User, written: str) -> None:
    with pytest.raises(BadHost, match="this newsroom itself"):
        actions.block_host(written, reason=WHY, by=mo)


def test_a_block_has_a_reason_an_end_to_come_and_holds_once(organisation: Organisation, mo: User) -> None:
    with pytest.raises(NoReason):
        actions.block_host("bad.example", reason="  ", by=mo)
    with pytest.raises(BadHost, match="That moment is over"):
        actions.block_host("bad.example", reason=WHY, until=timezone.now(), by=mo)
    row = actions.block_host("bad.example", reason=WHY, by=mo)
    with pytest.raises(BlockedAlready, match=r"by the block of bad\.example"):
        actions.block_host("sub.bad.example", reason=WHY, by=mo)
    entry = Entry.objects.get(event="federation.host_blocked")
    assert (entry.subject, entry.data["host"], entry.data["reason"]) == (row.subject, "bad.example", WHY)


@pytest.mark.parametrize("who", ["olga", "ines", "rosa", "otto", "max"])
def test_only_moderators_and_administrators_block_and_lift(
    request: pytest.FixtureRequest, mo: User, ada: User, who: str
) -> None:
    row = actions.block_host("bad.example", reason=WHY, by=ada)
    somebody = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.block_host("other.example", reason=WHY, by=somebody)
    with pytest.raises(NotAllowed):
        actions.lift_block(row, reason="They mended it.", by=somebody)
    assert actions.lift_block(row, reason="They mended it.", by=mo).lifted_by == mo


def test_what_waits_for_a_blocked_server_goes_out_no_more_but_for_deletions(
    organisation: Organisation, jan: Somebody, mo: User
) -> None:
    tell(jan, follow(jan))
    accept = Delivery.objects.get()
    deletion = Delivery.objects.get()
    deletion.pk, deletion.recipient_key = None, "inbox/other"
    distribution = accept.distribution
    distribution.pk, distribution.purpose, distribution.object_key = None, "deletion", "erasure/1/x"
    distribution.save()
    deletion.distribution = distribution
    deletion.save()
    actions.block_host("127.0.0.1", reason=WHY, by=mo)
    accept.refresh_from_db()
    deletion.refresh_from_db()
    assert (accept.state, deletion.state) == (State.FAILED, State.QUEUED)
    assert Follow.objects.get().ended_at is None, "once it is lifted they follow as before"


def test_remarks_are_sealed_with_a_block_and_come_back_to_the_byte(
    water: Publication, elsewhere: Remote, jan: Somebody, mo: User
) -> None:
    shown, held = conversation.approve(answer(jan, water), by=mo), answer(jan, water, "<p>And thanks.</p>")
    before, words = images(shown, held), texts()
    row = actions.block_host("127.0.0.1", reason=WHY, by=mo)
    drained()
    assert set(texts()) == {("", "")}
    assert images(shown)[0] != before[0]
    assert "The server 127.0.0.1 is blocked here." in Comment.objects.get(pk=shown.pk).fragment
    assert actions.follow_through(row.pk) == 1, "it is safe to run twice"
    assert Restriction.objects.count() == 2
    actions.lift_block(row, reason="They mended it.", by=mo)
    drained()
    assert images(shown, held) == before
    assert texts() == words


def test_a_seal_by_somebody_else_stays_when_the_block_is_lifted(
    water: Publication, jan: Somebody, mo: User
) -> None:
    shown = conversation.approve(answer(jan, water), by=mo)
    conversation.restrict(shown, Kind.SEAL, reference="decision/1/effect/1", by=mo.as_actor())
    row = actions.block_host("127.0.0.1", reason=WHY, by=mo)
    drained()
    actions.lift_block(row, reason="They mended it.", by=mo)
    drained()
    assert texts() == [("", "")]


def test_what_came_before_the_block_and_was_not_handled_is_not_kept(
    water: Publication, jan: Somebody, mo: User
) -> None:
    note = jan.note("<p>Buy this.</p>", objects.address_of(water))
    assert jan.send(jan.create(note)).status == 202
    actions.block_host("127.0.0.1", reason=WHY, by=mo)
    handling.handle_due()
    assert not Comment.objects.exists()


def test_whoever_is_blocked_may_still_take_back_what_they_said(
    water: Publication, jan: Somebody, mo: User
) -> None:
    shown = conversation.approve(answer(jan, water), by=mo)
    row = actions.block_host("127.0.0.1", reason=WHY, by=mo)
    drained()
    tell(jan, jan.activity("Delete", {"id": shown.source_id, "type": "Tombstone"}))
    actions.lift_block(row, reason="They mended it.", by=mo)
    drained()
    assert Comment.objects.get(pk=shown.pk).state == "withdrawn"
    assert "Thank you for testing" not in Comment.objects.get(pk=shown.pk).fragment


def test_a_block_ends_when_its_time_is_over(water: Publication, jan: Somebody, mo: User) -> None:
    shown = conversation.approve(answer(jan, water), by=mo)
    before = images(shown)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        actions.block_host("127.0.0.1", reason=WHY, until=timezone.now() + timedelta(hours=1), by=mo)
        drained()
        assert images(shown) != before
        clock.shift(timedelta(hours=2))
        assert (actions.end_blocks(), actions.end_blocks()) == (1, 0)
        drained()
        assert images(shown) == before
        assert actions.block_host("127.0.0.1", reason="Again.", by=mo).pk


def test_a_lifted_block_is_not_lifted_twice_and_needs_a_reason(organisation: Organisation, mo: User) -> None:
    row = actions.block_host("bad.example", reason=WHY, by=mo)
    with pytest.raises(NoReason):
        actions.lift_block(row, reason=" ", by=mo)
    actions.lift_block(row, reason="They mended it.", by=mo)
    with pytest.raises(NotBlocked, match="lifted already"):
        actions.lift_block(row, reason="They mended it.", by=mo)
    assert blocked("bad.example") is None
    assert Entry.objects.get(event="federation.host_unblocked").data["reason"] == "They mended it."


def test_servers_below_and_on_other_ports_are_meant_and_no_others(organisation: Organisation) -> None:
    for name in ("bad.example", "sub.bad.example", "bad.example:8443", "a.bad.example:1", "notbad.example"):
        RemoteHost.objects.create(name=name)
    found = set(names.at_or_below("bad.example").values_list("name", flat=True))
    assert found == {"bad.example", "sub.bad.example", "bad.example:8443", "a.bad.example:1"}
    assert set(names.at_or_below("bad.example:8443").values_list("name", flat=True)) == {"bad.example:8443"}


# --- What everybody may read --------------------------------------------------------------------------------


def listed(home: Path, path: str = "blocked-servers/index.html") -> str:
    file = home / "site" / path
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_readers_and_programs_see_what_is_blocked_and_why(
    water: Publication, own_home: Path, mo: User
) -> None:
    until = timezone.now() + timedelta(days=30)
    row = actions.block_host("bad.example", reason="Spam & <lies>.", until=until, by=mo)
    drained()
    page = listed(own_home)
    assert "bad.example" in page
    assert "Spam &amp; &lt;lies&gt;." in page
    assert f'/report?url=/blocked-servers/%23block-{row.pk}&amp;language=en"' in page
    assert "bad.example" in listed(own_home, "ar/blocked-servers/index.html")
    [told] = json.loads(listed(own_home, "blocked-servers.json"))["blocks"]
    assert (told["host"], told["reason"], told["subdomains"]) == ("bad.example", "Spam & <lies>.", True)
    assert told["until"] == until.isoformat(timespec="seconds")
    actions.lift_block(row, reason="They mended it.", by=mo)
    drained()
    assert "bad.example" not in listed(own_home)
    assert json.loads(listed(own_home, "blocked-servers.json")) == {"blocks": []}


def test_the_page_about_moderation_leads_to_the_list_unless_it_is_kept_to_the_desk(
    water: Publication, own_home: Path, ada: User, mo: User, jan: Somebody
) -> None:
    row = actions.block_host("127.0.0.1", reason=WHY, by=mo)
    policies.set_policy({"public_blocks": True}, by=ada)
    drained()
    assert items.at(f"/blocked-servers/#block-{row.pk}") is not None
    assert "https://news.elmford.example/blocked-servers/" in jan.send(follow(jan)).text
    policies.set_policy({"public_blocks": False}, by=ada)
    drained()
    assert listed(own_home) == listed(own_home, "blocked-servers.json") == ""
    assert "/blocked-servers/" not in listed(own_home, "transparency/index.html")
    assert items.at(f"/blocked-servers/#block-{row.pk}") is None, "nobody can try numbers"
    refusal = jan.send(follow(jan))
    assert refusal.status == 403
    assert WHY in refusal.text
    assert "https://news.elmford.example/contacts/" in refusal.text


def test_whoever_objects_to_a_block_gets_a_case(water: Publication, mo: User) -> None:
    row = actions.block_host("bad.example", reason=WHY, by=mo)
    given = Notification(
        f"/fr/blocked-servers/#block-{row.pk}",
        "We removed that account on Monday.",
        NOT_SPECIFIED,
        name="Jan",
        address="jan@example.org",
        good_faith=True,
    )
    report = moderation.report(given, language="en")
    moderation.confirm(report)
    case = Case.objects.get()
    assert (case.item_kind, case.item_key, case.title) == ("block", str(row.pk), "Block of bad.example")


# --- At the desk --------------------------------------------------------------------------------------------


def test_a_moderator_blocks_and_lifts_at_the_desk(
    organisation: Organisation, mo: User, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(mo)
    page = browser.get("/desk/fediverse/blocks/?host=bad.example").content.decode()
    assert 'value="bad.example"' in page
    assert "Publish this list" not in page
    given = {"host": "bad.example", "reason": WHY, "until": "2099-12-31"}
    assert browser.post("/desk/fediverse/blocks/", given).status_code == 302
    row = DomainBlock.objects.get()
    assert row.until is not None
    assert row.until.isoformat() == "2099-12-31T23:00:00+00:00", "the end of that day in Brussels"
    assert "bad.example" in browser.get("/desk/fediverse/blocks/").content.decode()
    told = browser.post("/desk/fediverse/blocks/", given | {"host": "org"}, follow=True).content.decode()
    assert "“org” is no host" in told
    browser.post(f"/desk/fediverse/blocks/{row.pk}/lift/", {"reason": "They mended it."})
    page = browser.get("/desk/fediverse/blocks/").content.decode()
    assert "They mended it." in page
    assert "No server is blocked." in page
    assert browser.post("/desk/fediverse/blocks/publish/", {"public": "no"}).status_code == 302
    assert Policy.current().public_blocks, "that is for administrators"


def test_an_administrator_decides_whether_blocks_are_published(
    organisation: Organisation, ada: User, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(ada)
    assert "Publish this list no more" in browser.get("/desk/fediverse/blocks/").content.decode()
    browser.post("/desk/fediverse/blocks/publish/", {"public": "no"})
    assert not Policy.current().public_blocks
    assert Entry.objects.get(event="federation.policy_changed").data == {"fields": ["public_blocks"]}
