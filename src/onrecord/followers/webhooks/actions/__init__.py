# SPDX-License-Identifier: Apache-2.0
"""What may be done with webhooks.

endpoints   add, change, pause, resume, remove, renew the secret
sending     tell of an edition, test, send again; what answers mean for an endpoint
"""

from onrecord.followers.webhooks.actions.endpoints import add, change, pause, remove, resume, rotate
from onrecord.followers.webhooks.actions.sending import heed_gone, look_after, replay, tell_of, test

__all__ = [
    "add",
    "change",
    "heed_gone",
    "look_after",
    "pause",
    "remove",
    "replay",
    "resume",
    "rotate",
    "tell_of",
    "test",
]
