# SPDX-License-Identifier: Apache-2.0
"""The board of inquiries: what is first, how it is filtered, which earlier answers are found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from onrecord.people.models import User
from onrecord.press.inquiries.actions import answering, working
from onrecord.press.inquiries.desk import finding
from onrecord.press.inquiries.desk.finding import Wanted
from onrecord.press.models import Inquiry
from tests.press.inquiring import QUESTION, answered, asked, drafted

if TYPE_CHECKING:
    pass
from tests.press.test_inquiries_desk import Browser

pytestmark = pytest.mark.usefixtures("organisation")


def test_the_board_shows_the_first_deadline_first_and_what_is_overdue_before_all(
    olga: User, sign_in: Browser
) -> None:
    later, none, soon = asked(hours=50), asked(hours=None), asked(hours=2)
    late = asked(hours=1)
    past = timezone.now() - timedelta(hours=1)
    Inquiry.objects.filter(pk=late.pk).update(deadline_at=past, order_at=past)
    working.take(soon, by=olga)
    asked(held=True)
    page = sign_in(olga).get("/desk/inquiries/").content.decode()
    places = [page.index(one.reference) for one in (late, soon, later, none)]
    assert places == sorted(places)
    assert "Overdue" in page
    assert "(Brussels)" in page
    assert page.count("inq-card ") + page.count('inq-card"') == 4, "what nobody confirmed stands apart"


def test_the_board_is_filtered_and_searched(olga: User, ines: User) -> None:
    mine = working.take(
        asked(text="Is the bridge closed on Monday?", outlet="Radio Elm", kind="interview"), by=olga
    )
    french = asked(language="fr", outlet="Le Café")

    def found(**asked_for: str) -> list[int]:
        return [row.pk for row in finding.page_of(Wanted.of(asked_for)).rows]

    assert found(owner=str(olga.pk)) == [mine.pk]
    assert found(owner="none") == [french.pk]
    assert found(kind="interview") == [mine.pk]
    assert found(language="fr") == [french.pk]
    assert found(outlet="le cafe") == [french.pk]
    assert found(q="bridge mond") == [mine.pk]
    assert found(q="bridge", language="fr") == []
    assert found(q=mine.reference.lower().replace("-", "")) == [mine.pk]
    assert found(q="nowhere") == []
    assert found(state="taken") == [mine.pk]
    assert found(state="nonsense", owner="x'", kind="<b>") == [mine.pk, french.pk]


def test_pages_follow_each_other_without_gap_or_repetition(olga: User) -> None:
    moment = timezone.now() + timedelta(hours=30)
    rows = [asked() for _ in range(55)]
    Inquiry.objects.update(order_at=moment, deadline_at=moment)
    for row in rows[:20]:
        working.take(row, by=olga)
    first = finding.page_of(Wanted())
    second = finding.page_of(Wanted(), first.after)
    assert [row.pk for row in [*first.rows, *second.rows]] == sorted(row.pk for row in rows)
    assert second.after == ""
    assert finding.page_of(Wanted(), "nonsense").rows[0].pk == rows[0].pk


def test_earlier_answers_are_found_and_inserted_the_marked_ones_first(
    olga: User, ines: User, sign_in: Browser
) -> None:
    plain = answered(olga, ines, text="The wells of Elmford are forty.")
    marked = answered(olga, ines, text="We test wells each Monday.")
    answering.mark_answer(marked.messages.get(kind="answer"), reusable=True, by=olga)
    row = drafted(olga, "Thank you for asking.")
    browser = sign_in(olga)
    sent = {"draft": row.draft, "seen": "1", "then": "look", "library": "wells"}
    answer = browser.post(f"/desk/inquiries/{row.pk}/draft/", sent)
    assert answer["Location"] == f"/desk/inquiries/{row.pk}/?library=wells#library"
    page = browser.get(answer["Location"]).content.decode()
    assert page.index("We test wells") < page.index("The wells of Elmford")
    earlier = plain.messages.get(kind="answer")
    browser.post(
        f"/desk/inquiries/{row.pk}/draft/", {"draft": "Thanks.", "seen": "1", "insert": str(earlier.pk)}
    )
    row.refresh_from_db()
    assert row.draft == "Thanks.\n\nThe wells of Elmford are forty."
    listed = browser.get("/desk/inquiries/answers/").content.decode()
    assert "We test wells" in listed
    assert "The wells of Elmford" not in listed
    assert "The wells of Elmford" in browser.get("/desk/inquiries/answers/?q=elmford").content.decode()
    assert QUESTION not in browser.get("/desk/inquiries/answers/?q=tested").content.decode()
