# SPDX-License-Identifier: Apache-2.0
"""The one table of everything an operator may set from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Environment:
    debug: bool
    home: str
    database_url: str


def read() -> Environment:
    return Environment(
        debug=os.environ.get("ONRECORD_DEBUG", "false") == "true",
        home=os.environ.get("ONRECORD_HOME", "data"),
        database_url=os.environ.get("ONRECORD_DATABASE_URL", ""),
    )


def database(environment: Environment, home: Path) -> dict[str, Any]:
    """Return Django's description of the database: SQLite in the data directory, or PostgreSQL by address."""
    if environment.database_url:
        parts = urlsplit(environment.database_url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "onrecord.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536;"
            ),
        },
    }
