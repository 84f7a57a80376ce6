# SPDX-License-Identifier: Apache-2.0
"""The record against programs that others wrote; `tests/peers/install` fetches them."""
