# SPDX-License-Identifier: Apache-2.0
"""What readers say under statements: their comments, who they are, how threads are baked.

Not here: why something is taken from sight and who decides that (`moderation` acts on this app and undoes
what it did; this app never asks it), whether a form is admitted (`people/strangers`), how mail is carried
(`delivery`).
"""
