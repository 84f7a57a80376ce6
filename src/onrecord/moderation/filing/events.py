# SPDX-License-Identifier: Apache-2.0
"""What can happen to what is filed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class TextsChanged(Event):
    """The words of a yearly report were changed; the subject is `transparency-report/<year>`."""

    name: ClassVar[str] = "moderation.report_texts_changed"


@dataclass(frozen=True, kw_only=True)
class ReportPublished(Event):
    """A version of a yearly report was published; the subject is `transparency-report/<year>`."""

    name: ClassVar[str] = "moderation.report_published"
    year: int
    version: int


@dataclass(frozen=True, kw_only=True)
class StatementsExported(Event):
    """Statements of reasons were given out for the Transparency Database; the subject is `moderation`."""

    name: ClassVar[str] = "moderation.statements_exported"
    since: str
    number: int


@dataclass(frozen=True, kw_only=True)
class BundleMade(Event):
    """Everything about a case was given out as an archive; the subject is `case/<id>`."""

    name: ClassVar[str] = "moderation.bundle_made"
