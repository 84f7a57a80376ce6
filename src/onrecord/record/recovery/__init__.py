# SPDX-License-Identifier: Apache-2.0
"""Bring the log back from what others hold of it: a mirror, or a copy of the baked site (docs/record.md A3).

sources  where files come from: a folder, or an address
reading  what they prove, checked to the last hash before anything is believed
writing  the missing rows, in one transaction
"""
