# SPDX-License-Identifier: Apache-2.0
"""Two things at once: what one of them did is neither lost nor an error of the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from onrecord.conversation import actions, doors
from onrecord.conversation.actions import Circumstances
from onrecord.conversation.models import Comment, State
from onrecord.statements.models import Publication
from tests.conversation.readers import said


@contextmanager
def _before(beginning: str, happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen once, just before a statement with this in it is given to the database."""
    waits = [happens]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if beginning in sql and waits:
            waits.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert not waits


@pytest.mark.django_db(transaction=True)
def test_what_is_confirmed_while_the_clock_forgets_is_not_lost(water: Publication) -> None:
    comment = actions.submit(water, said("At the last moment"), Circumstances(language="en"))
    assert comment is not None
    confirmed: list[str] = []

    def confirm() -> None:
        try:
            confirmed.append(actions.confirm(comment).state)
        except Comment.DoesNotExist:
            confirmed.append("too late")
        finally:
            connection.close()

    other = threading.Thread(target=confirm)

    def meanwhile() -> None:
        other.start()
        other.join(1)

    with (
        time_machine.travel(timezone.now() + timedelta(days=8), tick=True),
        _before("DELETE FROM", meanwhile),
    ):
        actions.forget_unconfirmed()
    other.join()

    assert (confirmed, list(Comment.objects.values_list("state", flat=True))) in (
        (["too late"], []),
        ([State.HELD], [State.HELD]),
    )


@pytest.mark.parametrize("deed", ["confirm", "disown", "withdraw"])
def test_a_button_for_a_comment_that_has_just_been_deleted_says_so(
    client: Client, water: Publication, deed: str
) -> None:
    comment = actions.submit(water, said("Pressed twice"), Circumstances(language="en"))
    assert comment is not None
    link = doors.address_of(comment.commenter)
    with _before('WHERE "conversation_comment"."id" = ', lambda: actions.disown(comment)):
        answer = client.post(link, {"deed": deed, "comment": comment.pk})

    assert answer.status_code == 409
    assert "it is gone" in answer.content.decode()


def test_an_edit_of_a_comment_that_has_just_been_deleted_says_so(client: Client, water: Publication) -> None:
    comment = actions.submit(water, said("Edited and deleted"), Circumstances(language="en"))
    assert comment is not None
    link = f"{doors.address_of(comment.commenter)}edit/{comment.pk}"
    with _before('WHERE "conversation_comment"."id" = ', lambda: actions.disown(comment)):
        answer = client.post(link, {"text": "Edited"})

    assert answer.status_code == 404
    assert "it is gone" in answer.content.decode()


def test_who_erases_twice_at_once_is_told_that_the_link_opens_nothing(
    client: Client, water: Publication
) -> None:
    comment = actions.submit(water, said("Pressed twice"), Circumstances(language="en"))
    assert comment is not None
    commenter, link = comment.commenter, doors.address_of(comment.commenter)
    with _before('SELECT "conversation_comment"."id"', lambda: actions.erase(commenter)):
        answer = client.post(link, {"deed": "erase", "sure": "yes"})

    assert answer.status_code == 404
