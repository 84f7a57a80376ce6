# SPDX-License-Identifier: Apache-2.0
"""An erasure that a crash or an old backup interrupts is made good, and no remains are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from onrecord.bakery import actions as bakery
from onrecord.people.models import Organisation, User
from onrecord.record import erasures
from onrecord.record.models import Document, Opening
from onrecord.record.openings import account
from onrecord.statements import actions
from onrecord.statements.actions import forgetting
from onrecord.statements.models import Edition, Erasure, Publication, Statement
from tests.statements.drafts import corrected, released
from tests.statements.erasing import (
    GROUND,
    NAME,
    ORDER,
    WORDS,
    clock,
    erased,
    proposed,
    status,
    traces,
)

__all__ = ["clock"]


def test_a_crash_at_any_point_is_made_good(
    olga: User, ines: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = released(olga, ines, body=[("paragraph", WORDS)]).statement.publication.path
    erasure = proposed(path, ada)
    with transaction.atomic():
        actions.confirm_erasure(erasure, by=ines)
        connection.run_on_commit.clear()  # the process stops here
    crashes = 0
    while not _carried_out_until_statement(crashes, erasure):
        crashes += 4
        assert Opening.objects.get().state == "open"
        assert Edition.objects.count() == Statement.objects.count() == 1
        assert not Document.objects.exists()
    assert crashes > 30
    for _twice in range(2):
        actions.erase(erasure.pk)
        actions.bake_erased(erasure.pk)
    assert Document.objects.count() == 1
    assert status(path) == "410 Gone"
    assert traces(NAME) == []


class Crash(Exception):
    """The process stops here."""


def _carried_out_until_statement(number: int, erasure: Erasure) -> bool:
    """Carry an erasure out, raise after so many statements; tell whether it went through."""
    ran = 0

    def crash(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal ran
        ran += 1
        if ran > number:
            raise Crash
        return execute(*arguments)

    try:
        with transaction.atomic():
            with connection.execute_wrapper(crash):
                actions.erase(erasure.pk)
            connection.run_on_commit.clear()
    except Crash:
        connection.run_on_commit.clear()
        return False
    return True


def test_what_an_older_backup_brings_back_is_deleted_before_anything_is_baked(
    olga: User, ines: User, ada: User
) -> None:
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    corrected(edition, olga, ines, f"The town has not dismissed {NAME} at all.")
    erased_path = edition.statement.publication.path
    kept = released(olga, ines)
    path = kept.statement.publication.path
    partly = corrected(kept, olga, ines, "It was on Sunday.")
    # The backup is older than the erasure; the log has learned of it from a mirror.
    erasures.erase([0, 1, 2], reason=GROUND, legal_ground=ORDER)
    assert traces(NAME) != []
    bakery.bake([("statements.front", ("en",))])
    assert traces(NAME) == []
    assert status(erased_path) == "410 Gone"
    assert (status(f"{path}1/"), status(path)) == ("410 Gone", "200 OK")
    assert list(Edition.objects.all()) == [partly]
    assert [(row.state, row.ground, row.legal_ground, row.proposed_by) for row in Erasure.objects.all()] == [
        ("done", GROUND, ORDER, None)
    ] * 2
    assert actions.forget_erased() == 0
    assert account().complete


def test_a_newest_edition_that_a_backup_brings_back_gives_way_to_the_one_before(
    olga: User, ines: User
) -> None:
    edition = released(olga, ines)
    corrected(edition, olga, ines, f"The town has dismissed {NAME} Unmistakable.")
    erasures.erase([1], reason=GROUND)
    assert actions.forget_erased() == 1
    # Only the draft at hand still has the words: it is the desk's, and nothing is released without approval.
    assert traces(NAME) == ["statements_statement", "wagtailcore_revision"]
    path = edition.statement.publication.path
    assert (status(f"{path}2/"), status(path)) == ("410 Gone", "200 OK")
    assert Publication.objects.get().edition == edition


def test_the_database_keeps_no_remains(
    transactional_db: None, organisation: Organisation, olga: User, ines: User, ada: User
) -> None:
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    assert edition.published_at is not None
    erased(edition.statement.publication.path, ada, ines)
    forgetting.clean_database()
    assert traces(NAME) == []
    if connection.vendor == "sqlite":
        image = connection.connection.serialize()
        assert NAME.encode() not in image
        assert NAME.lower().encode() not in image
