# SPDX-License-Identifier: Apache-2.0
"""What may be done with distributions to the press.

composing   make, change; how this newsroom sends
sending     send, approve, take back, cancel, what the clock sends
freezing    the audience into the ledger; a test, and how it looks
following   later editions to whoever got an earlier one
forgetting  words about what the law wants erased
"""

from onrecord.press.distributions.actions.composing import (
    Given,
    change,
    change_policy,
    compose,
    compose_early,
)
from onrecord.press.distributions.actions.following import tell_of
from onrecord.press.distributions.actions.forgetting import forget_erased
from onrecord.press.distributions.actions.freezing import audience_of, preview, previews, test
from onrecord.press.distributions.actions.sending import (
    approve,
    cancel,
    let_go,
    needs_approval,
    send,
    send_due,
    take_back,
)

__all__ = [
    "Given",
    "approve",
    "audience_of",
    "cancel",
    "change",
    "change_policy",
    "compose",
    "compose_early",
    "forget_erased",
    "let_go",
    "needs_approval",
    "preview",
    "previews",
    "send",
    "send_due",
    "take_back",
    "tell_of",
    "test",
]
