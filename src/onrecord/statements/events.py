# SPDX-License-Identifier: Apache-2.0
"""What can happen to a statement. `subject` is `statement/<id>`, except where it says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Begun(Event):
    """Somebody began a statement."""

    name: ClassVar[str] = "statements.begun"


@dataclass(frozen=True, kw_only=True)
class Submitted(Event):
    """A text was submitted for approval; `digest` is its SHA-256."""

    name: ClassVar[str] = "statements.submitted"
    digest: str


@dataclass(frozen=True, kw_only=True)
class ChangesRequested(Event):
    """An editor asked for changes."""

    name: ClassVar[str] = "statements.changes_requested"
    request: str


@dataclass(frozen=True, kw_only=True)
class Approved(Event):
    """A text was approved. `sole_editor`: by its own writer, there being no other editor."""

    name: ClassVar[str] = "statements.approved"
    digest: str
    sole_editor: bool


@dataclass(frozen=True, kw_only=True)
class Reopened(Event):
    """A submission, approval or date was taken back."""

    name: ClassVar[str] = "statements.reopened"
    state: str


@dataclass(frozen=True, kw_only=True)
class Scheduled(Event):
    """A moment of release was set: UTC as ISO 8601, and the zone it was entered in."""

    name: ClassVar[str] = "statements.scheduled"
    at: str
    zone: str
    embargoed: bool


@dataclass(frozen=True, kw_only=True)
class Sealed(Event):
    """A scheduled text was frozen, to be committed to now and shown at its moment: UTC as ISO 8601."""

    name: ClassVar[str] = "statements.sealed"
    seal_id: int
    until: str


@dataclass(frozen=True, kw_only=True)
class SealLetGo(Event):
    """Somebody took a sealed text back; the record will say so in public, with this reason."""

    name: ClassVar[str] = "statements.seal_let_go"
    reason: str


@dataclass(frozen=True, kw_only=True)
class SealGivenUp(Event):
    """The edition at `document_path` says in public that a sealed leaf will never be opened."""

    name: ClassVar[str] = "statements.seal_given_up"
    leaf_index: int
    document_path: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Unscheduled(Event):
    """The moment of release was taken back."""

    name: ClassVar[str] = "statements.unscheduled"


@dataclass(frozen=True, kw_only=True)
class Overdue(Event):
    """A scheduled release was more than two hours late and now waits for a person."""

    name: ClassVar[str] = "statements.overdue"
    at: str


@dataclass(frozen=True, kw_only=True)
class ReleaseRefused(Event):
    """The clock could not release a scheduled statement; `reason` says why, and a person has to look."""

    name: ClassVar[str] = "statements.release_refused"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Released(Event):
    """An edition was frozen. It is not public yet: it has to be logged and baked first."""

    name: ClassVar[str] = "statements.released"
    edition_id: int
    number: int
    op: str = ""


@dataclass(frozen=True, kw_only=True)
class Sequenced(Event):
    """An edition has its place in the record."""

    name: ClassVar[str] = "statements.sequenced"
    edition_id: int
    leaf_index: int


@dataclass(frozen=True, kw_only=True)
class Published(Event):
    """An edition can be read and checked by anyone. Whoever announces follows this."""

    name: ClassVar[str] = "statements.published"
    edition_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Reviewed(Event):
    """Somebody else approved what had been published before review."""

    name: ClassVar[str] = "statements.reviewed"
    edition_id: int


@dataclass(frozen=True, kw_only=True)
class WithdrawalProposed(Event):
    """Somebody proposed to withdraw a statement."""

    name: ClassVar[str] = "statements.withdrawal_proposed"
    reason: str


@dataclass(frozen=True, kw_only=True)
class TranslationBegun(Event):
    """A translation was begun; `language` is its code, `original` the statement's id."""

    name: ClassVar[str] = "statements.translation_begun"
    language: str
    original: int


@dataclass(frozen=True, kw_only=True)
class TranslationConfirmed(Event):
    """Somebody confirmed that a translation renders this edition of the original."""

    name: ClassVar[str] = "statements.translation_confirmed"
    original_edition: int


@dataclass(frozen=True, kw_only=True)
class Remarked(Event):
    """A colleague left a remark on a draft."""

    name: ClassVar[str] = "statements.remarked"
    remark_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkResolved(Event):
    """A remark was settled."""

    name: ClassVar[str] = "statements.remark_resolved"
    remark_id: int


@dataclass(frozen=True, kw_only=True)
class Discarded(Event):
    """A draft that never was released was thrown away; `title` says which."""

    name: ClassVar[str] = "statements.discarded"
    title: str


@dataclass(frozen=True, kw_only=True)
class ErasureProposed(Event):
    """An administrator proposed to erase what stands at `path`."""

    name: ClassVar[str] = "statements.erasure_proposed"
    erasure_id: int
    path: str


@dataclass(frozen=True, kw_only=True)
class ErasureConfirmed(Event):
    """An editor confirmed an erasure, which is now carried out."""

    name: ClassVar[str] = "statements.erasure_confirmed"
    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class ErasureDropped(Event):
    """A proposed erasure was not confirmed, or taken back."""

    name: ClassVar[str] = "statements.erasure_dropped"
    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class Erased(Event):
    """Text and nonces of these leaves are gone; `subject` is `erasure/<id>`."""

    name: ClassVar[str] = "statements.erased"
    erasure_id: int
    document_path: str
    leaves: list[int]


@dataclass(frozen=True, kw_only=True)
class FilingChanged(Event):
    """A topic, spokesperson or press contact changed; `subject` is `topic/<id>` and so on."""

    name: ClassVar[str] = "statements.filing_changed"


@dataclass(frozen=True, kw_only=True)
class Restored(Event):
    """An edition that the database had lost was taken from the public record. Nobody is told of it again."""

    name: ClassVar[str] = "statements.restored"
    edition_id: int
    number: int
