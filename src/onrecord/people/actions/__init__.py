# SPDX-License-Identifier: Apache-2.0
"""What may be done about the organisation and its people."""

from onrecord.people.actions.access import (
    OPERATOR,
    Issued,
    accept_invitation,
    change_roles,
    deactivate,
    find_invitation,
    invite,
    issue_link_for_operator,
    issue_new_link,
    reactivate,
    revoke_invitation,
)
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.actions.organisation import (
    Administrator,
    change_organisation,
    check_setup_link,
    issue_setup_link,
    keep_setup_draft,
    set_up,
)

__all__ = [
    "OPERATOR",
    "Administrator",
    "Issued",
    "accept_invitation",
    "change_organisation",
    "change_roles",
    "check_setup_link",
    "deactivate",
    "find_invitation",
    "forget_unneeded",
    "invite",
    "issue_link_for_operator",
    "issue_new_link",
    "issue_setup_link",
    "keep_setup_draft",
    "reactivate",
    "revoke_invitation",
    "set_up",
]
