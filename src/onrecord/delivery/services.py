# SPDX-License-Identifier: Apache-2.0
"""Mail services that are spoken to over their own API, through django-anymail. No Django, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

PREFIX = "anymail+"
NOT_SERVICES = ("base", "base_requests", "console", "sendinblue")
EXPECTED = "Use anymail+<service>://?<option>=<value>, as anymail+postmark://?server_token=…; docs/mail.md."


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service that takes every message. `options` are those that anymail has for it."""

    name: str
    """As anymail spells it: postmark, amazon_ses."""
    options: Mapping[str, str] = field(repr=False)
    connections: int = 4

    @property
    def place(self) -> str:
        """What people call it."""
        return self.name.replace("_", " ").title()

    def secrets(self) -> set[str]:
        """Return what of the options must appear in no log."""
        words = ("key", "token", "secret", "password")
        return {
            value for name, value in self.options.items() if value and any(word in name for word in words)
        }

    def settings(self) -> dict[str, object]:
        """Return the options as anymail reads them from Django's settings."""
        named: dict[str, object] = {
            f"{self.name}_{name}".upper(): value for name, value in self.options.items()
        }
        return named


def is_service(url: str) -> bool:
    """Tell whether an address names a mail service."""
    return url.startswith(PREFIX)


def read_service(url: str) -> Service:
    """Read `anymail+postmark://?server_token=secret&connections=4`. Raises ValueError."""
    name, _separator, rest = url.removeprefix(PREFIX).partition("://")
    parts = urlsplit(f"//{rest}")
    options = dict(parse_qsl(parts.query))
    connections = options.pop("connections", "4")
    if (
        not is_service(url)
        or not re.fullmatch(r"[a-z_]{2,20}", name)
        or parts.netloc
        or parts.path.strip("/")
    ):
        raise ValueError(EXPECTED)
    if not all(re.fullmatch(r"[a-z_]{1,40}", option) for option in options):
        raise ValueError(f"Options are named in small letters. {EXPECTED}")
    if not connections.isdigit() or not 1 <= int(connections) <= 20:
        raise ValueError(f"connections is {connections!r}. Use a number from 1 to 20.")
    return Service(name, options, int(connections))


def why_not(service: Service) -> str:
    """Return why a service cannot be used on this machine, and what to do; '' if it can."""
    found = find_spec("anymail")
    if found is None or not found.submodule_search_locations:
        return (
            f"Mail is to go through {service.place}, but the package django-anymail is missing. In a"
            " checkout: `.venv/bin/pip install 'django-anymail>=15.2'`; elsewhere:"
            " `pip install 'onrecord[anymail]'`."
        )
    folder = Path(next(iter(found.submodule_search_locations))) / "backends"
    known = sorted(path.stem for path in folder.glob("[a-z]*.py") if path.stem not in (*NOT_SERVICES, "test"))
    if service.name in (*known, "test"):
        return ""
    return f"{service.name!r} is no service that anymail knows. Use one of {', '.join(known)}."
