# SPDX-License-Identifier: Apache-2.0
"""What can happen to platforms. The subject is `platform/<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class PlatformAdded(Event):
    """Another platform of the organisation may use the engine."""

    name: ClassVar[str] = "moderation.platform_added"
    platform: str


@dataclass(frozen=True, kw_only=True)
class PlatformEnded(Event):
    """A platform may use the engine no more; its cases go on."""

    name: ClassVar[str] = "moderation.platform_ended"
    platform: str


@dataclass(frozen=True, kw_only=True)
class SecretRenewed(Event):
    """What outcomes to a platform are signed with is new; the earlier secret signs too for two days."""

    name: ClassVar[str] = "moderation.platform_secret_renewed"
    platform: str


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """A platform got a token."""

    name: ClassVar[str] = "moderation.token_made"
    label: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenEnded(Event):
    """A token opens nothing any more."""

    name: ClassVar[str] = "moderation.token_ended"
    label: str


@dataclass(frozen=True, kw_only=True)
class ItemSubmitted(Event):
    """A platform submitted a thing, or other words of it."""

    name: ClassVar[str] = "moderation.item_submitted"
    item_id: int
    version: int
