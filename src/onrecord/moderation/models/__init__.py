# SPDX-License-Identifier: Apache-2.0
"""Tables of judging.

policy      what is owed and how long it may take
rules       drafts, versions, rules, texts
cases       cases, reports, trusted flaggers
decisions   decisions, reasons, commitments, effects, notices
appeals     appeals, questions and answers, attachments, disputes elsewhere
proposals   ends that wait for a second signature
standing    what weighs against somebody
samples     decisions drawn to be examined again
facts       what statistics are made of
filings     the yearly report
orders      orders of authorities
platforms   others who use this engine
"""

from onrecord.moderation.models.appeals import (
    CLOSED,
    Appeal,
    AppealState,
    Attachment,
    External,
    Outcome,
    Remark,
)
from onrecord.moderation.models.cases import (
    UNDECIDED,
    Case,
    CaseState,
    Owner,
    Report,
    ReportState,
    Source,
    TrustedFlagger,
)
from onrecord.moderation.models.decisions import (
    HIDING,
    ON_PERSONS,
    Commitment,
    Decision,
    Effect,
    EffectKind,
    EffectState,
    Notice,
    NoticeState,
    Party,
    Reasons,
    Verdict,
)
from onrecord.moderation.models.facts import (
    AppealFact,
    Basis,
    DecisionFact,
    ExternalFact,
    Ground,
    OrderFact,
    RecheckFact,
    ReportFact,
    SuspensionFact,
)
from onrecord.moderation.models.filings import ReportTexts, TransparencyReport
from onrecord.moderation.models.orders import AuthorityOrder
from onrecord.moderation.models.platforms import ApiToken, ExternalItem, IdempotentAnswer, Platform, Scope
from onrecord.moderation.models.policy import Policy, Pseudonym, Role
from onrecord.moderation.models.proposals import Proposal
from onrecord.moderation.models.rules import Rule, RuleBook, RuleDraft, RuleText
from onrecord.moderation.models.samples import Recheck, Sample
from onrecord.moderation.models.standing import Conduct, Mark, Rung, Suspension

__all__ = [
    "CLOSED",
    "HIDING",
    "ON_PERSONS",
    "UNDECIDED",
    "ApiToken",
    "Appeal",
    "AppealFact",
    "AppealState",
    "Attachment",
    "AuthorityOrder",
    "Basis",
    "Case",
    "CaseState",
    "Commitment",
    "Conduct",
    "Decision",
    "DecisionFact",
    "Effect",
    "EffectKind",
    "EffectState",
    "External",
    "ExternalFact",
    "ExternalItem",
    "Ground",
    "IdempotentAnswer",
    "Mark",
    "Notice",
    "NoticeState",
    "OrderFact",
    "Outcome",
    "Owner",
    "Party",
    "Platform",
    "Policy",
    "Proposal",
    "Pseudonym",
    "Reasons",
    "Recheck",
    "RecheckFact",
    "Remark",
    "Report",
    "ReportFact",
    "ReportState",
    "ReportTexts",
    "Role",
    "Rule",
    "RuleBook",
    "RuleDraft",
    "RuleText",
    "Rung",
    "Sample",
    "Scope",
    "Source",
    "Suspension",
    "SuspensionFact",
    "TransparencyReport",
    "TrustedFlagger",
    "Verdict",
]
