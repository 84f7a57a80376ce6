# SPDX-License-Identifier: Apache-2.0
"""What readers see and send: rules, the form, a report and a notice behind their links. No cookie."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from onrecord.moderation import actions, doors, files, pages
from onrecord.moderation.actions import rules as drafting
from onrecord.moderation.errors import BadRules
from onrecord.moderation.models import Appeal, Attachment, Notice, Report, RuleBook
from onrecord.moderation.views import notices, reporting
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import JAN, RUDE, appealed, decided, mails_to, reported, rules, text_of
from tests.moderation.things import Board
from tests.people.forms import read_ticket

FORM = {
    "url": "https://news.elmford.example/board/#1",
    "category": RUDE,
    "explanation": "This insults my neighbours.",
    "name": "Jan Reader",
    "address": JAN,
    "good_faith": "yes",
    "language": "en",
}


@pytest.fixture(autouse=True)
def _note(ines: User, board: Board) -> None:
    rules(ines)
    board.pin("1", "They are all vermin.")


def _notice(mo: User, *effects: str, party: str = "author") -> tuple[Notice, str]:
    case = reported("1").case
    assert case is not None
    decision = decided(case, mo, *effects)
    row = Notice.objects.get(decision=decision, party=party)
    return row, doors.notice_path(row)


def _send(client: Client, row: Notice, path: str, **fields: object) -> str:
    ticket = read_ticket(notices.GUARD, row.subject)
    return client.post(path, {"ticket": ticket, **fields}).content.decode()


def test_a_reader_reports_confirms_by_mail_and_reads_what_came_of_it(client: Client, mo: User) -> None:
    assert "They are all vermin." in client.get("/report", {"url": FORM["url"]}).content.decode()
    first = client.post("/report", FORM).content.decode()
    assert 'name="ticket"' in first, "shown once more, with a ticket"
    assert not Report.objects.exists()
    answer = client.post("/report", FORM | {"ticket": read_ticket(reporting.GUARD)}).content.decode()
    assert "Look into your mailbox" in answer
    found = re.search(r"https://news\.elmford\.example(/report/[\w-]{43}/)", text_of(mails_to(JAN)[0]))
    assert found is not None
    path = found[1]
    client.get(path)
    assert Report.objects.get().state == "unconfirmed", "mail programs open links by themselves"
    client.post(path, {"deed": "confirm"})
    row = Report.objects.select_related("case").get()
    assert row.case is not None
    assert row.case.number in client.get(path).content.decode()

    decided(row.case, mo, "seal")
    page = client.get(path).content.decode()
    outcome = re.search(r'href="(/notice/[\w-]{43}/)"', page)
    assert outcome is not None
    assert "Your report: action was taken" in client.get(outcome[1]).content.decode()
    assert client.cookies == {}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"good_faith": ""}, "good faith"),
        ({"url": "https://elsewhere.example/"}, "Nothing that can be reported"),
        ({"name": ""}, "Give your name"),
    ],
)
def test_the_form_says_what_is_missing_and_keeps_what_was_written(
    client: Client, change: dict[str, str], complaint: str
) -> None:
    answer = client.post("/report", FORM | change | {"ticket": read_ticket(reporting.GUARD)})
    page = answer.content.decode()
    assert (answer.status_code, complaint in page) == (422, True)
    assert "This insults my neighbours." in page


def test_a_notice_has_all_reasons_and_nobody_else_sees_it(client: Client, mo: User) -> None:
    row, path = _notice(mo, "seal")
    answer = client.get(path)
    page = answer.content.decode()
    for point in (
        "It calls all neighbours vermin.",
        "Rule 2 of version 1",
        "without an account",
        "go to court",
        "vermin.",
    ):
        assert point in page
    assert "Jan" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    row.refresh_from_db()
    assert row.appeal_until is not None, "from now on the time to appeal runs"
    for wrong in (path[:-3] + "xx/", "/notice/x/", "/report/" + "x" * 43 + "/"):
        assert client.get(wrong).status_code == 404


def test_an_author_appeals_by_link_with_a_file(client: Client, mo: User, rosa: User) -> None:
    row, path = _notice(mo, "seal")
    file = SimpleUploadedFile("../../the ants.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    page = _send(client, row, path, deed="appeal", text="I meant the ants in my kitchen.", files=file)
    assert "Somebody who had no part in the decision takes it up" in page
    appeal, kept = Appeal.objects.get(), Attachment.objects.get()
    assert (kept.name, kept.media_type, kept.size) == ("the ants.png", "image/png", 108)
    assert "site" not in files.path_of(kept.sha256).parts
    assert files.read(kept).startswith(b"\x89PNG")

    actions.ask(actions.assign(appeal, to=rosa, by=rosa), "Which ants?", by=rosa)
    assert "Which ants?" in client.get(path).content.decode()
    _send(client, row, path, deed="answer", text="The red ones.")
    assert [one.text for one in appeal.remarks.all()] == ["Which ants?", "The red ones."]
    assert client.cookies == {}


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("a.exe", b"MZ\x00\x01", "is no PDF"),
        ("a.html", b"", "has 0 bytes"),
        ("big.pdf", b"%PDF-" + b"0" * files.LARGEST, "at most 5 MB"),
    ],
)
def test_files_that_are_too_large_or_something_else_are_refused(
    client: Client, mo: User, name: str, body: bytes, complaint: str
) -> None:
    row, path = _notice(mo, "seal")
    file = SimpleUploadedFile(name, body)
    page = _send(client, row, path, deed="appeal", text="I meant the ants in my kitchen.", files=file)
    assert complaint in page or not body, "an empty file is as good as none"
    assert Attachment.objects.count() == 0


def test_a_form_that_was_sent_is_not_taken_twice(client: Client, mo: User) -> None:
    row, path = _notice(mo, "seal")
    ticket = read_ticket(notices.GUARD, row.subject)
    sent = {"ticket": ticket, "deed": "appeal", "text": "I meant the ants in my kitchen."}
    client.post(path, sent)
    assert "sent already" in client.post(path, sent).content.decode()
    assert Appeal.objects.count() == 1
    other = client.post(path, sent | {"ticket": read_ticket(notices.GUARD, "notice/999")})
    assert Appeal.objects.count() == 1
    assert other.status_code in {200, 409}


def test_nothing_that_readers_write_becomes_markup(client: Client, mo: User) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">"\'><svg/onload=alert(1)>'
    answer = client.post("/report", FORM | {"explanation": evil, "name": evil, "url": evil})
    assert "<script>alert" not in answer.content.decode()
    assert "<svg" not in answer.content.decode()
    row, path = _notice(mo, "seal")
    page = _send(client, row, path, deed="appeal", text=evil)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<script>alert" not in client.get("/report", {"url": evil}).content.decode()


def test_rules_are_baked_in_each_language_and_for_programs(ines: User) -> None:
    (file,) = pages.render_rules(("", "ar"))
    assert file.path == "/ar/rules/"
    html = file.body.decode()
    assert 'dir="rtl"' in html
    assert 'id="rule-2"' in html
    (version,) = pages.render_rules(("", "en", "1"))
    assert version.path == "/rules/1/"
    (data,) = pages.render_data(("", ""))
    told = json.loads(data.body)
    assert (data.path, told["version"], told["procedure"]["appeal_days"]) == ("/rules.json", 1, 183)
    assert told["rules"][1]["texts"]["en"]["examples"]


def test_a_change_of_rules_is_announced_before_it_applies_and_by_somebody_else(ines: User, mo: User) -> None:
    content = drafting.draft()
    with pytest.raises(BadRules, match="What is new"):
        actions.publish(by=ines)
    content["changes"] = {"en": "Clearer.", "fr": "Plus clair.", "ar": "أوضح."}
    actions.save_draft(content, by=mo)
    with pytest.raises(NotAllowed):
        actions.publish(by=mo)
    book = actions.publish(by=ines)
    assert (book.version, book.four_eyes) == (2, True)
    assert book.effective_from - book.published_at == timedelta(days=14)
    assert pages.applying() == RuleBook.objects.get(version=1)
    (now,) = pages.render_rules(("", "en"))
    assert "New rules are announced" in now.body.decode()
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert pages.applying() == book


def test_who_wrote_a_draft_publishes_it_only_where_nobody_else_can(ines: User) -> None:
    content = drafting.draft() | {"changes": {"en": "Clearer.", "fr": "Plus clair.", "ar": "أوضح."}}
    actions.save_draft(content, by=ines)
    other = person("Erik Editor", Role.EDITOR)
    with pytest.raises(NotAllowed, match="Another editor publishes it"):
        actions.publish(by=ines)
    other.groups.clear()
    assert not actions.publish(by=ines).four_eyes


def test_a_late_appeal_says_that_a_person_decides_about_it(client: Client, mo: User) -> None:
    row, path = _notice(mo, "seal")
    client.get(path)
    with time_machine.travel(timezone.now() + timedelta(days=190), tick=False):
        assert "a person decides whether it is admitted" in client.get(path).content.decode()
        appealed(row.decision)
