# SPDX-License-Identifier: Apache-2.0
"""The addresses of the program and, as from a server in front, what is baked for the fediverse."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from onrecord.bakery.headers import ACTIVITY_JSON


def baked(_request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a file from the site directory."""
    file = Path(settings.HOME) / "site/ap" / name
    if not file.is_file():
        raise Http404
    return HttpResponse(file.read_bytes(), content_type=ACTIVITY_JSON)


urlpatterns = [
    path("", include("onrecord.config.urls")),
    path("ap/<path:name>", baked),
]
