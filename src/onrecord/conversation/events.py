# SPDX-License-Identifier: Apache-2.0
"""What can happen to comments. `subject` is `comment/<id>` or `commenter/<id>`.

No event holds an address or words of a comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Submitted(Event):
    """Somebody sent a comment. `state`: unconfirmed (of which moderators hear nothing), held or shown."""

    name: ClassVar[str] = "conversation.submitted"
    comment_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Confirmed(Event):
    """The owner of the address confirmed a comment. `state`: held or shown."""

    name: ClassVar[str] = "conversation.confirmed"
    comment_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Approved(Event):
    """A moderator let a comment be shown that had waited. No decision restricts it."""

    name: ClassVar[str] = "conversation.approved"
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class Edited(Event):
    """An author changed a comment; the version before is kept. `state`: shown, or held to be looked at."""

    name: ClassVar[str] = "conversation.edited"
    comment_id: int
    version: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event):
    """An author withdrew a comment: its text is gone, its place stays."""

    name: ClassVar[str] = "conversation.withdrawn"
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class Erased(Event):
    """A commenter had everything about them erased; their comments are marks in their places."""

    name: ClassVar[str] = "conversation.erased"
    comments: int
    statements: list[int]


@dataclass(frozen=True, kw_only=True)
class Restricted(Event):
    """A decision restricts a comment. `kind`: label, limit, hold, seal."""

    name: ClassVar[str] = "conversation.restricted"
    comment_id: int
    kind: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Lifted(Event):
    """A restriction of a comment ended; what it hid is there again unless another hides it."""

    name: ClassVar[str] = "conversation.lifted"
    comment_id: int
    kind: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class EditingFrozen(Event):
    """The author cannot edit a comment any more: somebody reported it."""

    name: ClassVar[str] = "conversation.editing_frozen"
    comment_id: int
    reference: str


@dataclass(frozen=True, kw_only=True)
class CommenterRestricted(Event):
    """A decision holds a commenter to a stricter mode: before or closed."""

    name: ClassVar[str] = "conversation.commenter_restricted"
    mode: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class CommenterLifted(Event):
    """A restriction of a commenter ended."""

    name: ClassVar[str] = "conversation.commenter_lifted"
    mode: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Learned(Event):
    """The classifier learned from a comment, or unlearned it. `as_`: unwanted, wanted or nothing."""

    name: ClassVar[str] = "conversation.learned"
    comment_id: int
    as_: str


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """How comments are taken changed: of the newsroom (subject `conversation`) or of one statement."""

    name: ClassVar[str] = "conversation.policy_changed"
    mode: str


@dataclass(frozen=True, kw_only=True)
class HoldWordsChanged(Event):
    """The words with which a comment waits for a look were changed; the subject is `conversation`."""

    name: ClassVar[str] = "conversation.hold_words_changed"
    added: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class RepliesStopped(Event):
    """A commenter wants no mail about replies any more, or wants it again."""

    name: ClassVar[str] = "conversation.replies_stopped"
    stopped: bool


@dataclass(frozen=True, kw_only=True)
class Forgotten(Event):
    """Comments and addresses that nobody confirmed were forgotten; the subject is `conversation`."""

    name: ClassVar[str] = "conversation.forgotten"
    comments: int


@dataclass(frozen=True, kw_only=True)
class Imported(Event):
    """Comments were imported from another system; the subject is `conversation`."""

    name: ClassVar[str] = "conversation.imported"
    source: str
    added: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Exported(Event):
    """Comments were written to a file; the subject is `conversation`."""

    name: ClassVar[str] = "conversation.exported"
    count: int
