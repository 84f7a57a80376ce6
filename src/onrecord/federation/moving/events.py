# SPDX-License-Identifier: Apache-2.0
"""What can happen when accounts move. `subject` is `actor/<id>` of the account that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class OriginsNamed(Event):
    """An account says which accounts elsewhere it was before. Its file has to be baked."""

    name: ClassVar[str] = "federation.origins_named"
    account: str
    origins: list[str]


@dataclass(frozen=True, kw_only=True)
class Moved(Event):
    """An account asks its followers to follow another one. Both files have to be baked before it is told."""

    name: ClassVar[str] = "federation.moved"
    account: str
    target: str


@dataclass(frozen=True, kw_only=True)
class MoveTakenBack(Event):
    """An account no longer says that it has moved. Who went away stays away."""

    name: ClassVar[str] = "federation.move_taken_back"
    account: str
    target: str


@dataclass(frozen=True, kw_only=True)
class FollowersExported(Event):
    """Somebody took the list of an account's followers away as a file."""

    name: ClassVar[str] = "federation.followers_exported"
    account: str
    """Empty: of all accounts."""
    count: int


@dataclass(frozen=True, kw_only=True)
class FollowersImported(Event):
    """Followers of an account were brought along from another installation of it."""

    name: ClassVar[str] = "federation.followers_imported"
    added: int
    refused: int
