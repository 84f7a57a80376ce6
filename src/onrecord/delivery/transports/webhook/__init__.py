# SPDX-License-Identifier: Apache-2.0
"""Webhooks: one signed JSON document for each delivery, posted to an address that staff entered."""

from onrecord.delivery.transports.webhook.transport import WebhookTransport

__all__ = ["WebhookTransport"]
