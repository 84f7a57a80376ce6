# SPDX-License-Identifier: Apache-2.0
"""Judging fairly: rules, reports, cases, decisions with reasons, appeals that another person hears.

Acts on what other apps hold through kinds of items (`items.py`); nothing that holds items asks back.
Not here: comments (`conversation`), how mail is carried (`delivery`).
"""
