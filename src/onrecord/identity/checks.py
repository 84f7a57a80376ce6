# SPDX-License-Identifier: Apache-2.0
"""What `onrecord check` says about the newsroom's identity. It asks nobody: it reads what was found last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage
from django.core.checks import Warning as Caution
from django.db import DatabaseError

from onrecord.identity.links import Outcome, Way
from onrecord.identity.models import Finding
from onrecord.identity.wording import sentence
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation


def check(app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
    """Answer Django's check framework, whose options do not matter here."""
    try:
        return [*_domains(), *_security_contact()]
    except (DatabaseError, NotSetUp):
        return []  # other checks say why


def _domains() -> list[CheckMessage]:
    """W001: every known domain vouches for this newsroom in DNS. A line in its trust.txt may be missing."""
    return [
        Caution(
            f"{finding.domain}: {sentence(finding)}",
            hint="`onrecord identity show` prints what to enter; `onrecord identity check` asks again.",
            id="identity.W001",
        )
        for finding in Finding.objects.filter(way=Way.DNS).exclude(outcome=Outcome.RIGHT)
    ]


def _security_contact() -> list[CheckMessage]:
    """W002: somebody who finds a weakness learns where to report it."""
    if Organisation.current().security_contact:
        return []
    return [
        Caution(
            "No security contact is named, so the site has no security.txt.",
            hint="Name one at the desk under Identity.",
            id="identity.W002",
        )
    ]
