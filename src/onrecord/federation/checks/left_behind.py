# SPDX-License-Identifier: Apache-2.0
"""Who followed the newsroom under an address that the site no longer has. It asks nobody: it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage
from django.core.checks import Warning as Caution
from django.db import DatabaseError

from onrecord.federation.moving import keeping
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation


def check(app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
    """Answer Django's check framework, whose options do not matter here."""
    try:
        return _left_behind()
    except (DatabaseError, NotSetUp):
        return []  # other checks say why


def _left_behind() -> list[CheckMessage]:
    """W022: nobody follows an account at an address that was given up without taking them along."""
    changed = keeping.address_changed_at()
    lost = keeping.left_behind(changed).count() if changed is not None else 0
    if changed is None or not lost:
        return []
    return [
        Caution(
            f"{lost} who follow in the fediverse did so before the address of the site was changed to"
            f" {Organisation.current().address}, on {changed:%Y-%m-%d}, and were not taken along: their"
            " servers know the account by its old address, and do not show what comes from the new one.",
            hint=(
                "Ask them to follow the account as it is called now: `onrecord federation followers --export"
                " FILE.csv` says who they are. Whoever does is not counted here any more. Next time use"
                " `onrecord federation change-domain`."
            ),
            id="federation.W022",
        )
    ]
