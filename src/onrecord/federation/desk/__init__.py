# SPDX-License-Identifier: Apache-2.0
"""The screens about the fediverse at the desk.

accounts   the newsroom's own accounts
servers    followers over time and by server; one server, and what went there
blocks     servers that nothing is taken from
moving     accounts that move, and their followers with them
quotes     who quotes which statement; who may
entering   who is let in to which screen
"""
