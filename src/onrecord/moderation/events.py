# SPDX-License-Identifier: Apache-2.0
"""What can happen in judging. No event holds an address, a name of the public, or words of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class RulesDrafted(Event):
    """The draft of the rules was changed; the subject is `rules`."""

    name: ClassVar[str] = "moderation.rules_drafted"


@dataclass(frozen=True, kw_only=True)
class RulesPublished(Event):
    """A version of the rules was announced; the subject is `rules/<version>`."""

    name: ClassVar[str] = "moderation.rules_published"
    version: int
    effective_from: str


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """Deadlines or duties were changed; the subject is `moderation`."""

    name: ClassVar[str] = "moderation.policy_changed"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class Reported(Event):
    """Somebody reported something; it counts once they have confirmed it."""

    name: ClassVar[str] = "moderation.reported"


@dataclass(frozen=True, kw_only=True)
class ReportReceived(Event):
    """A report was confirmed and has joined a case."""

    name: ClassVar[str] = "moderation.report_received"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class ReportClosed(Event):
    """A report was withdrawn, or expired because nobody confirmed it."""

    name: ClassVar[str] = "moderation.report_closed"
    state: str


@dataclass(frozen=True, kw_only=True)
class FlaggerAdded(Event):
    """Somebody's reports come first from now on; the subject is `flagger/<id>`."""

    name: ClassVar[str] = "moderation.flagger_added"
    flagger: str


@dataclass(frozen=True, kw_only=True)
class FlaggerEnded(Event):
    """A trusted flagger is one no more; the subject is `flagger/<id>`."""

    name: ClassVar[str] = "moderation.flagger_ended"
    flagger: str


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """Something has to be judged."""

    name: ClassVar[str] = "moderation.case_opened"


@dataclass(frozen=True, kw_only=True)
class CaseClaimed(Event):
    """A moderator is at it."""

    name: ClassVar[str] = "moderation.case_claimed"


@dataclass(frozen=True, kw_only=True)
class CaseReleased(Event):
    """A moderator put it back."""

    name: ClassVar[str] = "moderation.case_released"


@dataclass(frozen=True, kw_only=True)
class Approved(Event):
    """Something that was held is shown; its case is closed without a decision."""

    name: ClassVar[str] = "moderation.approved"


@dataclass(frozen=True, kw_only=True)
class Decided(Event):
    """A decision was taken and its effects are in force; the subject is `case/<id>`."""

    name: ClassVar[str] = "moderation.decided"
    decision_id: int
    verdict: str
    effects: list[str]


@dataclass(frozen=True, kw_only=True)
class EndProposed(Event):
    """To end somebody's standing for good was proposed; the subject is `proposal/<id>`, as of both below."""

    name: ClassVar[str] = "moderation.end_proposed"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class EndDeclined(Event):
    """A second person did not sign it, with reasons."""

    name: ClassVar[str] = "moderation.end_declined"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class EndWithdrawn(Event):
    """A proposal was taken back, or what it was about is gone."""

    name: ClassVar[str] = "moderation.end_withdrawn"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class EffectExpired(Event):
    """An effect has run out and was undone; the subject is `decision/<id>`."""

    name: ClassVar[str] = "moderation.effect_expired"
    kind: str


@dataclass(frozen=True, kw_only=True)
class Informed(Event):
    """A party knows of a decision: the time to appeal runs; the subject is `notice/<id>`."""

    name: ClassVar[str] = "moderation.informed"
    how: str


@dataclass(frozen=True, kw_only=True)
class Appealed(Event):
    """Somebody appealed; the subject is `appeal/<id>`, as of all that follow."""

    name: ClassVar[str] = "moderation.appealed"
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class Assigned(Event):
    """Somebody who did not decide hears it."""

    name: ClassVar[str] = "moderation.appeal_assigned"


@dataclass(frozen=True, kw_only=True)
class GivenBack(Event):
    """An appeal waits for somebody again: whoever heard it cannot."""

    name: ClassVar[str] = "moderation.appeal_given_back"


@dataclass(frozen=True, kw_only=True)
class Asked(Event):
    """The reviewer asked the party something."""

    name: ClassVar[str] = "moderation.appeal_asked"


@dataclass(frozen=True, kw_only=True)
class Answered(Event):
    """The party answered."""

    name: ClassVar[str] = "moderation.appeal_answered"


@dataclass(frozen=True, kw_only=True)
class Heard(Event):
    """An appeal was decided and the outcome carried out."""

    name: ClassVar[str] = "moderation.appeal_heard"
    outcome: str
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class AppealClosed(Event):
    """An appeal was withdrawn, or not admitted by a person, with reasons."""

    name: ClassVar[str] = "moderation.appeal_closed"
    state: str


@dataclass(frozen=True, kw_only=True)
class CaseFinal(Event):
    """No appeal is possible any more."""

    name: ClassVar[str] = "moderation.case_final"


@dataclass(frozen=True, kw_only=True)
class SenderWarned(Event):
    """Somebody was warned for unfounded reports or appeals; the subject is `suspension/<id>`."""

    name: ClassVar[str] = "moderation.sender_warned"
    conduct: str


@dataclass(frozen=True, kw_only=True)
class SenderSuspended(Event):
    """Somebody's reports or appeals are not processed for a time; the subject is `suspension/<id>`."""

    name: ClassVar[str] = "moderation.sender_suspended"
    conduct: str


@dataclass(frozen=True, kw_only=True)
class ReasonsErased(Event):
    """The words of a decision are gone, and with them what ties it to the log; subject `decision/<id>`."""

    name: ClassVar[str] = "moderation.reasons_erased"


@dataclass(frozen=True, kw_only=True)
class SampleBegun(Event):
    """The seed of a sample is committed to in the log; the subject is `sample/<number>`, as of the next."""

    name: ClassVar[str] = "moderation.sample_begun"
    path: str


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(Event):
    """Decisions were drawn to be examined again, and the seed is public."""

    name: ClassVar[str] = "moderation.sample_drawn"
    drawn: int
    population: int


@dataclass(frozen=True, kw_only=True)
class Examined(Event):
    """Somebody has judged a drawn decision again; the subject is `recheck/<id>`, as of the next."""

    name: ClassVar[str] = "moderation.examined"
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PutRight(Event):
    """A decision that an examination found wrong was reversed of the newsroom's own accord."""

    name: ClassVar[str] = "moderation.put_right"
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionsLogged(Event):
    """Commitments to decisions are in the public log; the subject is `document/<id>`."""

    name: ClassVar[str] = "moderation.decisions_logged"
    path: str
    decisions: int


@dataclass(frozen=True, kw_only=True)
class OrderRecorded(Event):
    """An order of an authority was recorded; the subject is `order/<id>`, as of both that follow."""

    name: ClassVar[str] = "moderation.order_recorded"
    information: bool


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    """The authority was told that its order arrived."""

    name: ClassVar[str] = "moderation.order_confirmed"


@dataclass(frozen=True, kw_only=True)
class OrderEffected(Event):
    """The authority was told what was done."""

    name: ClassVar[str] = "moderation.order_effected"


@dataclass(frozen=True, kw_only=True)
class DisputeRecorded(Event):
    """Somebody went to an out-of-court body; the subject is `dispute/<id>`."""

    name: ClassVar[str] = "moderation.dispute_recorded"


@dataclass(frozen=True, kw_only=True)
class DisputeDecided(Event):
    """An out-of-court body has decided; the subject is `dispute/<id>`."""

    name: ClassVar[str] = "moderation.dispute_decided"
    outcome: str
