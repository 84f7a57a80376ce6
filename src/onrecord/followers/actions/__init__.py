# SPDX-License-Identifier: Apache-2.0
"""What may be done with subscriptions.

asking     ask to follow, confirm, change
leaving    end, erase; what the clock forgets
telling    freeze who is told of an edition; digests
lists      import and export lists
counting   how many there are, day by day
"""

from onrecord.followers.actions.asking import change, confirm, follow
from onrecord.followers.actions.counting import count_days
from onrecord.followers.actions.leaving import (
    end,
    end_suppressed,
    end_unreachable,
    erase,
    forget_unconfirmed,
    reduce_ended,
)
from onrecord.followers.actions.lists import export_list, import_list
from onrecord.followers.actions.telling import (
    EDITION_PURPOSES,
    audience,
    forget_erased,
    send_digests,
    tell_of,
)

__all__ = [
    "EDITION_PURPOSES",
    "audience",
    "change",
    "confirm",
    "count_days",
    "end",
    "end_suppressed",
    "end_unreachable",
    "erase",
    "export_list",
    "follow",
    "forget_erased",
    "forget_unconfirmed",
    "import_list",
    "reduce_ended",
    "send_digests",
    "tell_of",
]
