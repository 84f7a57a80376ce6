# SPDX-License-Identifier: Apache-2.0
"""arrivals     what strangers sent, until it is looked at
commenters   who said something, what restricts them
comments     what was said, in its versions; what restricts it, what freezes it
policies     whether and how comments are taken; words that need a look
lessons      what the classifier has learned
"""

from onrecord.conversation.models.arrivals import Arrival
from onrecord.conversation.models.commenters import Commenter, CommenterRestriction
from onrecord.conversation.models.comments import (
    Appearance,
    Comment,
    CommentVersion,
    EditingFreeze,
    Kind,
    Restriction,
    Source,
    State,
    Thread,
)
from onrecord.conversation.models.lessons import Lesson, WordCount
from onrecord.conversation.models.policies import HoldWord, Mode, Policy, StatementPolicy

__all__ = [
    "Appearance",
    "Arrival",
    "Comment",
    "CommentVersion",
    "Commenter",
    "CommenterRestriction",
    "EditingFreeze",
    "HoldWord",
    "Kind",
    "Lesson",
    "Mode",
    "Policy",
    "Restriction",
    "Source",
    "State",
    "StatementPolicy",
    "Thread",
    "WordCount",
]
