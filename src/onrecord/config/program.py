# SPDX-License-Identifier: Apache-2.0
"""The newsroom as one program: web server and worker under one supervisor, in the order that is quickest.

1. The socket is opened and a web server forked that knows only baked files: readers are served at once.
2. Django is loaded, here, once; every later child shares its memory.
3. Database and desk assets are prepared in a child, if this version has not done so yet.
4. A web server that has Django takes over; the first one finishes what it has begun and ends.
5. The worker and the sender start; what takes in mail that comes back, if that is set.
   The address and the set-up link are printed.
"""

from __future__ import annotations

import contextlib
import gc
import logging.config
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import WSGIApplication

from onrecord import __version__
from onrecord.config import listening, logs, prepare, server
from onrecord.config.answering import LateDjango, before_django, starting
from onrecord.config.changes import Changes
from onrecord.config.commands.progress import bar
from onrecord.config.environment import Environment, secrets
from onrecord.config.errors import StartError
from onrecord.config.home import secret_key
from onrecord.config.prepare import say
from onrecord.config.supervisor import Child, Supervisor
from onrecord.config.troubles import told

READY_SECONDS = 60.0


class Program:
    """One newsroom that runs. The data directory must be held by the caller."""

    def __init__(self, environment: Environment, home: Path, *, reload: bool) -> None:
        self.environment = environment
        self.home = home
        self.began = datetime.now(UTC)
        self.supervisor = Supervisor()
        self.changes = Changes() if reload else None
        self.listener: socket.socket = listening.listen(environment.host, environment.port)
        self.address = listening.shown(environment.host, environment.port)
        hidden = (secret_key(environment, home), *secrets(environment))
        self.logging = logs.configuration(environment, secrets=hidden)

    def run(self) -> bool:
        """Run until told to stop; tell whether to start again because a source file has changed."""
        logging.config.dictConfig(self.logging)
        self.supervisor.listen_to_signals()
        say(f"OnRecord {__version__} on {self.address}, data in {self.home}")
        try:
            self._open()
            if self.changes and not self.supervisor.stopping:
                self.supervisor.start("watching source files", self.changes.wait)
            self.supervisor.supervise()
        finally:
            self.supervisor.stop()
        return bool(self.changes and self.changes.seen())

    def _open(self) -> None:
        before, _ = self._start_web(lambda: starting)
        django = LateDjango()
        self.supervisor.unless_stopped(django.load)
        if self.supervisor.stopping:
            return
        if not prepare.is_current(self.environment, self.home):
            self._prepare()
        if self.supervisor.stopping:
            return
        self._forget_asking()
        # What is loaded now stays for ever: keep the collector from touching, and so copying, shared pages.
        gc.collect()
        gc.freeze()
        _after, ready = self._start_web(lambda: django)
        if not self.supervisor.wait_for(ready, self.environment.web_workers, READY_SECONDS):
            say("The web server takes long to start; the log says more.")
        self.supervisor.let_go(before)
        if self.supervisor.stopping:
            return
        self.supervisor.do(self._bake_assets)
        self.supervisor.start("worker", self._work)
        self.supervisor.start("sender", self._send)
        if self.environment.mail_inbox:
            self.supervisor.start("mailbox", self._watch_mailbox)
        if self.environment.mail_lmtp:
            self.supervisor.start("returned mail", self._take_returns)
        self.supervisor.do(self._take_up)
        self.supervisor.do(self._announce)

    def _forget_asking(self) -> None:
        """Have mirrors and witnesses asked what they hold before anything is signed."""
        from onrecord.record.elsewhere import forget_asking

        forget_asking()

    def _prepare(self) -> None:
        say("Preparing the database and the desk; this is needed once for each version ...")

        def in_child() -> None:
            try:
                with bar("Preparing") as moved:
                    prepare.prepare(self.environment, self.home, moved)
            except Exception as error:
                sentence = str(error) if isinstance(error, StartError) else told(error)
                if not sentence:
                    raise
                say(sentence)
                raise SystemExit(1) from error

        if not self.supervisor.do(in_child) and not self.supervisor.stopping:
            raise StartError(
                "The database could not be prepared; the lines above say why. "
                "Published pages are untouched. `onrecord check` may say how to mend it."
            )

    def _start_web(self, choose: Callable[[], WSGIApplication]) -> tuple[Child, int]:
        ready, done = os.pipe()

        def serve() -> None:
            server.serve(
                self.listener,
                self.environment,
                self.logging,
                lambda: before_django(choose(), self.environment, self.home),
                lambda: _tell(done),
            )

        return self.supervisor.start("web server", serve), ready

    def _work(self) -> None:
        self.listener.close()
        if self.environment.tasks == "celery":
            from onrecord.config.celery_worker import work
        else:
            from onrecord.config.worker import work
        work()

    def _send(self) -> None:
        self.listener.close()
        from onrecord.config.sender import send

        send()

    def _watch_mailbox(self) -> None:
        self.listener.close()
        from onrecord.config.returned import watch_mailbox

        watch_mailbox()

    def _take_returns(self) -> None:
        self.listener.close()
        from onrecord.config.returned import take_returns

        take_returns()

    def _bake_assets(self) -> None:
        """Bake what pages of this version refer to, before the worker bakes any."""
        from onrecord.record.errors import RecordError
        from onrecord.wiring import publishing

        with contextlib.suppress(RecordError):  # nothing may be baked now; what is announced says why
            publishing.bake_assets()

    def _take_up(self) -> None:
        """Take up what has to follow an event and was left by a program that ended, or had given up."""
        from django.db import connection

        from onrecord.journal import reactions

        if connection.vendor == "sqlite":  # nobody else works on this database: the data directory is held
            reactions.release_leases(of_before=self.began)
        reactions.retry_failed()

    def _announce(self) -> None:
        from onrecord.people.actions import issue_setup_link
        from onrecord.record.errors import RecordError
        from onrecord.record.guard import refuse_fork

        try:
            refuse_fork()
        except RecordError as error:
            say(str(error))
        link = issue_setup_link()
        say(f"The desk is at {self.address}/desk/. Stop with Ctrl+C.")
        if link:
            path = link if link.startswith("/") else "/" + link.split("/", 3)[-1]
            say(f"Set this newsroom up: {self.address}{path}")
            say("The link works once and expires; starting again makes a new one.")


def _tell(descriptor: int) -> None:
    try:
        os.write(descriptor, b".")
    except BrokenPipeError:
        # A worker that is replaced later tells nobody.
        return
