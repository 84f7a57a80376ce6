# SPDX-License-Identifier: Apache-2.0
"""What may be done with coverage.

entering  add, change, confirm, refuse
finding   suggested from outside; gone
copying   fetch a page: its hash, its bytes
policy    what the newsroom chose
"""

from onrecord.press.coverage.actions.copying import (
    anything_to_fetch,
    ask_copy,
    fetch_due,
    forget_bytes,
    read_copy,
)
from onrecord.press.coverage.actions.entering import (
    Entry,
    add,
    change,
    confirm,
    entry_of,
    known_at,
    refuse,
)
from onrecord.press.coverage.actions.finding import (
    Suggestion,
    forget_without_statements,
    link_removed,
    page_gone,
    suggest,
)
from onrecord.press.coverage.actions.policy import set_policy

__all__ = [
    "Entry",
    "Suggestion",
    "add",
    "anything_to_fetch",
    "ask_copy",
    "change",
    "confirm",
    "entry_of",
    "fetch_due",
    "forget_bytes",
    "forget_without_statements",
    "known_at",
    "link_removed",
    "page_gone",
    "read_copy",
    "refuse",
    "set_policy",
    "suggest",
]
