# SPDX-License-Identifier: Apache-2.0
"""Newsrooms of their own for tests that start programs: a data directory, and a copy of the database."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.db import connection

from onrecord.config import environment, home, prepare
from tests.database import pristine

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Newsroom:
    """One data directory, and the programs that were started on it."""

    home: Path
    variables: dict[str, str]
    port: int = field(default_factory=free_port)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.variables |= {"ONRECORD_PORT": str(self.port)}

    @property
    def log(self) -> str:
        """Everything the programs have written."""
        return (self.home.parent / "log").read_text(encoding="utf-8")

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one command of `onrecord` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "onrecord", *arguments],
            env=self.variables | variables, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start one program; it is ended with the test."""
        with (self.home.parent / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *(arguments or ("-m", "onrecord", "start"))],
                env=self.variables | variables, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def status(self, path: str) -> int:
        """Return the status that the web server answers with, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def children(self, of: int) -> list[int]:
        """Return the processes that a process has started."""
        text = Path(f"/proc/{of}/task/{of}/children").read_text(encoding="ascii")
        return [int(word) for word in text.split()]

    @property
    def worker(self) -> int:
        """The process that takes tasks. The last child may be a web server that is leaving."""
        return int(re.findall(r" worker \S+:(\d+):\d+\n", self.log)[-1])

    def end(self) -> None:
        """End whatever still runs."""
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def lasting_port() -> int:
    """Return a port that nobody uses, and that no connection is given by chance: it is used again later."""
    for port in random.sample(range(20_000, 30_000), 100):
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def until(happened: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait until something has happened; tell whether it has in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def newsroom(
    folder: Path, before: Callable[[], object] | None = None, *, port: int | None = None, **variables: str
) -> Iterator[Newsroom]:
    """Make a newsroom on a newly migrated database, or on a copy of the test's own after `before`."""
    place = folder / "home"
    place.mkdir()
    if before is not None:
        before()
    with (
        _database(place, newly_migrated=before is None) as address,
        _made(place, address | variables, port=port) as made,
    ):
        yield made


@contextlib.contextmanager
def copy_of(model: Newsroom, folder: Path, **variables: str) -> Iterator[Newsroom]:
    """Make a newsroom that is like another, at the same port; neither may run now, nor both at once."""
    place = folder / "home"
    shutil.copytree(model.home, place)
    with contextlib.ExitStack() as stack:
        if address := model.variables.get("ONRECORD_DATABASE_URL"):
            variables |= stack.enter_context(_database_like(urlsplit(address)))
        yield stack.enter_context(_made(place, variables, port=model.port))


@contextlib.contextmanager
def _made(place: Path, variables: Mapping[str, str], port: int | None = None) -> Iterator[Newsroom]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    python = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    chosen = clean | {"ONRECORD_HOME": str(place), "PYTHONPATH": python, **variables}
    _prepared(chosen)
    made = Newsroom(place, chosen, port or free_port())
    try:
        yield made
    finally:
        made.end()


def _prepared(variables: Mapping[str, str]) -> None:
    ours = environment.read({k: v for k, v in variables.items() if k.startswith("ONRECORD_")})
    place = home.locate(ours)
    with home.open_home(place):
        prepare.mark(ours, place)


@contextlib.contextmanager
def _database(place: Path, *, newly_migrated: bool) -> Iterator[dict[str, str]]:
    if connection.vendor == "sqlite":
        if newly_migrated:
            shutil.copyfile(pristine["name"], place / "onrecord.sqlite3")
        else:
            connection.ensure_connection()
            with contextlib.closing(sqlite3.connect(place / "onrecord.sqlite3")) as copy:
                connection.connection.backup(copy)
        yield {}
        return
    template = pristine["name"] if newly_migrated else connection.settings_dict["NAME"]
    connection.close()
    with _database_like(urlsplit(os.environ["ONRECORD_DATABASE_URL"])._replace(path=f"/{template}")) as made:
        yield made


@contextlib.contextmanager
def _database_like(address: SplitResult) -> Iterator[dict[str, str]]:
    """Copy a database of PostgreSQL that nobody uses."""
    template = address.path.lstrip("/")
    name = f"{connection.settings_dict['NAME']}_{os.getpid()}_{time.monotonic_ns() % 10**9}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield {"ONRECORD_DATABASE_URL": address._replace(path=f"/{name}").geturl()}
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
