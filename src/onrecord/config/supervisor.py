# SPDX-License-Identifier: Apache-2.0
"""Keeps a few child processes running. Knows nothing of what they do, and does no work itself.

Children are forked from this process, so whatever it has loaded they share; it must never open a database
connection or start a thread.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

logger = logging.getLogger(__name__)

FIRST_BACKOFF_SECONDS = 0.2
LONGEST_BACKOFF_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
"""A child that ran this long is restarted at once when it ends."""
DRAIN_SECONDS = 30.0
"""How long a child may take to finish what it has begun."""
_HANDLED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)


class Interrupted(BaseException):
    """The supervisor was told to stop while it was busy with something that may be given up."""


@dataclass(slots=True)
class Child:
    """One process that is started again whenever it ends."""

    name: str
    run: Callable[[], None]
    pid: int | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0


class Supervisor:
    """Starts children, restarts those that end, and stops them all on SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.stopping = False
        self._may_be_given_up = False
        self._children: list[Child] = []
        self._leaving: dict[int, float] = {}
        self._wakeup, self._woken = os.pipe()
        for end in (self._wakeup, self._woken):
            os.set_blocking(end, False)

    def listen_to_signals(self) -> None:
        """Stop on SIGTERM and SIGINT; wake up when a child ends."""
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noticed)
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)

    def unless_stopped(self, run: Callable[[], None]) -> None:
        """Run something in this process, and give it up as soon as the program is told to stop."""
        try:
            self._may_be_given_up = True
            if not self.stopping:
                run()
        except Interrupted:
            logger.info("told to stop while starting")
        finally:
            self._may_be_given_up = False

    def start(self, name: str, run: Callable[[], None]) -> Child:
        """Fork a child that is to run for as long as this program."""
        child = Child(name, run)
        self._children.append(child)
        self._fork(child)
        return child

    def let_go(self, child: Child) -> None:
        """Ask a child to finish, without waiting for it and without starting it again."""
        self._children.remove(child)
        if child.pid is not None:
            self._leaving[child.pid] = time.monotonic() + DRAIN_SECONDS
            _send(child.pid, signal.SIGTERM)

    def do(self, run: Callable[[], None]) -> bool:
        """Run something once in a child of its own and wait; tell whether it succeeded."""
        pid = self._forked(run)
        until = float("inf")
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status) == 0
            if self.stopping:
                until = min(until, time.monotonic() + DRAIN_SECONDS)
                _send(pid, signal.SIGKILL if time.monotonic() > until else signal.SIGTERM)
            self._sleep(0.5)
            self._restart_ended()

    def wait_for(self, descriptor: int, count: int, seconds: float) -> bool:
        """Wait until `count` bytes have come through a pipe; tell whether they have in this time."""
        until = time.monotonic() + seconds
        received = 0
        while received < count and not self.stopping and time.monotonic() < until:
            left = max(0.0, until - time.monotonic())  # time may be over since it was looked at
            readable, _, _ = select.select([descriptor, self._wakeup], [], [], left)
            self._drain_wakeup()
            if descriptor in readable:
                received += len(os.read(descriptor, count))
            self._restart_ended()
        return received >= count

    def supervise(self) -> None:
        """Restart whatever ends, until told to stop."""
        while not self.stopping:
            self._restart_ended()
            due = [child.start_at for child in self._children if child.pid is None]
            due += list(self._leaving.values())
            self._sleep(max(0.0, min(due) - time.monotonic()) if due else None)

    def stop(self) -> None:
        """Ask every child to finish, wait for them a bounded time, end what is left."""
        self.stopping = True
        running = {child.pid for child in self._children if child.pid is not None} | set(self._leaving)
        for pid in running:
            _send(pid, signal.SIGTERM)
        until = time.monotonic() + DRAIN_SECONDS
        while running and time.monotonic() < until:
            running -= {pid for pid in running if os.waitpid(pid, os.WNOHANG)[0]}
            if running:
                self._sleep(0.2)
        for pid in running:
            logger.warning("process %s did not finish in %.0f seconds and was ended", pid, DRAIN_SECONDS)
            _send(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _restart_ended(self) -> None:
        now = time.monotonic()
        for pid, until in list(self._leaving.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._leaving[pid]
            elif now > until:
                _send(pid, signal.SIGKILL)
        for child in self._children:
            if child.pid is not None:
                done, status = os.waitpid(child.pid, os.WNOHANG)
                if done:
                    self._ended(child, os.waitstatus_to_exitcode(status))
            if child.pid is None and child.start_at <= now and not self.stopping:
                self._fork(child)

    def _ended(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.failures = 0 if now - child.started >= HEALTHY_AFTER_SECONDS else child.failures + 1
        wait = min(FIRST_BACKOFF_SECONDS * 2 ** max(0, child.failures - 1), LONGEST_BACKOFF_SECONDS)
        wait = wait if child.failures else 0.0
        if not self.stopping:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
            logger.error("%s %s; it starts again in %.1f seconds", child.name, how, wait)
        child.pid, child.start_at = None, now + wait

    def _fork(self, child: Child) -> None:
        child.started = time.monotonic()
        child.pid = self._forked(child.run)

    def _forked(self, run: Callable[[], None]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal that comes while the child still has this process's handlers would be lost on it.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
            return pid
        # A group of its own: Ctrl+C reaches the supervisor alone, which then stops the others in order.
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        os._exit(_status_of(run))

    def _sleep(self, seconds: float | None) -> None:
        select.select([self._wakeup], [], [], seconds)
        self._drain_wakeup()

    def _drain_wakeup(self) -> None:
        try:
            while os.read(self._wakeup, 512):
                pass
        except BlockingIOError:
            pass

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        if self._may_be_given_up:
            self._may_be_given_up = False
            raise Interrupted


def _status_of(run: Callable[[], None]) -> int:
    """Run what a child is for, and return the status it shall end with."""
    try:
        run()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except KeyboardInterrupt:
        return 130
    except BaseException:  # the last place that can say why this process ends
        logger.exception("process %s failed", os.getpid())
        return 1
    else:
        return 0
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        logger.debug("process %s had ended already", pid)


def _noticed(_number: int, _frame: FrameType | None) -> None:
    """Exist, so that the signal wakes the supervisor up."""
