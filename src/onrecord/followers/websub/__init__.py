# SPDX-License-Identifier: Apache-2.0
"""The newsroom's own WebSub hub: for its own feeds alone, and only for as long as somebody renews.

Not here: how feeds are posted and signed (`delivery/transports/websub`).
"""
