# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent to a public form is refused or cut with a page, never with a fault; it counts once."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.followers.views import GUARD as FOLLOW
from onrecord.moderation.models import Report
from onrecord.moderation.views.reporting import GUARD as REPORT
from onrecord.people.models import User
from onrecord.press.inquiries.views import GUARD as INQUIRY
from onrecord.press.models import Inquiry
from onrecord.statements.models import Publication
from tests.conversation.readers import shown
from tests.moderation.judging import RUDE
from tests.people.forms import read_ticket

FORMS = ("comments_send", "report", "following_ask", "inquiry_ask", "verify")
HUGE = "x" * 3_000_000
ODD = {
    "nul": "a\x00b",
    "controls": "".join(map(chr, range(32))),
    "turned": "\u202e\u2066gnp.exe\u2069\u202c",
    "joined": "\U0001f469\u200d" * 3000,
    "stacked": "Z" + "\u0351" * 20_000,
    "percent": "%s %d {0} {{ }} {% %}",
    "long word": "x" * 60_000,
    "lines": "\n" * 60_000,
    "other ends": "a\u2028b\u2029c\x85d",
}


def fields(water: Publication, name: str, value: str) -> dict[str, str]:
    """Return a form in which every field holds the same odd thing, but what names the form itself."""
    fixed = {
        "comments_send": {"publication": str(water.pk), "ticket": read_ticket(COMMENT, str(water.pk))},
        "report": {"ticket": read_ticket(REPORT), "good_faith": "yes", "category": RUDE},
        "following_ask": {"ticket": read_ticket(FOLLOW)},
        "inquiry_ask": {"ticket": read_ticket(INQUIRY), "kind": "question"},
        "verify": {},
    }[name]
    open_ones = (
        *("name", "address", "link", "text", "url", "explanation", "language", "outlet", "phone"),
        *("deadline_date", "deadline_time", "deadline_zone", "about", "answers", "topics", "root", "policy"),
    )
    return {**dict.fromkeys(open_ones, value), **fixed}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("what", sorted(ODD))
def test_odd_values_in_every_field_are_answered_with_a_page(water: Publication, name: str, what: str) -> None:
    answer = Client().post(reverse(name), fields(water, name, ODD[what]))
    assert answer.status_code < 500
    conversation.take_arrivals()
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize("name", FORMS)
def test_more_than_a_form_may_hold_is_refused(water: Publication, name: str) -> None:
    answer = Client().post(reverse(name), fields(water, name, HUGE))
    assert answer.status_code in {400, 413, 422, 200}
    assert len(answer.content) < 200_000, "what is too long is not shown again"
    assert Comment.objects.count() + Report.objects.count() + Inquiry.objects.count() == 0


@pytest.mark.parametrize("name", FORMS)
def test_more_fields_than_a_form_can_have_are_refused(name: str) -> None:
    answer = Client().post(reverse(name), {f"f{number}": "x" for number in range(25_000)})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00name=\xff", "application/x-www-form-urlencoded"),
        (b"name=%FF%FE&text=%ED%A0%80&address=%00", "application/x-www-form-urlencoded"),
        (b"text=x&text=y&name&=&&;", "application/x-www-form-urlencoded; charset=utf-7"),
        (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n', "multipart/form-data; boundary=x"),
        (b"no parts at all", "multipart/form-data; boundary=y"),
        (b"", "multipart/form-data"),
        (b'{"text": "x"}', "application/json"),
    ],
)
def test_bodies_that_are_broken_are_no_fault_of_the_program(name: str, body: bytes, kind: str) -> None:
    answer = Client().generic("POST", reverse(name), body, content_type=kind)
    assert answer.status_code < 500


def test_a_field_that_is_a_file_is_no_text(water: Publication) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    given = {**fields(water, "comments_send", "x"), "text": SimpleUploadedFile("text", b"<script>")}
    body = encode_multipart(BOUNDARY, given)
    answer = Client().generic("POST", reverse("comments_send"), body, content_type=MULTIPART_CONTENT)
    assert answer.status_code < 500
    assert Comment.objects.count() == 0


def test_a_comment_a_report_and_an_inquiry_that_are_sent_again_count_once(
    water: Publication, mo: User
) -> None:
    comment = shown(water, mo, "They are all vermin.")
    sent = {
        "comments_send": {
            "publication": str(water.pk),
            "name": "Kim",
            "address": "kim@reader.example",
            "text": "I say this once.",
            "ticket": read_ticket(COMMENT, str(water.pk)),
        },
        "report": {
            "url": f"/comments/{comment.pk}",
            "explanation": "This insults my neighbours.",
            "category": RUDE,
            "name": "Kim",
            "address": "kim@reader.example",
            "good_faith": "yes",
            "ticket": read_ticket(REPORT),
        },
        "inquiry_ask": {
            "kind": "question",
            "outlet": "The Elm Post",
            "name": "Kim",
            "address": "kim@reader.example",
            "terms": "on_record",
            "text": "How often is the water tested?",
            "ticket": read_ticket(INQUIRY),
        },
    }
    before = Comment.objects.count()
    for name, given in sent.items():
        for _time in range(3):
            assert Client().post(reverse(name), given).status_code < 500
    conversation.take_arrivals()
    assert Comment.objects.count() == before + 1
    assert (Report.objects.count(), Inquiry.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["comments_send", "report", "following_ask", "inquiry_ask"])
def test_a_ticket_of_another_form_opens_nothing(water: Publication, name: str) -> None:
    tickets = {
        "comments_send": read_ticket(REPORT),
        "report": read_ticket(COMMENT, str(water.pk)),
        "following_ask": read_ticket(INQUIRY),
        "inquiry_ask": read_ticket(FOLLOW),
    }
    given = {**fields(water, name, "kim@reader.example"), "ticket": tickets[name]}
    Client().post(reverse(name), given)
    conversation.take_arrivals()
    assert Comment.objects.count() + Report.objects.count() + Inquiry.objects.count() == 0


def test_what_no_database_keeps_is_refused_at_the_door(water: Publication) -> None:
    form = fields(water, "report", "a\0b")
    with_files = Client().post(reverse("report"), form)
    typed = Client().post(
        reverse("report"), urlencode(form), content_type="application/x-www-form-urlencoded"
    )
    asked = Client().get("/search?q=water%00")
    for answer in (with_files, typed, asked):
        assert answer.status_code == 400
        assert "cannot be kept (NUL)" in answer.content.decode()
    assert not Report.objects.exists()
