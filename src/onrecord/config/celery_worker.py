# SPDX-License-Identifier: Apache-2.0
"""The worker process where Celery carries the tasks: runs what the broker delivers, and the clock."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings

from onrecord.config import orphans
from onrecord.config.celery_backend import application
from onrecord.config.ticker import Ticker
from onrecord.config.worker import DRAIN_SECONDS, all_chores, settle_in

POOL_SIZE = 2


def work() -> None:
    """Run tasks from the broker, and the clock, until SIGTERM; then finish the tasks at hand."""
    settle_in()
    orphans.stop_when_parent_dies()
    app = application()
    worker = app.Worker(
        pool="prefork",
        concurrency=POOL_SIZE,
        loglevel=settings.ENVIRONMENT.log_level.upper(),
        quiet=True,
        hostname=f"onrecord-{uuid4().hex[:8]}@%h",
        without_mingle=True,  # workers have nothing to tell each other: it would cost a second of each start
        without_gossip=True,
    )
    ticker = Ticker(all_chores())
    app.connection_for_write().ensure_connection(max_retries=3)
    ticker.start()
    worker.start()
    ticker.stop(DRAIN_SECONDS)
