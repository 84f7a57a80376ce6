# SPDX-License-Identifier: Apache-2.0
"""What all pages about comments share that the program answers itself."""

from __future__ import annotations

from functools import partial

from onrecord.statements import answering

SECTION = "statements"

page = partial(answering.page, section=SECTION)
said = partial(answering.said, section=SECTION)
