# SPDX-License-Identifier: Apache-2.0
"""What can happen to coverage. The subject is `coverage/<id>`; no event holds a name or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class CoverageAdded(Event):
    """A press officer entered where statements were taken up."""

    name: ClassVar[str] = "press.coverage_added"
    source: str
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class CoverageFound(Event):
    """Something from outside says that it is about a statement, and waits for a look."""

    name: ClassVar[str] = "press.coverage_found"
    source: str
    statement_id: int


@dataclass(frozen=True, kw_only=True)
class CoverageConfirmed(Event):
    """A press officer looked and says that it is coverage."""

    name: ClassVar[str] = "press.coverage_confirmed"
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class CoverageChanged(Event):
    """Details were changed. `statements`: those it is about, and those it was about before."""

    name: ClassVar[str] = "press.coverage_changed"
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class CoverageRefused(Event):
    """A press officer looked and says that it is none, or no longer."""

    name: ClassVar[str] = "press.coverage_refused"
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class CoverageGone(Event):
    """The page is gone, or no longer links to the statement."""

    name: ClassVar[str] = "press.coverage_gone"
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class PageFetched(Event):
    """A page elsewhere was fetched; this is the hash of its bytes. `kept`: the bytes are kept."""

    name: ClassVar[str] = "press.page_fetched"
    copy_id: int
    sha256: str
    kept: bool


@dataclass(frozen=True, kw_only=True)
class CopyForgotten(Event):
    """The bytes of a page that were kept are deleted; the hash stays."""

    name: ClassVar[str] = "press.copy_forgotten"
    copy_id: int


@dataclass(frozen=True, kw_only=True)
class CoverageExported(Event):
    """A press officer took a list of coverage away as a file; the subject is `coverage`."""

    name: ClassVar[str] = "press.coverage_exported"


@dataclass(frozen=True, kw_only=True)
class CoveragePolicyChanged(Event):
    """The newsroom chose otherwise about Webmentions or the public list; the subject is `coverage-policy`."""

    name: ClassVar[str] = "press.coverage_policy_changed"
    fields: list[str]
