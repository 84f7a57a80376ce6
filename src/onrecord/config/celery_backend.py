# SPDX-License-Identifier: Apache-2.0
"""Tasks through Celery and RabbitMQ, behind the same Django Tasks API: for more than one machine.

At least once: a message is acknowledged after its task has ended; one that loses its worker is delivered
again at once. Results are not kept; whatever must be known later stands in a table of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from celery import Celery
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskContext, TaskResult
from django_tasks.signals import task_enqueued
from kombu.entity import Exchange, Queue

RUN = "onrecord.run"


class CeleryBackend(BaseTaskBackend):
    """Hands each task to the broker as its path and arguments."""

    supports_defer = True
    supports_async_task = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Give the task to the broker; raises kombu's OperationalError when it cannot be reached."""
        self.validate_task(task)
        sent = application().send_task(
            RUN,
            args=[task.module_path, list(args), dict(kwargs)],
            eta=task.run_after,
            # Django counts from -100 to 100, RabbitMQ from 0 to 10.
            priority=(task.priority + 100) // 20,
        )
        result: TaskResult[Any] = _result(task, sent.id, args, kwargs, self.alias)
        task_enqueued.send(type(self), task_result=result)
        return result


@cache
def application() -> Celery:
    """Return the Celery application; the same one in every process that sends or runs."""
    # Kombu types only some of its functions.
    name = settings.ENVIRONMENT.broker_queue
    exchange = Exchange(name)  # type: ignore[no-untyped-call]
    # A quorum queue would survive a lost broker node, but knows no priorities.
    queue = Queue(  # type: ignore[no-untyped-call]
        name, exchange, routing_key=name, durable=True, max_priority=10
    )
    app = Celery("onrecord", broker=settings.ENVIRONMENT.broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=name,
        task_queues=[queue],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure_or_timeout=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # Nobody sends commands to workers. The queue for them is exclusive and named after the machine:
        # another newsroom there, or what the broker still holds of one that died, would keep a worker from
        # starting.
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"confirm_publish": True},
        task_serializer="json",
        accept_content=["json"],
        enable_utc=True,
    )
    app.task(name=RUN, bind=True)(_run)
    return app


def _run(self: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    task = import_string(path)
    if not isinstance(task, Task):
        raise TypeError(f"A message names {path}, which is not a task. Is another version sending?")
    if task.takes_context:
        result = _result(task, self.request.id, args, kwargs, task.backend)
        result.worker_ids.append(self.request.hostname)
        task.call(TaskContext(task_result=result), *args, **kwargs)
    else:
        task.call(*args, **kwargs)


def _result(task: Task[Any, Any], number: str, args: Any, kwargs: Any, alias: str) -> TaskResult[Any]:
    return TaskResult(
        task=task,
        id=number,
        status=TaskResultStatus.READY,
        enqueued_at=timezone.now(),
        started_at=None,
        last_attempted_at=None,
        finished_at=None,
        args=list(args),
        kwargs=dict(kwargs),
        backend=alias,
        errors=[],
        worker_ids=[],
    )
