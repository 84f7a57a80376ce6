# SPDX-License-Identifier: Apache-2.0
"""Statements that journalists may read before their time, each through a link of their own.

texts     what stands behind the links, as it was approved or sealed
wording   moments as journalists read them
letters   what they are sent: the link, another moment, on hold
views     the page behind a link
actions   hand out, acknowledge, revoke, lift, record a breach; follow what becomes of the moment

The moment itself is the statement's (`statements.actions.schedule`). Not here: outlets that receive by
machine (`wire`).
"""
