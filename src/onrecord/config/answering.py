# SPDX-License-Identifier: Apache-2.0
"""What stands between the web server and Django: baked files first, then desk assets."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from granian.utils.proxies import wrap_wsgi_with_proxy_headers
from whitenoise import WhiteNoise

from onrecord.bakery.server import BakedSite
from onrecord.config import django_setup
from onrecord.config.bodies import read_in_turn
from onrecord.config.environment import Environment

ASSET_SECONDS = 60
DYNAMIC = (
    *("/search", "/.well-known/webfinger", "/desk", "/accounts", "/setup", "/invitation", "/static"),
    "/witness",
    "/verify",
    "/following",
    "/mail",
    "/websub",
    "/webmention",
    "/accredit",
    "/forms",
    "/report",
    "/notice",
    "/press-list",
    "/inquiries",
    "/wire",
    "/api",
    "/comments",
    "/ap/followers",
    *("/ap/inbox", "/ap/actors/*/inbox", "/ap/likes", "/ap/shares", "/ap/replies", "/ap/quotes"),
)
"""What Django or the desk's assets answer. Everything else is a baked page or does not exist."""

STARTING_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Starting</title>
<h1>This newsroom is starting</h1><p>This page loads again by itself. Published statements can be read.</p>
"""


def starting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 503: the program is being started or its database prepared."""
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(STARTING_PAGE))),
            ("Retry-After", "2"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ],
    )
    return [STARTING_PAGE]


class LateDjango:
    """Django, loaded by the first request that needs it, once, whatever the number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._application: WSGIApplication | None = None

    def load(self) -> None:
        """Load Django, unless that has been done."""
        with self._lock:
            if self._application is None:
                django_setup.load()
                from django.core.wsgi import get_wsgi_application
                from django.urls import get_resolver

                from onrecord.config.machines import machines_apart

                application = machines_apart(get_wsgi_application())
                # Imports every view, which the first request would otherwise do in each process. No database.
                assert get_resolver().url_patterns  # noqa: S101 - a property that loads
                _build_a_query()
                self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._application is None:
            self.load()
        assert self._application is not None  # noqa: S101 - narrows the type
        return self._application(environ, start_response)


def _build_a_query() -> None:
    """Have Django work out, before processes are forked, what it does when the first query is built.

    It takes 3 MiB and changes as much again: in each process if it is done there. Asks no database.
    """
    from onrecord.people.models import Organisation

    str(Organisation.objects.filter(pk=Organisation.ONLY).order_by("pk").query)


def before_django(application: WSGIApplication, environment: Environment, home: Path) -> WSGIApplication:
    """Put in front of `application` what is answered without it: baked pages and the desk's assets."""
    trusted = [part.strip() for part in environment.trusted_proxies.split(",") if part.strip()]
    behind_proxies = wrap_wsgi_with_proxy_headers(read_in_turn(application), trusted_hosts=trusted)
    assets = WhiteNoise(behind_proxies, max_age=ASSET_SECONDS)
    assets.add_files(str(home / "static"), prefix="static/")
    return BakedSite(assets, home / "site", dynamic=DYNAMIC)
