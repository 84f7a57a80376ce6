# SPDX-License-Identifier: Apache-2.0
"""A migrated database for each test process, copied from one that is made once for each set of migrations.

Running every migration takes longer than the tests of an app; copying the result takes a tenth of a second.
`python -m tests.database` makes it beforehand.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests import emptied

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pristine = {"name": ""}
"""The migrated database that all copies are made from; tests that commit empty their own copy afterwards."""

PACKAGES = ("django", "wagtail", "django-allauth", "django-tasks-db", "django-taggit", "modelsearch")
SOURCE = Path(__file__).parent.parent / "src" / "onrecord"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Point Django at a fresh copy of the migrated database; it is removed when the tests are done."""
    with django_db_blocker.unblock():
        copy = _copy_on_postgresql if connection.vendor == "postgresql" else _copy_on_sqlite
        with copy():
            emptied.remember_what_is_there()
            yield


@contextmanager
def _copy_on_sqlite() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="onrecord-tests-"))
    template = Path(tempfile.gettempdir()) / f"onrecord-template-{_fingerprint()}.sqlite3"
    try:
        with _alone(template.name):
            if not template.exists():
                _migrate_into(str(folder / "new.sqlite3"))
                (folder / "new.sqlite3").replace(template)
            shutil.copyfile(template, folder / "test.sqlite3")
        pristine["name"] = str(template)
        connections["default"].settings_dict["NAME"] = str(folder / "test.sqlite3")
        yield
    finally:
        connections.close_all()
        shutil.rmtree(folder)


@contextmanager
def _copy_on_postgresql() -> Iterator[None]:
    described = connections["default"].settings_dict
    # Only its owner may copy a database, so each account has a template of its own.
    owner = hashlib.sha256(described["USER"].encode()).hexdigest()[:8]
    template, name = f"onrecord_template_{owner}_{_fingerprint()}", f"onrecord_test_{os.getpid()}"
    with psycopg.connect(
        host=described["HOST"] or None,
        port=described["PORT"] or None,
        user=described["USER"] or None,
        password=described["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        try:
            with _alone(template):
                found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
                if found is None:
                    server.execute(f'CREATE DATABASE "{name}"')
                    _migrate_into(name)
                    server.execute(f'ALTER DATABASE "{name}" RENAME TO "{template}"')
                server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            described["NAME"], pristine["name"] = name, template
            yield
        finally:
            connections.close_all()
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate_into(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":
        # The copy must need no second file.
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for package in PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    for file in sorted(SOURCE.glob("*/migrations/*.py")):
        digest.update(f"{file.parent.parent.name}/{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def main() -> None:
    """Make the database that tests are copied from, unless it is there."""
    import django

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ONRECORD_HOME": home, "DJANGO_SETTINGS_MODULE": "onrecord.config.settings"}
        django.setup()
        with _copy_on_postgresql() if connection.vendor == "postgresql" else _copy_on_sqlite():
            pass


if __name__ == "__main__":
    main()
