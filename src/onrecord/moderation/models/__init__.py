# SPDX-License-Identifier: Apache-2.0
"""Tables of judging.

policy      what is owed and how long it may take
rules       drafts, versions, rules, texts
cases       cases, reports, trusted flaggers
decisions   decisions, reasons, effects, notices
appeals     appeals, questions and answers, attachments, disputes elsewhere
standing    what weighs against somebody
facts       what statistics are made of
filings     the yearly report
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
    ReportFact,
    SuspensionFact,
)
from onrecord.moderation.models.filings import ReportTexts, TransparencyReport
from onrecord.moderation.models.policy import Policy, Pseudonym, Role
from onrecord.moderation.models.rules import Rule, RuleBook, RuleDraft, RuleText
from onrecord.moderation.models.standing import Conduct, Mark, Rung, Suspension

__all__ = [
    "CLOSED",
    "HIDING",
    "ON_PERSONS",
    "UNDECIDED",
    "Appeal",
    "AppealFact",
    "AppealState",
    "Attachment",
    "Basis",
    "Case",
    "CaseState",
    "Conduct",
    "Decision",
    "DecisionFact",
    "Effect",
    "EffectKind",
    "EffectState",
    "External",
    "ExternalFact",
    "Ground",
    "Mark",
    "Notice",
    "NoticeState",
    "OrderFact",
    "Outcome",
    "Owner",
    "Party",
    "Policy",
    "Pseudonym",
    "Reasons",
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
    "Source",
    "Suspension",
    "SuspensionFact",
    "TransparencyReport",
    "TrustedFlagger",
    "Verdict",
]
