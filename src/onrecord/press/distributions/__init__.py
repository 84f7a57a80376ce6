# SPDX-License-Identifier: Apache-2.0
"""Statements sent to journalists, and what is told them before its time.

audience    who gets it, and with which note
editions    what they get: the newest edition in each language
greetings   how they are addressed
letters     the mail
mornings    when it is morning where they are
actions     compose, approve, send, correct

The ledger (`delivery`) knows from then on who got what. Not here: outlets that receive by machine (`wire`).
"""
