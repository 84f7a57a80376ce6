# SPDX-License-Identifier: Apache-2.0
"""What may be done on the wire.

destinations   add, change, pause, resume, close; secrets and tokens
queue          the order of each destination: who is next, what was taken
telling        editions, embargoes, tests, once more, leave out
"""

from onrecord.press.wire.actions.destinations import (
    Given,
    add,
    change,
    close,
    make_token,
    pause,
    resume,
    revoke,
    rotate,
    token_of,
)
from onrecord.press.wire.actions.queue import advance_all, fetched, offer, settle_unfetched
from onrecord.press.wire.actions.telling import (
    code_topics,
    forget_erased,
    heed_embargoes,
    leave_out,
    repeat,
    send,
    tell_embargoed,
    tell_of,
    test,
)

__all__ = [
    "Given",
    "add",
    "advance_all",
    "change",
    "close",
    "code_topics",
    "fetched",
    "forget_erased",
    "heed_embargoes",
    "leave_out",
    "make_token",
    "offer",
    "pause",
    "repeat",
    "resume",
    "revoke",
    "rotate",
    "send",
    "settle_unfetched",
    "tell_embargoed",
    "tell_of",
    "test",
    "token_of",
]
