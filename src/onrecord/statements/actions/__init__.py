# SPDX-License-Identifier: Apache-2.0
"""Everything a person or the clock may do with a statement, whoever calls: desk, command line, import.

writing      begin, discard, remark, translate
approval     submit, request changes, approve, reopen, review
release      schedule, release, publish now and review after, withdraw
freezing     from an approved text to the bytes that are signed
sealing      commit to an embargoed text now, show it at its moment
erasure      what the law obliges to erase: propose, confirm, carry out
forgetting   what an erasure deletes on this machine
publishing   what follows a release: into the record, onto the site
"""

from onrecord.statements.actions.approval import (
    approve,
    propose_withdrawal,
    reopen,
    request_changes,
    review,
    submit,
    voided_by,
)
from onrecord.statements.actions.erasure import (
    bake_erased,
    confirm_erasure,
    drop_erasure,
    erase,
    forget_erased,
    propose_erasure,
)
from onrecord.statements.actions.publishing import (
    bake_edition,
    collect_cosignatures,
    is_there,
    mark_published,
    resume_publishing,
    sequence,
)
from onrecord.statements.actions.release import (
    publish_now_review_after,
    release,
    release_due,
    schedule,
    unschedule,
)
from onrecord.statements.actions.sealing import bake_given_up, give_up_seals, log_seal
from onrecord.statements.actions.writing import (
    begin,
    discard,
    filing_changed,
    mark_translation_current,
    remark,
    resolve_remark,
    save_draft,
    translate,
)

__all__ = [
    "approve",
    "bake_edition",
    "bake_erased",
    "bake_given_up",
    "begin",
    "collect_cosignatures",
    "confirm_erasure",
    "discard",
    "drop_erasure",
    "erase",
    "filing_changed",
    "forget_erased",
    "give_up_seals",
    "is_there",
    "log_seal",
    "mark_published",
    "mark_translation_current",
    "propose_erasure",
    "propose_withdrawal",
    "publish_now_review_after",
    "release",
    "release_due",
    "remark",
    "reopen",
    "request_changes",
    "resolve_remark",
    "resume_publishing",
    "review",
    "save_draft",
    "schedule",
    "sequence",
    "submit",
    "translate",
    "unschedule",
    "voided_by",
]
