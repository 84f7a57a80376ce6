# SPDX-License-Identifier: Apache-2.0
"""A newsroom into which hostile words came by every way that there is, and the pages that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.errors import ConversationError
from onrecord.conversation.models import Comment
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.moderation import actions, doors, items
from onrecord.moderation.actions import Notification, Ruling, Wanted
from onrecord.moderation.kinds import comments
from onrecord.moderation.models import Case, Notice
from onrecord.moderation.platforms import actions as platforms
from onrecord.moderation.platforms.actions import Submitted
from onrecord.moderation.platforms.kind import item_of
from onrecord.moderation.views.reporting import GUARD as REPORT
from onrecord.people.models import User
from onrecord.press.inquiries import doors as inquiries
from onrecord.press.inquiries.views import GUARD as INQUIRY
from onrecord.statements.models import Publication
from tests.conversation.hostile import VECTORS
from tests.conversation.readers import page, said, work
from tests.moderation.judging import RUDE
from tests.people.forms import read_ticket
from tests.press.inquiring import asked

TURNED = "\u202eelif.exe"
"""Reads backwards what follows, if nothing keeps it in."""
MANY = "\n\n".join(VECTORS).replace("\0", "")[:4900]
"""NUL is refused at the door."""
SITE = "https://news.elmford.example"


@dataclass
class Written:
    """Pages by address, as they were answered."""

    pages: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, markup: str) -> None:
        assert markup, name
        self.pages[f"{SITE}/{name}"] = markup


def everything(water: Publication, staff: dict[str, User], sign_in: Callable[[User], Client]) -> Written:
    """Let hostile people write everywhere; return every page that shows what they wrote."""
    found = Written()
    rows = _comments(water, staff["mo"])
    _from_elsewhere(water, staff["mo"])
    case = _reported(rows[0])
    _decided(case, staff["mo"])
    platform_case = _by_interface(staff)
    inquiry = asked(name=f"{TURNED} {VECTORS[1]}"[:200], outlet=VECTORS[0], text=MANY, phone='1"><b>')
    work()
    found.keep("thread", page(water))
    notice = Notice.objects.get(decision__case=case, party="author")
    stranger = Client()
    for name, path in {
        "notice": doors.notice_path(notice),
        "report-status": doors.report_path(case.reports.get()),
        "answer": reverse("comments_answer", args=[rows[1].pk]),
        "inquiry": inquiries.path_of(inquiry),
    }.items():
        found.keep(name, stranger.get(path).content.decode())
    for name, markup in _reflected(water):
        found.keep(name, markup)
    for name, markup in _desk(sign_in, staff, case, platform_case, inquiry.pk):
        found.keep(name, markup)
    return found


def _comments(water: Publication, mo: User) -> Sequence[Comment]:
    """Write every vector as words, as a name and as a link."""
    rows: list[Comment] = []
    for number, vector in enumerate(VECTORS):
        for name in (vector[:78], "Kim"):
            with suppress(ConversationError):
                entered = said(
                    f"{vector}\n\nNumber {number}.", address=f"r{number}@reader.example", name=name
                )
                row = conversation.submit(water, entered, conversation.Circumstances(language="en"))
                assert row is not None
                rows.append(conversation.confirm(row))
                break
    for link in ("javascript:alert(1)", 'https://a.example/"onclick="alert(1)', "data:text/html,<script>"):
        with suppress(ConversationError):
            conversation.Said.entered(name="Jan", address="l@reader.example", link=link, text="Mine.")
    for row in rows:
        conversation.approve(row, by=mo)
    assert len(rows) > 90
    return rows


def _from_elsewhere(water: Publication, mo: User) -> None:
    for number, vector in enumerate(VECTORS[:20]):
        author = conversation.Author(
            origin=f"https://remote.example/users/{number}",
            name=f"{TURNED} {vector}",
            handle=f"@a{number}@remote.example",
            link="javascript:alert(1)" if number % 2 else "https://remote.example/@a",
        )
        remark = conversation.Remark(uri=f"https://remote.example/notes/{number}", text=f"{vector} {number}")
        with suppress(ConversationError):
            conversation.approve(conversation.submit_from_elsewhere(water, author, remark), by=mo)


def _reported(comment: Comment) -> Case:
    given = Notification(
        url=f"/comments/{comment.pk}",
        explanation=f"{TURNED} {MANY}",
        category=RUDE,
        name=f"{TURNED} {VECTORS[1]}",
        address="jan@reader.example",
        good_faith=True,
    )
    case = actions.confirm(actions.report(given, language="en")).case
    assert case is not None
    return case


def _decided(case: Case, mo: User) -> None:
    ruling = Ruling(
        item_version=items.find(comments.NAME, case.item_key).version,
        facts=f"{TURNED} {MANY}",
        explanation=MANY,
        effects=(Wanted("seal"),),
        legal_ground=VECTORS[1],
    )
    decision = actions.decide(case, ruling, by=mo, revision=case.revision)
    notice = Notice.objects.get(decision=decision, party="author")
    appeal = actions.appeal(notice, f"{TURNED} {MANY}", language="en")
    assert appeal.pk


def _by_interface(staff: dict[str, User]) -> Case:
    platform = platforms.add_platform(VECTORS[1][:100], "", by=staff["ada"])
    token, _secret = platforms.make_token(platform, VECTORS[0], ["items"], by=staff["ada"])
    row = platforms.submit(
        token,
        Submitted(
            key="post-7",
            title=f"{TURNED} {VECTORS[1]}",
            text=MANY,
            url="https://forum.example/t/3",
            language="en",
            content_type="CONTENT_TYPE_TEXT",
            written_at=timezone.now(),
            author="nina",
            author_name=f"{TURNED} {VECTORS[2]}",
            author_address="nina@reader.example",
        ),
    )
    return actions.open_by_staff(item_of(row), category="", by=staff["mo"])


def _reflected(water: Publication) -> Iterator[tuple[str, str]]:
    """Yield what forms answer that show what was sent again."""
    browser, odd = Client(), '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    words = {
        "name": odd,
        "address": f"{odd}@a.example",
        "link": odd,
        "text": f"</textarea>{MANY}",
        "url": odd,
    }
    sent = {
        "comments_send": words
        | {"publication": str(water.pk), "ticket": read_ticket(COMMENT, str(water.pk))},
        "report": words
        | {"explanation": f"</textarea>{MANY}", "category": odd, "ticket": read_ticket(REPORT)},
        "inquiry_ask": words | {"outlet": odd, "kind": odd, "phone": odd, "ticket": read_ticket(INQUIRY)},
        "following_ask": words | {"topics": odd, "languages": odd, "frequency": odd},
        "verify": {"address": f"https://a.example/{odd}", "root": odd, "policy": f"</textarea>{odd}"},
    }
    for name, fields in sent.items():
        yield f"reflected-{name}", browser.post(reverse(name), fields).content.decode()
    preview = sent["comments_send"] | {
        "deed": "preview",
        "address": "p@reader.example",
        "name": "Jan",
        "link": "",
    }
    yield "preview", browser.post(reverse("comments_send"), preview).content.decode()
    for name in ("report", "inquiry_ask", "search"):
        asked_for = {"url": odd, "about": odd, "q": odd, "language": odd, "name": odd}
        yield f"asked-{name}", browser.get(reverse(name), asked_for).content.decode()


def _desk(
    sign_in: Callable[[User], Client], staff: dict[str, User], case: Case, platform_case: Case, inquiry: int
) -> Iterator[tuple[str, str]]:
    appeal = case.appeals.get()
    screens = {
        "mo": {
            "queue": reverse("moderation_queue"),
            "case": reverse("moderation_case", args=[case.pk]),
            "platform-case": reverse("moderation_case", args=[platform_case.pk]),
            "comments": reverse("comments"),
        },
        "rosa": {"appeal": reverse("moderation_appeal", args=[appeal.pk])},
        "ada": {"platforms": reverse("moderation_platforms")},
        "olga": {"inquiry-desk": reverse("inquiry", args=[inquiry])},
    }
    for name, paths in screens.items():
        browser = sign_in(staff[name])
        for screen, path in paths.items():
            answer = browser.get(path)
            assert answer.status_code == 200, path
            yield f"desk-{screen}", answer.content.decode()
