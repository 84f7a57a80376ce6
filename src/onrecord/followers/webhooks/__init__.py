# SPDX-License-Identifier: Apache-2.0
"""Webhooks: machines of others that an administrator lets be told of each edition, as signed JSON.

Not here: how it is carried and signed (`delivery/transports/webhook`).
"""
