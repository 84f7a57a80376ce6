# SPDX-License-Identifier: Apache-2.0
"""What may be done with distributions and deliveries.

distributions   freeze an audience, pause, resume, cancel, hold back, finish
addresses       suppress, allow again, leave out, forget, record what came back later
recipients      readdress, move, send again, keep the newest, who is gone for good
refusals        whom the relay refuses again and again
retrying        try again what has failed or waits
turns           let go, hold, replace, fetched or not, redirect: where the owner says whose turn it is
upkeep          give up on a host, remove details after 90 days
"""

from onrecord.delivery.actions.addresses import (
    allow,
    bounce,
    complain,
    forget,
    forget_recipients,
    leave_out,
    leave_out_of,
    suppress,
)
from onrecord.delivery.actions.distributions import (
    Recipient,
    Single,
    cancel,
    counts_of,
    finish,
    freeze,
    freeze_each,
    hold_back_late,
    pause,
    resume,
)
from onrecord.delivery.actions.recipients import (
    Gone,
    gone,
    keep_newest,
    move,
    readdress,
    rename,
    send_again,
)
from onrecord.delivery.actions.refusals import heed_refusals
from onrecord.delivery.actions.retrying import retry, retry_one
from onrecord.delivery.actions.turns import NOT_YET, fetched, hold, let_go, redirect, replace, unfetched
from onrecord.delivery.actions.upkeep import forget_texts, give_up, reduce_old

__all__ = [
    "NOT_YET",
    "Gone",
    "Recipient",
    "Single",
    "allow",
    "bounce",
    "cancel",
    "complain",
    "counts_of",
    "fetched",
    "finish",
    "forget",
    "forget_recipients",
    "forget_texts",
    "freeze",
    "freeze_each",
    "give_up",
    "gone",
    "heed_refusals",
    "hold",
    "hold_back_late",
    "keep_newest",
    "leave_out",
    "leave_out_of",
    "let_go",
    "move",
    "pause",
    "readdress",
    "redirect",
    "reduce_old",
    "rename",
    "replace",
    "resume",
    "retry",
    "retry_one",
    "send_again",
    "suppress",
    "unfetched",
]
