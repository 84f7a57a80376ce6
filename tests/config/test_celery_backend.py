# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django_tasks.base import TaskResultStatus

from onrecord.config.celery_backend import CeleryBackend, application
from tests.config import errands
from tests.config.newsrooms import Newsroom, until

BROKER = "amqp://guest:guest@127.0.0.1:5672/"
CELERY = {"ONRECORD_TASKS": "celery", "ONRECORD_BROKER_URL": BROKER}


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[CeleryBackend]:
    """A real broker with a queue of this test's own; without one the test is skipped, but not in CI."""
    where = urlsplit(BROKER)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=2).close()
    except OSError:
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(f"No RabbitMQ answers on {where.hostname}:{where.port}; CI must have one.")
        pytest.skip("no RabbitMQ on 127.0.0.1:5672")
    # Connections are kept and remember what they declared: a queue that was deleted is not made again.
    queue, usual = f"onrecord-test-{uuid4()}", settings.ENVIRONMENT.broker_queue
    monkeypatch.setenv("ONRECORD_BROKER_QUEUE", queue)
    object.__setattr__(settings.ENVIRONMENT, "broker_queue", queue)
    object.__setattr__(settings.ENVIRONMENT, "broker_url", BROKER)
    application.cache_clear()
    yield CeleryBackend("default", {"QUEUES": []})
    with application().connection_for_write() as link:
        link.channel().queue_delete(queue)
    application.cache_clear()
    object.__setattr__(settings.ENVIRONMENT, "broker_queue", usual)
    object.__setattr__(settings.ENVIRONMENT, "broker_url", "")


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["the worker", "the process that runs the task"])
def test_a_task_reaches_a_worker_and_survives_its_kill(
    killed: str, backend: CeleryBackend, open_newsroom: Callable[..., Newsroom]
) -> None:
    newsroom = open_newsroom(**CELERY, ONRECORD_BROKER_QUEUE=settings.ENVIRONMENT.broker_queue)
    paper = newsroom.home.parent / "paper"
    result = backend.enqueue(errands.note_slowly, (str(paper), 3), {})
    assert result.status == TaskResultStatus.READY
    start = _worker()
    first = newsroom.start("-c", start)
    assert until(lambda: _read(paper) == "begun\n"), newsroom.log
    if killed == "the worker":
        os.killpg(first.pid, signal.SIGKILL)
        newsroom.start("-c", start)
    else:
        for child in newsroom.children(first.pid):
            os.kill(child, signal.SIGKILL)
    assert until(lambda: _read(paper) == "begun\nbegun\ndone\n", 30), newsroom.log


@pytest.mark.slow
def test_two_newsrooms_of_one_broker_have_a_queue_each(backend: CeleryBackend) -> None:
    ours = settings.ENVIRONMENT.broker_queue
    backend.enqueue(errands.note_slowly, ("/dev/null", 0), {})
    object.__setattr__(settings.ENVIRONMENT, "broker_queue", f"{ours}-theirs")
    application.cache_clear()
    for _ in range(2):
        backend.enqueue(errands.note_slowly, ("/dev/null", 0), {})
    with application().connection_for_write() as link:
        waiting = [link.channel().queue_delete(queue) for queue in (ours, f"{ours}-theirs")]
    assert waiting == [1, 2]
    object.__setattr__(settings.ENVIRONMENT, "broker_queue", ours)
    application.cache_clear()


@pytest.mark.slow
def test_two_workers_run_side_by_side_on_one_machine(
    backend: CeleryBackend, open_newsroom: Callable[..., Newsroom]
) -> None:
    newsroom = open_newsroom(**CELERY, ONRECORD_BROKER_QUEUE=settings.ENVIRONMENT.broker_queue)
    for _ in range(2):
        newsroom.start("-c", _worker())
    assert until(lambda: newsroom.log.count(" ready.") == 2, 30), newsroom.log
    assert "Unrecoverable" not in newsroom.log


@pytest.mark.slow
def test_the_program_runs_with_celery_and_its_clock(
    open_newsroom: Callable[..., Newsroom], backend: CeleryBackend
) -> None:
    newsroom = open_newsroom(**CELERY, ONRECORD_BROKER_QUEUE=settings.ENVIRONMENT.broker_queue)
    program = newsroom.start()
    assert until(lambda: "The desk is at" in newsroom.log), newsroom.log
    assert until(lambda: "worker " in newsroom.log)
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 0, newsroom.log


def _worker() -> str:
    return (
        "from onrecord.config import django_setup; django_setup.load(); "
        "from onrecord.config import celery_worker; celery_worker.work()"
    )


def _read(paper: Path) -> str:
    return paper.read_text(encoding="utf-8") if paper.exists() else ""
