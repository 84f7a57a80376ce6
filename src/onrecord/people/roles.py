# SPDX-License-Identifier: Apache-2.0
"""Which roles there are, which rights each gives, and the one check of a right."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onrecord.people.errors import NotAllowed


class Role(models.TextChoices):
    """What somebody is to the newsroom. A role is a Django group of the same name."""

    PRESS_OFFICER = "press_officer", gettext_lazy("Press officer")
    EDITOR = "editor", gettext_lazy("Editor")
    MODERATOR = "moderator", gettext_lazy("Moderator")
    APPEAL_REVIEWER = "appeal_reviewer", gettext_lazy("Appeal reviewer")
    OUTSIDE_REVIEWER = "outside_reviewer", gettext_lazy("Outside reviewer")
    ADMINISTRATOR = "administrator", gettext_lazy("Administrator")


class Right(Enum):
    """What somebody may do. Actions ask for a right, never for a role."""

    WRITE = "write"
    APPROVE = "approve"
    MODERATE = "moderate"
    SIGN = "sign"
    HEAR_APPEALS = "hear_appeals"
    HEAR_ASSIGNED = "hear_assigned"
    ADMINISTER = "administer"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.PRESS_OFFICER: frozenset({Right.WRITE}),
    Role.EDITOR: frozenset({Right.WRITE, Right.APPROVE, Right.SIGN}),
    Role.MODERATOR: frozenset({Right.MODERATE, Right.SIGN}),
    Role.APPEAL_REVIEWER: frozenset({Right.HEAR_APPEALS}),
    Role.OUTSIDE_REVIEWER: frozenset({Right.HEAR_ASSIGNED}),
    Role.ADMINISTRATOR: frozenset({Right.ADMINISTER}),
}

ALONE = frozenset({Role.OUTSIDE_REVIEWER})
"""Roles of people outside the staff: whoever has one has no other."""

# Rights that change what the public reads or who may do so: not to be guarded by a password alone.
NEEDS_SECOND_FACTOR = frozenset({Right.WRITE, Right.APPROVE, Right.HEAR_ASSIGNED, Right.ADMINISTER})

ROLE_MEANINGS: Mapping[Role, object] = {
    Role.PRESS_OFFICER: gettext_lazy("Writes statements and submits them for approval."),
    Role.EDITOR: gettext_lazy("Writes too, and approves what others have written."),
    Role.MODERATOR: gettext_lazy("Decides about comments under the published rules."),
    Role.APPEAL_REVIEWER: gettext_lazy("Hears appeals against the decisions of others."),
    Role.OUTSIDE_REVIEWER: gettext_lazy(
        "Hears the appeals that an administrator assigns, and sees nothing else. Has no other role."
    ),
    Role.ADMINISTRATOR: gettext_lazy("Looks after people and settings; neither writes nor approves."),
}

_DEEDS: Mapping[Right, object] = {
    Right.WRITE: pgettext_lazy("you may not …", "write statements"),
    Right.APPROVE: pgettext_lazy("you may not …", "approve statements"),
    Right.MODERATE: pgettext_lazy("you may not …", "moderate comments"),
    Right.SIGN: pgettext_lazy("you may not …", "sign what a moderator proposes"),
    Right.HEAR_APPEALS: pgettext_lazy("you may not …", "hear appeals"),
    Right.HEAR_ASSIGNED: pgettext_lazy("you may not …", "hear this appeal"),
    Right.ADMINISTER: pgettext_lazy("you may not …", "look after people and settings"),
}


def may(person: object, right: Right) -> bool:
    """Tell whether `person` holds `right`; a stranger holds none."""
    ask = getattr(person, "may", None)
    return bool(ask is not None and ask(right))


def roles_with(right: Right) -> frozenset[Role]:
    """Return the roles that give `right`."""
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)


def require(person: object, right: Right) -> None:
    """Do nothing if `person` holds `right`; refuse with a sentence that names the role that is missing."""
    if may(person, right):
        return
    roles = sorted(roles_with(right), key=lambda role: len(RIGHTS[role]))
    raise NotAllowed(
        _("%(person)s may not %(deed)s: this needs the role “%(role)s”. An administrator can give it.")
        % {"person": person, "deed": _DEEDS[right], "role": roles[0].label}
    )
