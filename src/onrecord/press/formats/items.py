# SPDX-License-Identifier: Apache-2.0
"""An edition as a wire carries it: what each format writes, each in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """The publishing status of an item; both standards write these words."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Signal(StrEnum):
    """What a later version is, beside being later."""

    NONE = ""
    CORRECTION = "correction"
    UPDATE = "update"


class Notice(StrEnum):
    """What desks are told first about a version."""

    NONE = ""
    UPDATE = "update"
    CLARIFICATION = "clarification"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    LIFTED = "lifted"
    HOLD = "hold"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Party:
    """Whose item it is."""

    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is about: a name, and the eight digits of a Media Topic where the newsroom names one."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A human whom desks may phone or write to."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    languages: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Spokesperson:
    """Who is quoted."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of an asset. `name` is of the IPTC's renditions (`web`, `highRes`); sizes in bytes, pixels."""

    name: str
    href: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture or a file that goes with the text, in one or more renditions, with its rights."""

    uri: str
    title: str
    is_picture: bool
    renditions: tuple[Rendition, ...]
    caption: str = ""
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """Who holds the rights, and what may be done. `link` leads to the terms in full."""

    holder: str
    usage_terms: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Embargo:
    """Not before a moment: in UTC, with the zone (IANA) in which people agreed on it, and the terms."""

    until: datetime
    zone: str = "UTC"
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """How a desk checks the item: the SHA-256 (hex) of the edition file, and its place in a log."""

    sha256: str
    log: str = ""
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Of what this is a translation."""

    uri: str
    version: int


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one item. `uri` is the same for all versions; moments are aware."""

    uri: str
    version: int
    language: str
    kind: str
    headline: str
    summary: str
    body: str
    """HTML as an edition holds it; addresses may be paths of `base`."""
    base: str
    """The newsroom's address, without a slash at the end."""
    issuer: Party
    rights: Rights
    proof: Proof
    first_created: datetime
    version_created: datetime
    place: str = ""
    dated: date | None = None
    urgency: int = 4
    status: Status = Status.USABLE
    signal: Signal = Signal.NONE
    notice: Notice = Notice.NONE
    reason: str = ""
    """What changed, or why it is withdrawn."""
    embargo: Embargo | None = None
    subjects: tuple[Subject, ...] = ()
    spokespeople: tuple[Spokesperson, ...] = ()
    contacts: tuple[Contact, ...] = ()
    assets: tuple[Asset, ...] = ()
    page: str = ""
    """Where readers find it; empty before it is released."""
    corrections_page: str = ""
    translation_of: Origin | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes around items that are handed over together: from whom, to whom, when, as which."""

    sender: str
    destination: str
    transmission: str
    sent: datetime
    urgency: int = 4
