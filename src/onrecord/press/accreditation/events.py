# SPDX-License-Identifier: Apache-2.0
"""What can happen to applications. The subject is `application/<id>`; no event holds a name or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class AccreditationRequested(Event):
    """Somebody asks to be accredited; the address is not confirmed yet."""

    name: ClassVar[str] = "press.accreditation_requested"


@dataclass(frozen=True, kw_only=True)
class AccreditationSubmitted(Event):
    """An application counts: it waits for a decision."""

    name: ClassVar[str] = "press.accreditation_submitted"


@dataclass(frozen=True, kw_only=True)
class AccreditationGranted(Event):
    """Somebody is accredited."""

    name: ClassVar[str] = "press.accreditation_granted"


@dataclass(frozen=True, kw_only=True)
class AccreditationRestricted(Event):
    """A decision refuses, withdraws or limits an accreditation; `reference` names its effect."""

    name: ClassVar[str] = "press.accreditation_restricted"
    kind: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class AccreditationRestored(Event):
    """An effect of a decision was taken back."""

    name: ClassVar[str] = "press.accreditation_restored"
    reference: str


@dataclass(frozen=True, kw_only=True)
class AccreditationTakenBack(Event):
    """Somebody took their application back, or gave their accreditation up."""

    name: ClassVar[str] = "press.accreditation_taken_back"


@dataclass(frozen=True, kw_only=True)
class AccreditationEnded(Event):
    """An accreditation has run out."""

    name: ClassVar[str] = "press.accreditation_ended"


@dataclass(frozen=True, kw_only=True)
class AccreditationReduced(Event):
    """What was personal in an application was removed."""

    name: ClassVar[str] = "press.accreditation_reduced"


@dataclass(frozen=True, kw_only=True)
class AccreditedExported(Event):
    """The list of the accredited was taken away as a file; the subject is `accreditation`."""

    name: ClassVar[str] = "press.accredited_exported"
