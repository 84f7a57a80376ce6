# SPDX-License-Identifier: Apache-2.0
"""What may be done with comments, and to commenters.

arriving     keep what strangers send; look at it a moment later
looking      what was said, and what is found in it before it is kept
taking       make comments of what strangers said, many at once
submitting   say something, confirm it
elsewhere    take, change and withdraw what was said on servers elsewhere
authors      edit, withdraw, export, erase; mail about answers; browsers that know somebody
moderating   approve; carry out and undo the effects of decisions
importing    from other systems, and to a file
learning     what the classifier learns and unlearns
policies     whether and how comments are taken
baking       threads onto the site
telling      authors who were answered
upkeep       what the clock forgets
"""

from onrecord.conversation.actions.arriving import (
    forget_arrivals,
    may_take,
    receive,
    take_arrivals,
    take_some_arrivals,
)
from onrecord.conversation.actions.authors import (
    disown,
    edit,
    erase,
    forget_browsers,
    kept_of,
    resume_replies,
    stop_replies,
    why_not_edit,
    withdraw,
)
from onrecord.conversation.actions.baking import (
    bake_behind,
    bake_closed,
    bake_thread,
    bake_thread_of,
    bake_threads,
)
from onrecord.conversation.actions.elsewhere import (
    ELSEWHERE,
    Author,
    Remark,
    edit_elsewhere,
    submit_from_elsewhere,
    withdraw_elsewhere,
)
from onrecord.conversation.actions.importing import export_comments, import_comments
from onrecord.conversation.actions.learning import learn, unlearn
from onrecord.conversation.actions.looking import Circumstances, Said
from onrecord.conversation.actions.moderating import (
    approve,
    freeze_editing,
    lift,
    lift_commenter,
    lift_ended,
    restrict,
    restrict_commenter,
)
from onrecord.conversation.actions.policies import set_hold_words, set_policy, set_statement_policy
from onrecord.conversation.actions.submitting import confirm, submit
from onrecord.conversation.actions.telling import tell_of_answer
from onrecord.conversation.actions.upkeep import forget_evidence, forget_unconfirmed

__all__ = [
    "ELSEWHERE",
    "Author",
    "Circumstances",
    "Remark",
    "Said",
    "approve",
    "bake_behind",
    "bake_closed",
    "bake_thread",
    "bake_thread_of",
    "bake_threads",
    "confirm",
    "disown",
    "edit",
    "edit_elsewhere",
    "erase",
    "export_comments",
    "forget_arrivals",
    "forget_browsers",
    "forget_evidence",
    "forget_unconfirmed",
    "freeze_editing",
    "import_comments",
    "kept_of",
    "learn",
    "lift",
    "lift_commenter",
    "lift_ended",
    "may_take",
    "receive",
    "restrict",
    "restrict_commenter",
    "resume_replies",
    "set_hold_words",
    "set_policy",
    "set_statement_policy",
    "stop_replies",
    "submit",
    "submit_from_elsewhere",
    "take_arrivals",
    "take_some_arrivals",
    "tell_of_answer",
    "unlearn",
    "why_not_edit",
    "withdraw",
    "withdraw_elsewhere",
]
