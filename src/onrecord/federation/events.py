# SPDX-License-Identifier: Apache-2.0
"""What can happen in the fediverse. Of the newsroom's own accounts `subject` is `actor/<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class ActorOpened(Event):
    """An account of the newsroom exists and can be followed; `kind` is newsroom, selection or instance."""

    name: ClassVar[str] = "federation.actor_opened"
    account: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class KeysChanged(Event):
    """An account has new keys; those before are `state`: retired or compromised. Its file has to be baked."""

    name: ClassVar[str] = "federation.keys_changed"
    account: str
    number: int
    """Of the new pair."""
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ActorDescribed(Event):
    """An account of the newsroom is called otherwise, or says something else of itself; `fields` changed."""

    name: ClassVar[str] = "federation.actor_described"
    account: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ActorClosed(Event):
    """An account for a language or topic is closed for good."""

    name: ClassVar[str] = "federation.actor_closed"
    account: str
