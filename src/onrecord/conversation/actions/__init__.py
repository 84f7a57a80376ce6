# SPDX-License-Identifier: Apache-2.0
"""What may be done with comments, and to commenters.

submitting   say something, confirm it
authors      edit, withdraw, export, erase; mail about answers; browsers that know somebody
moderating   approve; carry out and undo the effects of decisions
learning     what the classifier learns and unlearns
policies     whether and how comments are taken
baking       threads onto the site
telling      authors who were answered
upkeep       what the clock forgets
"""

from onrecord.conversation.actions.baking import bake_behind, bake_thread, bake_thread_of, bake_threads
from onrecord.conversation.actions.learning import learn, unlearn
from onrecord.conversation.actions.moderating import (
    approve,
    freeze_editing,
    lift,
    lift_commenter,
    lift_ended,
    restrict,
    restrict_commenter,
)
from onrecord.conversation.actions.submitting import Circumstances, Said, confirm, submit

__all__ = [
    "Circumstances",
    "Said",
    "approve",
    "bake_behind",
    "bake_thread",
    "bake_thread_of",
    "bake_threads",
    "confirm",
    "freeze_editing",
    "learn",
    "lift",
    "lift_commenter",
    "lift_ended",
    "restrict",
    "restrict_commenter",
    "submit",
    "unlearn",
]
