# SPDX-License-Identifier: Apache-2.0
"""Which WebSub hub feeds announce: one elsewhere, none, or the newsroom's own, which is at `/websub/`."""

from __future__ import annotations

from django.conf import settings

from onrecord.statements.pages.site import Site

PATH = "/websub/"
OFF = "off"


def is_announced() -> bool:
    """Tell whether feeds name a hub at all."""
    return settings.WEBSUB_HUB != OFF


def is_own() -> bool:
    """Tell whether it is the newsroom's own."""
    return not settings.WEBSUB_HUB


def address(site: Site) -> str:
    """Return the whole address of the hub; nothing if none is announced."""
    if not is_announced():
        return ""
    return str(settings.WEBSUB_HUB) or site.url(PATH)
