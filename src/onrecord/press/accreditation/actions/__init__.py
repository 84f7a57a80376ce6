# SPDX-License-Identifier: Apache-2.0
"""What may be done with applications.

applying  apply, confirm, renew, take back
judged    what decisions do: admit, restrict, restore
clock     tell of the end, end, forget, remove what is personal
"""

from onrecord.press.accreditation.actions.applying import (
    Asked,
    apply,
    confirm,
    renew,
    take_back,
)
from onrecord.press.accreditation.actions.clock import (
    end_over,
    forget_unconfirmed,
    over_before,
    reduce,
    tell_of_end,
)
from onrecord.press.accreditation.actions.judged import admit, restore, restrict

__all__ = [
    "Asked",
    "admit",
    "apply",
    "confirm",
    "end_over",
    "forget_unconfirmed",
    "over_before",
    "reduce",
    "renew",
    "restore",
    "restrict",
    "take_back",
    "tell_of_end",
]
