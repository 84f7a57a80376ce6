# SPDX-License-Identifier: Apache-2.0
"""The data directory: where it is and what it holds."""

from __future__ import annotations

import secrets
from pathlib import Path

from onrecord.config.environment import Environment


def locate(environment: Environment) -> Path:
    path = Path(environment.home).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key(home: Path) -> str:
    path = home / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()
