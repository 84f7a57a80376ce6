# SPDX-License-Identifier: Apache-2.0
"""Bringing database and desk assets up to the installed version, and knowing when that is needed."""

from __future__ import annotations

import gzip
import hashlib
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import onrecord
from onrecord.config.environment import Environment
from onrecord.config.errors import StartError

COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".map"}
Moved = Callable[[int, int | None], None]


def is_current(environment: Environment, home: Path) -> bool:
    """Tell, without loading Django, whether this directory was prepared for exactly this program."""
    try:
        return (home / "prepared").read_text(encoding="ascii") == _fingerprint(environment, home)
    except FileNotFoundError:
        return False


def prepare(environment: Environment, home: Path, moved: Moved) -> None:
    """Migrate the database and collect the desk's assets. Needs Django; safe to run twice.

    Raises StartError when only the last program with single migrations can bring the database on.
    """
    between = left_between()
    if between:
        raise StartError(f"{between} {WAY_ON}")
    _migrate(moved)
    _collect(home)
    mark(environment, home)


WAY_ON = (
    "Start it once with the last program that knows these: `git checkout 7b4ed52`, `./run start`, Ctrl+C, "
    "`git checkout main`. If nothing was written in it yet, remove the database instead and start again."
)


def left_between() -> str:
    """Say whether the database stopped between migrations that are one in this program; "" if it did not."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    for migration in MigrationLoader(None).replacements.values():
        missing = [old for old in migration.replaces if old not in applied]
        ours = migration.__module__.startswith("onrecord.")
        if ours and 0 < len(missing) < len(migration.replaces):
            app, name = missing[0]
            return f"The database was made by an earlier program and lacks its migration {app}.{name}."
    return ""


def mark(environment: Environment, home: Path) -> None:
    """Note that database and assets are as this program needs them."""
    partial = home / ".prepared"
    partial.write_text(_fingerprint(environment, home), encoding="ascii")
    partial.replace(home / "prepared")


def _fingerprint(environment: Environment, home: Path) -> str:
    """Return a hash of all that decides on tables and assets: packages, our files, which database."""
    package = Path(onrecord.__file__).parent
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    lines = [onrecord.__version__, sys.version, environment.database_url]
    lines += sorted(path.name for library in libraries for path in Path(library).glob("*.dist-info"))
    for path in sorted([*package.glob("*/migrations/*.py"), *package.glob("*/static/**/*")]):
        lines.append(f"{path.relative_to(package)} {path.stat().st_mtime_ns}")
    if not environment.database_url:
        lines.append(str((home / "onrecord.sqlite3").exists()))
    lines.append(str((home / "static").is_dir()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class _Counting:
    """Takes the output of Django's migrate command and counts what it has applied."""

    def __init__(self, total: int, moved: Moved) -> None:
        self.done, self.total, self.moved = 0, total, moved

    def write(self, text: str) -> int:
        if "Applying" in text:
            self.done += 1
            self.moved(self.done, self.total)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def _migrate(moved: Moved) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=1, interactive=False, no_color=True, stdout=_Counting(len(plan), moved))
    connection.close()


def _collect(home: Path) -> None:
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    for path in (home / "static").rglob("*"):
        if path.suffix in COMPRESSED and path.stat().st_size > 1024:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))


def say(text: str, stream: TextIO | None = None) -> None:
    """Tell the operator what is being done."""
    print(text, file=stream or sys.stdout, flush=True)
