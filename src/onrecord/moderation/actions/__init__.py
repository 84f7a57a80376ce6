# SPDX-License-Identifier: Apache-2.0
"""What may be done in judging.

outside     orders of authorities, disputes elsewhere
rules       draft, publish
policy      duties and deadlines
reporting   report, confirm, withdraw; trusted flaggers
cases       open, sort, claim, put back, approve
proposing   propose, sign, decline what ends for good
deciding    decide, and what every decision needs
committing  freeze decisions, and log commitments to them
effects     put in force, undo, let run out
telling     notices and other mails, and what became of them
appealing   appeal, assign, ask, answer, withdraw, not admit
hearing     decide about an appeal
sampling    draw decisions to be examined again
examining   examine them; put right what was wrong
forgetting  erase words once no appeal is possible
senders     warn and suspend who reports or appeals without ground
facts       what statistics are made of
clock       close what is over
"""

from onrecord.moderation.actions.appealing import (
    answer,
    appeal,
    ask,
    assign,
    give_back,
    look_for_reviewers,
    refuse_admission,
)
from onrecord.moderation.actions.cases import (
    approve,
    claim,
    close_gone,
    close_withdrawn,
    open_case,
    open_held,
    release,
    triage,
)
from onrecord.moderation.actions.clock import finish_cases
from onrecord.moderation.actions.committing import log_commitments
from onrecord.moderation.actions.deciding import Ruling, comment_of_spam, decide
from onrecord.moderation.actions.effects import Wanted, expire
from onrecord.moderation.actions.examining import Judgement, examine, put_right
from onrecord.moderation.actions.forgetting import forget_author, forget_words
from onrecord.moderation.actions.hearing import Finding, hear
from onrecord.moderation.actions.outside import (
    Ordered,
    close_dispute,
    confirm_order,
    effect_order,
    record_dispute,
    record_order,
)
from onrecord.moderation.actions.policy import set_policy
from onrecord.moderation.actions.proposing import decline, propose, sign, withdraw_proposal
from onrecord.moderation.actions.reporting import (
    Notification,
    add_flagger,
    confirm,
    end_flagger,
    expire_unconfirmed,
    open_by_staff,
    report,
    report_for,
    report_from_elsewhere,
)
from onrecord.moderation.actions.rules import publish, save_draft
from onrecord.moderation.actions.sampling import keep_sampling
from onrecord.moderation.actions.senders import suspend, warn
from onrecord.moderation.actions.telling import follow_notices, seen

__all__ = [
    "Finding",
    "Judgement",
    "Notification",
    "Ordered",
    "Ruling",
    "Wanted",
    "add_flagger",
    "answer",
    "appeal",
    "approve",
    "ask",
    "assign",
    "claim",
    "close_dispute",
    "close_gone",
    "close_withdrawn",
    "comment_of_spam",
    "confirm",
    "confirm_order",
    "decide",
    "decline",
    "effect_order",
    "end_flagger",
    "examine",
    "expire",
    "expire_unconfirmed",
    "finish_cases",
    "follow_notices",
    "forget_author",
    "forget_words",
    "give_back",
    "hear",
    "keep_sampling",
    "log_commitments",
    "look_for_reviewers",
    "open_by_staff",
    "open_case",
    "open_held",
    "propose",
    "publish",
    "put_right",
    "record_dispute",
    "record_order",
    "refuse_admission",
    "release",
    "report",
    "report_for",
    "report_from_elsewhere",
    "save_draft",
    "seen",
    "set_policy",
    "sign",
    "suspend",
    "triage",
    "warn",
    "withdraw_proposal",
]
