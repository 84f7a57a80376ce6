# SPDX-License-Identifier: Apache-2.0
"""What can happen to the organisation and its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class SetUp(Event):
    """The set-up wizard was completed: the newsroom exists, and its site can be baked."""

    name: ClassVar[str] = "people.set_up"
    organisation: str
    address: str
    languages: list[str]


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    """Details of the organisation were changed; `changed` names the fields."""

    name: ClassVar[str] = "people.organisation_changed"
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class Invited(Event):
    """Somebody was invited to the newsroom."""

    name: ClassVar[str] = "people.invited"
    person: str
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """An invitation was taken back before it was used."""

    name: ClassVar[str] = "people.invitation_revoked"
    person: str


@dataclass(frozen=True, kw_only=True)
class NewLinkIssued(Event):
    """Somebody who was locked out got a link to choose a new password and second factor."""

    name: ClassVar[str] = "people.new_link_issued"
    person: str


@dataclass(frozen=True, kw_only=True)
class Joined(Event):
    """An invitation was accepted."""

    name: ClassVar[str] = "people.joined"
    person: str


@dataclass(frozen=True, kw_only=True)
class AccessRenewed(Event):
    """Somebody used a new link: password replaced, second factor removed, sessions ended."""

    name: ClassVar[str] = "people.access_renewed"
    person: str


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Event):
    """The roles of a person were changed."""

    name: ClassVar[str] = "people.roles_changed"
    person: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True, kw_only=True)
class Deactivated(Event):
    """An account was closed; what its owner did stays under their name."""

    name: ClassVar[str] = "people.deactivated"
    person: str


@dataclass(frozen=True, kw_only=True)
class Reactivated(Event):
    """A closed account was opened again."""

    name: ClassVar[str] = "people.reactivated"
    person: str


ALL: tuple[type[Event], ...] = (
    SetUp,
    OrganisationChanged,
    Invited,
    InvitationRevoked,
    NewLinkIssued,
    Joined,
    AccessRenewed,
    RolesChanged,
    Deactivated,
    Reactivated,
)
