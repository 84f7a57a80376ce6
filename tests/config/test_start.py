# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from onrecord.config import server
from tests.config.newsrooms import ROOT, Newsroom, free_port, until

pytestmark = [pytest.mark.slow, pytest.mark.once]

Open = Callable[..., Newsroom]

PARTS = ("web server", "worker", "sender")
"""What a start runs without further settings."""


def bake(newsroom: Newsroom) -> None:
    site = newsroom.home / "site"
    site.mkdir(exist_ok=True)
    (site / "index.html").write_text("<!doctype html><title>Elmford</title>", encoding="utf-8")
    (site / "404.html").write_text("<!doctype html><title>Not here</title>", encoding="utf-8")


def test_baked_pages_are_served_before_the_program_behind_them_is_ready(open_newsroom: Open) -> None:
    newsroom = open_newsroom()
    bake(newsroom)
    newsroom.start()
    assert until(lambda: newsroom.status("/") == 200), newsroom.log
    assert newsroom.status("/accounts/login/") in {503, 200}
    assert newsroom.status("/no/such/page/") == 404
    assert until(lambda: newsroom.status("/accounts/login/") == 200), newsroom.log
    assert until(lambda: "/setup/" in newsroom.log), newsroom.log


def test_a_crash_of_any_part_restarts_it_and_sigterm_ends_them_all(open_newsroom: Open) -> None:
    newsroom = open_newsroom()
    bake(newsroom)
    program = newsroom.start()
    assert until(lambda: "The desk is at" in newsroom.log), newsroom.log
    for child in newsroom.children(program.pid):
        with contextlib.suppress(ProcessLookupError):  # what announces the address has ended by itself
            os.kill(child, signal.SIGKILL)
    assert until(lambda: newsroom.log.count("was ended by signal 9") == len(PARTS)), newsroom.log
    assert until(lambda: newsroom.status("/accounts/login/") == 200), newsroom.log
    assert until(lambda: len(newsroom.children(program.pid)) == len(PARTS))
    program.send_signal(signal.SIGTERM)
    assert until(lambda: program.poll() == 0, seconds=20), newsroom.log
    assert until(lambda: newsroom.status("/") == 0, seconds=2)


def test_what_is_loaded_before_the_fork_holds_every_view_and_no_connection(open_newsroom: Open) -> None:
    program = (
        "from onrecord.config.answering import LateDjango\n"
        "import sys, threading\n"
        "LateDjango().load()\n"
        "from django.db import connections\n"
        "assert 'onrecord.conversation.views.sending' in sys.modules, 'a first request would import it'\n"
        "assert 'django.db.models.sql.compiler' in sys.modules, 'a first query would import it'\n"
        "assert all(one.connection is None for one in connections.all()), 'it would not survive the fork'\n"
        "assert threading.active_count() == 1, 'nor would a thread'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=open_newsroom().variables, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_web_server_that_is_only_starting_ends_at_once_when_told() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.config.slow_loading", str(free_port())],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"loading\n"
        program.terminate()
        try:
            assert program.wait(server.DRAIN_SECONDS / 2) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


def test_nothing_outlives_a_program_that_was_killed(open_newsroom: Open) -> None:
    newsroom = open_newsroom()
    program = newsroom.start()
    assert until(lambda: "The desk is at" in newsroom.log), newsroom.log
    program.kill()
    program.wait(5)
    assert until(lambda: newsroom.status("/") == 0), newsroom.log
    newsroom.start()
    assert until(lambda: newsroom.status("/accounts/login/") == 200), newsroom.log


def test_what_cannot_be_had_is_refused_in_a_sentence(open_newsroom: Open) -> None:
    newsroom = open_newsroom()
    program = newsroom.start()
    assert until(lambda: "OnRecord" in newsroom.log)
    refused = newsroom.run("start")
    assert refused.returncode == 1
    assert f"is in use by another process, number {program.pid}." in refused.stderr
    refused = newsroom.run("start", ONRECORD_HOME=str(newsroom.home.parent / "other"))
    assert refused.returncode == 1
    assert f"Port {newsroom.port} of 127.0.0.1 is used by another program." in refused.stderr


LEFT = """
from datetime import timedelta
from django.utils import timezone
from onrecord.journal.models import Reaction
later = timezone.now() + timedelta(hours=1)
Reaction.objects.create(entry_id=10**9, name="gave.up", state="failed", last_error="The disk was full.")
Reaction.objects.create(entry_id=10**9, name="was.killed", state="running", lease_until=later)
"""
ASK = "from onrecord.journal.models import Reaction as R; print(*(one.last_error for one in R.objects.all()))"


def test_a_start_takes_up_at_once_what_the_program_before_left_or_gave_up(open_newsroom: Open) -> None:
    newsroom = open_newsroom()
    assert newsroom.run("manage", "shell", "-c", LEFT).returncode == 0
    newsroom.start()
    told = "Nothing in the wiring has this name any more."
    assert until(lambda: newsroom.run("manage", "shell", "-c", ASK).stdout.count(told) == 2), newsroom.log
