# SPDX-License-Identifier: Apache-2.0
"""WebSub: a feed as it is now, posted to whoever subscribed to it; or word to another hub that it changed."""

from onrecord.delivery.transports.websub.transport import WebsubTransport

__all__ = ["WebsubTransport"]
