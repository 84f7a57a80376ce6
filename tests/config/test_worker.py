# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from onrecord import stillness
from onrecord.config.liveness import Liveness
from onrecord.config.ticker import Ticker
from onrecord.config.worker import MOST_ATTEMPTS, Worker, forget_finished, reap
from onrecord.people.models import FormCount
from onrecord.plugins import Chore
from tests.config import errands
from tests.config.newsrooms import Newsroom, until


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "paper"


def test_a_task_is_run_once(transactional_db: None, paper: Path) -> None:
    errands.note.enqueue(str(paper), "one")
    worker = Worker()
    assert worker.run_one()
    assert not worker.run_one()
    assert paper.read_text() == "one\n"
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_a_task_that_fails_says_so_and_the_next_one_runs(
    transactional_db: None, paper: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failed = errands.fail.enqueue("the printer is on fire")
    errands.note.enqueue(str(paper), "two")
    worker = Worker()
    assert worker.run_one()
    assert worker.run_one()
    row = DBTaskResult.objects.get(pk=failed.id)
    assert row.status == TaskResultStatus.FAILED
    assert "ValueError: the printer is on fire" in row.traceback
    assert paper.read_text() == "two\n"
    assert "task tests.config.errands.fail failed" in caplog.text


def test_a_task_that_is_not_due_waits(transactional_db: None, paper: Path) -> None:
    errands.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(str(paper), "later")
    assert not Worker().run_one()


def _row(paper: Path, *workers: str) -> DBTaskResult:  # type: ignore[type-arg]  # parameters of the task
    row = DBTaskResult.objects.get(pk=errands.note.enqueue(str(paper), "x").id)
    row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, timezone.now(), list(workers)
    row.save()
    return row


def test_a_task_whose_worker_died_is_ready_again(transactional_db: None, paper: Path) -> None:
    row = _row(paper, "vanished:1:12345")
    assert reap(Liveness()) == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


def test_a_task_whose_worker_lives_is_left_alone(transactional_db: None, paper: Path) -> None:
    alive = Liveness()
    alive.hold()
    row = _row(paper, alive.worker_id)
    assert reap(alive) == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING
    alive.close()


def test_a_task_that_kills_its_worker_again_and_again_is_given_up(
    transactional_db: None, paper: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = _row(paper, *(f"vanished:1:{number}" for number in range(MOST_ATTEMPTS)))
    assert reap(Liveness()) == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert row.traceback == "The worker died 5 times while it ran this task."


def test_tasks_are_forgotten_a_day_after_they_were_finished(transactional_db: None, paper: Path) -> None:
    old, new = _row(paper, "w"), _row(paper, "w")
    for row, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        row.status, row.finished_at = TaskResultStatus.SUCCESSFUL, timezone.now() - age
        row.save()
    forget_finished()
    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [new.pk]


def test_a_chore_that_fails_never_stops_the_others(db: None, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def break_down() -> None:
        ran.append("broken")
        raise RuntimeError("no paper")

    ticker = Ticker([Chore("broken", 1.0, break_down), Chore("whole", 1.0, lambda: ran.append("whole"))])
    with caplog.at_level(logging.ERROR):
        ticker.run_due(100.0)
        ticker.run_due(100.5)
        ticker.run_due(101.0)
    assert ran == ["broken", "whole", "broken", "whole"]
    assert "chore broken failed; it runs again in 1 seconds" in caplog.text


def test_chores_that_follow_what_is_written_rest_while_nobody_writes(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillness, "STILL_AFTER_SECONDS", 0.1)
    ran: list[str] = []
    ticker = Ticker(
        [
            Chore("clock", 1.0, lambda: ran.append("clock")),
            Chore("follower", 1.0, lambda: ran.append("follower"), at_rest=5.0),
        ]
    )
    ticker.run_due(100.0)  # nobody knows yet how long it has been still
    time.sleep(0.2)
    for moment in (101.0, 102.0, 103.0):
        ticker.run_due(moment)
    rests = connection.vendor == "sqlite"  # PostgreSQL does not tell cheaply
    assert ran.count("clock") == 4
    assert ran.count("follower") == (1 if rests else 4)
    FormCount.objects.create(name="written", count=1, expires=0)
    ticker.run_due(104.0)
    assert ran.count("follower") == (2 if rests else 5)
    time.sleep(0.2)
    for moment in range(105, 110):
        ticker.run_due(float(moment))
    assert ran.count("follower") == (3 if rests else 10), "it looks all the same, for time goes on"
    with monkeypatch.context() as disk:
        disk.setattr(connection, "cursor", broken)
        ticker.run_due(110.0)
    assert ran.count("follower") == (4 if rests else 11), "what does not answer is not called still"


def broken() -> None:
    raise OperationalError("disk I/O error")


@pytest.mark.slow
def test_a_task_is_run_again_after_its_worker_was_killed(
    transactional_db: None, open_newsroom: Callable[..., Newsroom], paper: Path
) -> None:
    newsroom = open_newsroom(before=lambda: errands.note_slowly.enqueue(str(paper), 3))
    newsroom.start()
    assert until(lambda: paper.exists() and paper.read_text() == "begun\n"), newsroom.log
    os.kill(newsroom.worker, signal.SIGKILL)
    assert until(lambda: paper.read_text() == "begun\nbegun\n"), newsroom.log
    assert until(lambda: paper.read_text() == "begun\nbegun\ndone\n"), newsroom.log


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_finishes_its_task_and_maps_no_database(
    transactional_db: None, open_newsroom: Callable[..., Newsroom], paper: Path
) -> None:
    newsroom = open_newsroom(before=lambda: errands.note_slowly.enqueue(str(paper), 2))
    program = newsroom.start()
    assert until(lambda: paper.exists() and paper.read_text() == "begun\n"), newsroom.log
    assert "onrecord.sqlite3\n" not in Path(f"/proc/{newsroom.worker}/maps").read_text()
    program.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert program.wait(20) == 0
    assert paper.read_text() == "begun\ndone\n"
    assert time.monotonic() - began < 10
