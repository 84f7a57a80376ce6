# SPDX-License-Identifier: Apache-2.0
"""What can happen to inquiries; the subject is `inquiry/<id>`. No event holds names, addresses or words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class InquiryReceived(Event):
    """A journalist asks something; `held`: by mail from somebody unknown."""

    name: ClassVar[str] = "press.inquiry_received"
    origin: str
    kind: str
    held: bool


@dataclass(frozen=True, kw_only=True)
class InquiryConfirmed(Event):
    """It was shown that the address of an inquiry is its sender's."""

    name: ClassVar[str] = "press.inquiry_confirmed"


@dataclass(frozen=True, kw_only=True)
class InquiryContinued(Event):
    """A journalist wrote again about an inquiry."""

    name: ClassVar[str] = "press.inquiry_continued"
    origin: str


@dataclass(frozen=True, kw_only=True)
class InquiryTaken(Event):
    """Somebody took an inquiry that nobody had."""

    name: ClassVar[str] = "press.inquiry_taken"


@dataclass(frozen=True, kw_only=True)
class InquiryHandedOver(Event):
    """An inquiry has another owner."""

    name: ClassVar[str] = "press.inquiry_handed_over"
    person: int


@dataclass(frozen=True, kw_only=True)
class SpokespersonAsked(Event):
    """An answer waits for a spokesperson."""

    name: ClassVar[str] = "press.spokesperson_asked"
    spokesperson: int


@dataclass(frozen=True, kw_only=True)
class InquiryNoted(Event):
    """Somebody left a note for colleagues at an inquiry."""

    name: ClassVar[str] = "press.inquiry_noted"


@dataclass(frozen=True, kw_only=True)
class AnswerDrafted(Event):
    """The draft of an answer was changed; `draft` counts its changes."""

    name: ClassVar[str] = "press.answer_drafted"
    draft: int


@dataclass(frozen=True, kw_only=True)
class SignOffAsked(Event):
    """A draft waits for a second person."""

    name: ClassVar[str] = "press.sign_off_asked"
    draft: int


@dataclass(frozen=True, kw_only=True)
class AnswerSignedOff(Event):
    """A second person lets a draft go out as it is."""

    name: ClassVar[str] = "press.answer_signed_off"
    draft: int
    alone: bool


@dataclass(frozen=True, kw_only=True)
class AnswerSentBack(Event):
    """A second person wants a draft changed."""

    name: ClassVar[str] = "press.answer_sent_back"
    draft: int


@dataclass(frozen=True, kw_only=True)
class InquiryAnswered(Event):
    """An answer went out; `first`: the first one; `in_time`: before the deadline, or there was none."""

    name: ClassVar[str] = "press.inquiry_answered"
    first: bool
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class InquiryClosed(Event):
    """Nobody waits for an answer any more."""

    name: ClassVar[str] = "press.inquiry_closed"
    outcome: str


@dataclass(frozen=True, kw_only=True)
class InquiryReopened(Event):
    """An inquiry that was answered or closed goes on."""

    name: ClassVar[str] = "press.inquiry_reopened"


@dataclass(frozen=True, kw_only=True)
class AnswerMarked(Event):
    """An answer was marked as one to be used again, or no longer."""

    name: ClassVar[str] = "press.answer_marked"
    reusable: bool


@dataclass(frozen=True, kw_only=True)
class AnswerPublishing(Event):
    """A statement was begun from the answer to an inquiry."""

    name: ClassVar[str] = "press.answer_publishing"
    statement: int


@dataclass(frozen=True, kw_only=True)
class InquiryReminded(Event):
    """Colleagues were reminded of a deadline."""

    name: ClassVar[str] = "press.inquiry_reminded"
    hours: int


@dataclass(frozen=True, kw_only=True)
class InquiryReduced(Event):
    """What is personal in an inquiry was removed, two years after it was closed."""

    name: ClassVar[str] = "press.inquiry_reduced"


@dataclass(frozen=True, kw_only=True)
class InquiryErased(Event):
    """What is personal in an inquiry was removed because its sender wanted that."""

    name: ClassVar[str] = "press.inquiry_erased"


@dataclass(frozen=True, kw_only=True)
class InquiryPolicyChanged(Event):
    """How inquiries are answered was changed; the subject is `inquiry-policy`."""

    name: ClassVar[str] = "press.inquiry_policy_changed"
    sign_off: str
    show_response_time: bool
