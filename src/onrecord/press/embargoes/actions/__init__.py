# SPDX-License-Identifier: Apache-2.0
"""What may be done with embargoes.

handing     make links, for whoever freezes an audience; seal the text
opening     acknowledge the terms, note that it was read; revoke
heeding     tell of another moment, and of none
lifting     release now for everybody; tell who had it that it is public
breaching   record who broke it, and let them again
"""

from onrecord.press.embargoes.actions.breaching import forgive, record_breach
from onrecord.press.embargoes.actions.handing import seal
from onrecord.press.embargoes.actions.heeding import heed
from onrecord.press.embargoes.actions.lifting import lift, tell_of
from onrecord.press.embargoes.actions.opening import acknowledge, note_opened, revoke, revoke_outlet

__all__ = [
    "acknowledge",
    "forgive",
    "heed",
    "lift",
    "note_opened",
    "record_breach",
    "revoke",
    "revoke_outlet",
    "seal",
    "tell_of",
]
