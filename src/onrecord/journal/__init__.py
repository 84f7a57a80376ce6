# SPDX-License-Identifier: Apache-2.0
"""Audit trail and outbox: what happened, who did it, and what still has to follow."""
