# SPDX-License-Identifier: Apache-2.0
"""Two who send to the press at once: nobody gets a thing twice, and no correction is lost on the way."""

from __future__ import annotations

import pytest

from onrecord.journal import reactions
from onrecord.people.models import User
from onrecord.press.distributions.actions import following, freezing, send, sending
from onrecord.press.distributions.errors import NotNow
from tests.meanwhile import SEVERAL_WRITERS, Meanwhile
from tests.press.people import JAN, journalist
from tests.press.sendings import composed, published, rows, sent, who
from tests.statements.drafts import corrected

pytestmark = pytest.mark.usefixtures("a_relay")


@SEVERAL_WRITERS
@pytest.mark.django_db(transaction=True)
def test_two_who_send_one_statement_at_once_reach_nobody_twice(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, jan = published(olga, ines), journalist(olga)
    first, second = (composed(edition.statement, by, jan) for by in (olga, ines))
    other = Meanwhile(monkeypatch, sending, "freeze", lambda: send(second, by=ines))
    send(first, by=olga)
    [refused] = other.ended()
    assert isinstance(refused, NotNow)
    assert who() == [JAN]


@SEVERAL_WRITERS
@pytest.mark.django_db(transaction=True)
def test_a_correction_reaches_those_to_whom_the_edition_before_it_is_just_being_sent(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, jan = published(olga, ines), journalist(olga)

    def correct() -> None:
        newer = corrected(edition, olga, ines, "Boil the water.")
        reactions.drain()
        following.tell_of(newer.pk)

    other = Meanwhile(monkeypatch, freezing, "keep_notices", correct)
    sent(edition.statement, olga, jan)
    assert other.ended() == []
    assert [row.recipient for row in rows("press-correction")] == [JAN]
