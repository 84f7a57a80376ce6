# SPDX-License-Identifier: Apache-2.0
"""Witnesses of this log: others who confirm that its history was never rewritten (docs/witnesses.md).

roster     whom to ask: add, remove
asking     ask them, several at once, and keep what they say
standing   what has been said: for the checkpoint, the policy, the desk and the public pages
"""
