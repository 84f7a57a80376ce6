# SPDX-License-Identifier: Apache-2.0
"""What the rounds of `restore.py` do and look at."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
from click.testing import CliRunner
from django.conf import settings
from django.db import connection, connections

from onrecord.bakery import actions as bakery
from onrecord.config.commands.log import command
from onrecord.people.models import User
from onrecord.proof import checkpoint
from onrecord.proof.tiles import decode_bundle, tile_at
from onrecord.record import checks as record_checks
from onrecord.record import elsewhere, guard, high_water, sightings
from onrecord.record.errors import Forked
from onrecord.record.guard import Shown
from onrecord.record.models import Leaf, LogHead
from onrecord.statements import actions
from onrecord.statements.errors import LogUnfit
from onrecord.statements.models import Edition
from tests.statements.drafts import approved, corrected
from tests.stories import kill_rounds

WAYS = ("site", "wiped", "mirror")
"""What is left beside the restored database: the baked site; the keys with their file; only a mirror."""

prepare = kill_rounds.prepare


def say_something(number: int) -> None:
    """Release a statement; correct every second one, withdraw every third."""
    olga, ines = _people()
    edition = actions.release(approved(olga, ines, title=f"Statement {number}"), by=ines)
    edition.refresh_from_db()
    if number % 2:
        edition = corrected(edition, olga, ines, f"It was day {number}.")
    if not number % 3:
        statement = edition.statement
        actions.propose_withdrawal(statement, by=olga, reason="It no longer stands.")
        actions.approve(statement, by=ines)
        actions.release(statement, by=ines)


def copy_database(number: int) -> None:
    """Make a backup of the database while nobody uses it."""
    if connection.vendor == "sqlite":
        with (
            contextlib.closing(sqlite3.connect(_name())) as source,
            contextlib.closing(sqlite3.connect(_backup(number))) as copy,
        ):
            source.backup(copy)
        return
    _on_server(f'DROP DATABASE IF EXISTS "{_backup(number)}"')
    _on_server(f'CREATE DATABASE "{_backup(number)}" TEMPLATE "{_name()}"')


def restore_database(number: int) -> None:
    """Put a backup in the place of the database."""
    if connection.vendor == "sqlite":
        for ending in ("-wal", "-shm"):
            Path(_name() + ending).unlink(missing_ok=True)
        shutil.copyfile(_backup(number), _name())
        return
    _on_server(f'DROP DATABASE "{_name()}" WITH (FORCE)')
    _on_server(f'CREATE DATABASE "{_name()}" TEMPLATE "{_backup(number)}"')


def lose(way: str) -> None:
    """Let the machine know no more than this way of losing leaves."""
    elsewhere.forget_asking()  # as at each start
    sightings.path().unlink(missing_ok=True)
    if way != "site":
        shutil.rmtree(bakery.site_directory())
    if way != "wiped":
        high_water.path().unlink()


def refuse_and_recover(way: str, mirror: str) -> None:
    """Refuse to sign and to bake, recover, go on; raise AssertionError for a fork or anything lost."""
    settings.MIRRORS = (mirror,) if way == "mirror" else ()
    settings.ALLOW_PRIVATE_ADDRESSES = True
    before = checkpoint.parse((_mirror() / "log" / "checkpoint").read_bytes())
    _refuse()
    source = {"site": str(bakery.site_directory()), "wiped": str(_mirror()), "mirror": mirror}[way]
    result = CliRunner().invoke(command, ["recover", "--from", source])
    assert result.exit_code == 0, result.output
    bakery.bake_all(workers=0)
    _check_that_all_is_back(before.size)
    olga, ines = _people()
    edition = actions.release(approved(olga, ines, title=f"After {before.size} leaves"), by=ines)
    edition.refresh_from_db()
    assert (edition.leaf_index, edition.published_at is not None) == (before.size, True)
    guard.require_continuation(Shown("the mirror", (_mirror() / "log" / "checkpoint").read_bytes()))
    problems = record_checks.problems()
    assert not problems, problems
    connection.close()


def renew_mirror() -> None:
    """Let the mirror copy the site."""
    shutil.rmtree(_mirror(), ignore_errors=True)
    shutil.copytree(bakery.site_directory(), _mirror())


@contextlib.contextmanager
def serve_mirror() -> Iterator[str]:
    """Serve the mirror's folder on this machine; yield its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(_mirror()))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def tell() -> None:
    """Print what there is in the end."""
    print(f"{LogHead.objects.get().size} leaves, {Edition.objects.count()} editions", flush=True)


def _refuse() -> None:
    size = _size()
    olga, ines = _people()
    draft = approved(olga, ines, title="Must not be signed")
    told = ""
    try:
        actions.release(draft, by=ines)
    except LogUnfit as refusal:
        told = str(refusal)
    assert "`onrecord log recover --from`" in told, told or "an older database went on"
    try:
        bakery.bake_all(workers=0)
    except Forked:
        pass
    else:
        raise AssertionError("an older database was baked")
    assert _size() == size, "something was signed"


def _check_that_all_is_back(size: int) -> None:
    """Compare every leaf and every edition with what the mirror has."""
    assert _size() == size
    bodies = [
        body
        for number in range(-(-size // 256))
        for body in decode_bundle(
            (_mirror() / "log" / tile_at(0, number, size).bundle_path).read_bytes(),
            tile_at(0, number, size).width,
        )
    ]
    assert [bytes(leaf.body) for leaf in Leaf.objects.order_by("index")] == bodies, "a leaf was lost"
    site = bakery.site_directory()
    for file in sorted(_mirror().glob("s/**/*")):
        if file.name.endswith((".json", ".tlog-proof", "index.html")):
            again = site / file.relative_to(_mirror())
            assert again.exists(), f"{again} was lost"
            if file.name.endswith(".json"):
                assert again.read_bytes() == file.read_bytes(), f"{again} is another"


def _size() -> int:
    head = LogHead.objects.first()
    return head.size if head else 0


def _people() -> tuple[User, User]:
    return User.objects.get(email="olga@example.org"), User.objects.get(email="ines@example.org")


def _mirror() -> Path:
    return Path(settings.HOME) / "mirror"


def _name() -> str:
    return str(connections["default"].settings_dict["NAME"])


def _backup(number: int) -> str:
    return f"{_name()}_backup_{number}"


def _on_server(sql: str) -> None:
    described = connections["default"].settings_dict
    with psycopg.connect(
        host=described["HOST"] or None,
        port=described["PORT"] or None,
        user=described["USER"] or None,
        password=described["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(sql.encode())
