# SPDX-License-Identifier: Apache-2.0
"""The worker process: runs the tasks the database holds, and the clock.

At least once: a task whose worker died is given to the next one. Tasks must be safe to run twice.
"""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from types import FrameType
from typing import Any, cast

from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from onrecord import wiring
from onrecord.config import orphans
from onrecord.config.liveness import Liveness
from onrecord.config.ticker import PAUSE_SECONDS, Ticker
from onrecord.plugins import Chore
from onrecord.sqlite_manners import DO_NOT_MAP, tell_sqlite_also

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.25
"""How often an idle worker asks whether anything changed."""
LOOK_CLOSELY_EVERY_SECONDS = 2.0
"""How often it looks for tasks although nothing changed: some become due with time."""
MOST_ATTEMPTS = 5
KEEP_FINISHED = timedelta(days=1)
DRAIN_SECONDS = 20.0
SQLITE_MANNERS = f"{DO_NOT_MAP} PRAGMA cache_size=-2000;"
"""What chores read once in a while need not stay mapped: it would count as memory of a program at rest."""


def work() -> None:
    """Run tasks and chores until SIGTERM or SIGINT; then finish the task at hand."""
    settle_in()
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    orphans.stop_when_parent_dies()
    worker.run()


def settle_in() -> None:
    """Make this process one that works in the background: it maps no database."""
    tell_sqlite_also(SQLITE_MANNERS)


class Worker:
    """Takes one task after the other."""

    def __init__(self) -> None:
        self._running = True
        self._liveness = Liveness()
        self._changes = _Changes()

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Take no further task."""
        self._running = False

    def run(self) -> None:
        """Work until stopped."""
        logger.info("worker %s", self._liveness.worker_id)
        self._liveness.hold()
        ticker = Ticker([*all_chores(), Chore("tasks.reap", 5.0, self._reap)])
        ticker.start()
        while self._running:
            close_old_connections()
            if not self.run_one():
                self._wait()
            else:
                time.sleep(PAUSE_SECONDS)
        ticker.stop(DRAIN_SECONDS)
        self._liveness.close()

    def run_one(self) -> bool:
        """Run the task that is due first; tell whether there was one."""
        task = DBTaskResult.objects.ready().filter(backend_name="default").first()
        if task is None:
            return False
        if _claimed(task, self._liveness.worker_id):
            _execute(task)
        return True

    def _wait(self) -> None:
        until = time.monotonic() + LOOK_CLOSELY_EVERY_SECONDS
        while self._running and time.monotonic() < until:
            time.sleep(LOOK_EVERY_SECONDS)
            if self._changes.seen():
                return

    def _reap(self) -> None:
        self._liveness.hold()
        reap(self._liveness)


def all_chores() -> list[Chore]:
    """Return the chores of every plugin, and the worker's own."""
    chores = [chore for plugin in wiring.plugins() for chore in plugin.chores]
    return [*chores, Chore("tasks.forget_finished", 600.0, forget_finished)]


def reap(liveness: Liveness) -> int:
    """Make tasks whose worker has died ready again, and return how many there were."""
    reaped = 0
    for task in DBTaskResult.objects.running().only("id", "worker_ids", "started_at", "task_path"):
        if task.worker_ids and liveness.is_alive(task.worker_ids[-1]):
            continue
        still_running = DBTaskResult.objects.filter(
            pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at
        )
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            message = f"The worker died {len(task.worker_ids)} times while it ran this task."
            still_running.update(
                status=TaskResultStatus.FAILED, finished_at=timezone.now(), traceback=message
            )
            logger.error("task %s given up: its worker died %s times", task.task_path, len(task.worker_ids))
            continue
        reaped += still_running.update(status=TaskResultStatus.READY, started_at=None)
        logger.warning("task %s is run again: its worker died", task.task_path)
    return reaped


def forget_finished() -> None:
    """Remove tasks that were finished a day ago; what they did is told elsewhere."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_FINISHED).delete()


def _claimed(task: DBTaskResult[Any, Any], worker_id: str) -> bool:
    """Make the task this worker's own; tell whether no other worker was first."""
    task.started_at = timezone.now()
    task.worker_ids = [*task.worker_ids, worker_id]
    won = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.READY).update(
        status=TaskResultStatus.RUNNING, started_at=task.started_at, worker_ids=task.worker_ids
    )
    task.status = TaskResultStatus.RUNNING
    return won == 1


def _execute(row: DBTaskResult[Any, Any]) -> None:
    try:
        task, result = row.task, row.task_result
        backend = type(task.get_backend())
        task_started.send(sender=backend, task_result=result)
        # The backport's context is typed for its own results; the database's have the same fields.
        context = (TaskContext(task_result=cast(Any, result)),) if task.takes_context else ()
        row.set_successful(task.call(*context, *result.args, **result.kwargs))
        task_finished.send(sender=backend, task_result=row.task_result)
    except Exception as error:  # whatever it was, the row says so and the next task runs
        logger.exception("task %s failed", row.task_path)
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        close_old_connections()
        row.set_failed(error)


class _Changes:
    """Tells cheaply whether another connection has written: SQLite keeps a counter of that."""

    def __init__(self) -> None:
        self._before: object = None
        self._asked = 0

    def seen(self) -> bool:
        if connection.vendor != "sqlite":
            # Asking costs a query: every other time is often enough.
            self._asked += 1
            return self._asked % 2 == 0
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            now = cursor.fetchone()
        changed = bool(now != self._before)
        self._before = now
        return changed
