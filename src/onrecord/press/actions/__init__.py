# SPDX-License-Identifier: Apache-2.0
"""What may be done with the press.

outlets       add, change
journalists   add, change, let stop and resume
merging       find entries of one person, make one of them
lists         make, choose by hand, choose by criteria, archive
importing     from a file: try, then import
leaving       stop, erase, what the clock forgets
noticing      tell people that they are listed
"""

from onrecord.press.actions.importing import carry_on, start_import, upload
from onrecord.press.actions.journalists import add_journalist, change_journalist, choose
from onrecord.press.actions.leaving import erase, reduce_stopped, resume, stop, stop_unreachable
from onrecord.press.actions.lists import (
    add_criterion,
    add_list,
    add_member,
    archive,
    change_list,
    export_list,
    remove_criterion,
    remove_member,
)
from onrecord.press.actions.merging import duplicates, merge
from onrecord.press.actions.noticing import give_notice, not_noticed, settle_notices
from onrecord.press.actions.outlets import add_outlet, change_outlet

__all__ = [
    "add_criterion",
    "add_journalist",
    "add_list",
    "add_member",
    "add_outlet",
    "archive",
    "carry_on",
    "change_journalist",
    "change_list",
    "change_outlet",
    "choose",
    "duplicates",
    "erase",
    "export_list",
    "give_notice",
    "merge",
    "not_noticed",
    "reduce_stopped",
    "remove_criterion",
    "remove_member",
    "resume",
    "settle_notices",
    "start_import",
    "stop",
    "stop_unreachable",
    "upload",
]
