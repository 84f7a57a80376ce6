# SPDX-License-Identifier: Apache-2.0
"""The web server process: granian, its workers forked from it, on the supervisor's socket."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from onrecord import waiting
from onrecord.config import orphans
from onrecord.config.environment import Environment
from onrecord.config.listening import BACKLOG

DRAIN_SECONDS = 20


class InheritedSocketServer(MPServer):
    """Granian on a socket that somebody else opened, so that its own end refuses no connection.

    It overrides what granian does where the platform has no SO_REUSEPORT; pinned to granian 2.8 for that.
    """

    inherited: socket.socket

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._sso = self.inherited
        self._sfd: int = self.inherited.fileno()  # type: ignore[assignment]  # granian declares None
        # Granian's stubs leave out what its constructor takes, and declare the socket None.
        holder = SocketHolder(self._sfd, False, BACKLOG)  # type: ignore[call-arg]
        self._shd: SocketHolder = holder  # type: ignore[assignment]

    def _drop_shared_socket(self) -> None:
        """Leave the socket open: it is the supervisor's."""


def serve(
    listener: socket.socket,
    environment: Environment,
    logging_configuration: dict[str, Any],
    make_application: Callable[[], WSGIApplication],
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM, then finish what was begun. `ready` is called in each worker before it listens."""
    multiprocessing.set_start_method("fork", force=True)
    _let_workers_end_while_they_start()
    orphans.stop_when_parent_dies()

    def load() -> WSGIApplication:
        orphans.stop_when_parent_dies()
        application = make_application()
        ready()
        return application

    server = InheritedSocketServer(
        "onrecord",
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.web_workers,
        blocking_threads=waiting.THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=DRAIN_SECONDS,
        # At 'warning' granian reports workers as killed that have just ended by themselves.
        log_level=LogLevels.error,
        log_dictconfig=logging_configuration,
    )
    server.inherited = listener
    logging.getLogger(__name__).info("web server %s with %s workers", os.getpid(), environment.web_workers)
    server.serve(target_loader=load, wrap_loader=False)


def _let_workers_end_while_they_start() -> None:
    """Have every worker end at once on a signal that comes before granian listens to signals in it.

    A worker begins with the handler of granian's main process, on which such a signal would be lost: the
    whole program would then wait DRAIN_SECONDS for it.
    """
    told = (signal.SIGTERM, signal.SIGINT)

    def wait_with_signals() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, told)

    def take_signals() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, told)

    def end_on_signals() -> None:
        for number in told:
            signal.signal(number, signal.SIG_DFL)
        take_signals()

    os.register_at_fork(before=wait_with_signals, after_in_parent=take_signals, after_in_child=end_on_signals)
