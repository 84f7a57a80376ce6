# SPDX-License-Identifier: Apache-2.0
"""Who may change what the record does beside its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from onrecord.journal.events import Actor
from onrecord.people.roles import Right, require

if TYPE_CHECKING:
    from onrecord.people.models import User

By: TypeAlias = "User | Actor"
"""A member of staff, who needs the right; or the operator at the command line, who has the machine."""


def administrator(by: By) -> Actor:
    """Return who acts, as the journal names them. Raises NotAllowed for staff without the right."""
    if isinstance(by, Actor):
        return by
    require(by, Right.ADMINISTER)
    return by.as_actor()
