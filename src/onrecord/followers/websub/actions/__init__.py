# SPDX-License-Identifier: Apache-2.0
"""What may be done with the hub.

asking       take a request in
verifying    ask callbacks whether they mean it; what changes when they do
sending      post feeds that changed, or tell a hub elsewhere; what ends a subscription
"""

from onrecord.followers.websub.actions.asking import ask
from onrecord.followers.websub.actions.sending import distribute, end_expired, heed_gone
from onrecord.followers.websub.actions.verifying import anything_due, verify_due

__all__ = ["anything_due", "ask", "distribute", "end_expired", "heed_gone", "verify_due"]
