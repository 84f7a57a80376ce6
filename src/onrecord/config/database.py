# SPDX-License-Identifier: Apache-2.0
"""Which database, and how it is treated."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from onrecord.config.environment import Environment
from onrecord.config.errors import SettingError

SQLITE_OPTIONS = {
    # A transaction that will write says so at once: deferred ones fail under load, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    # FULL: after a power failure a lost tail of the log would be a fork.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384;"
    ),
}
POSTGRESQL_PARAMETERS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs", "options"}
)


def describe(environment: Environment, home: Path) -> dict[str, Any]:
    """Return Django's description of the database: SQLite in the data directory, or PostgreSQL by address."""
    if environment.database_url:
        return _postgresql(environment.database_url)
    return {
        "ENGINE": "onrecord.config.sqlite",
        "NAME": home / "onrecord.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
        # Opening a connection costs more than most requests.
        "CONN_MAX_AGE": None,
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    pool = options.pop("pool", "0")
    unknown = sorted(set(options) - POSTGRESQL_PARAMETERS)
    if unknown or not pool.isdigit():
        raise SettingError(
            f"ONRECORD_DATABASE_URL has the parameter '{unknown[0] if unknown else 'pool=' + pool}'. "
            f"Use pool=<number of connections> or one of {', '.join(sorted(POSTGRESQL_PARAMETERS))}."
        )
    if int(pool):
        options["pool"] = {"min_size": 1, "max_size": int(pool), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        # A pool keeps connections open itself; Django refuses both together.
        "CONN_MAX_AGE": 0 if int(pool) else 60,
        "CONN_HEALTH_CHECKS": not int(pool),
    }
