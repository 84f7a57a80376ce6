# SPDX-License-Identifier: Apache-2.0
"""Wagtail's permissions, derived from rights: no group holds any of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from onrecord.people.models import User
from onrecord.people.roles import Right, may
from onrecord.statements.models import PressContact, Spokesperson, Statement, Topic


class RightPolicy(BasePermissionPolicy):  # type: ignore[misc]  # Wagtail publishes no types
    """Give each of Wagtail's permissions to whoever holds a right; a permission not named is nobody's."""

    def __init__(self, model: type[models.Model], rights: dict[str, Right]) -> None:
        super().__init__(model)
        self._rights = rights

    def user_has_permission(self, user: Any, action: str) -> bool:
        right = self._rights.get(action)
        return right is not None and may(user, right)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: models.Model) -> bool:
        # Wagtail asks this before it deletes many rows at once, past the refusals of our own view.
        return action != "delete" and self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        rights = {self._rights[action] for action in actions if action in self._rights}
        people = User.objects.none()
        for right in rights:
            people = people | User.objects.who_may(right)
        return people


STATEMENTS = dict.fromkeys(("add", "change", "view", "lock"), Right.WRITE) | {"unlock": Right.APPROVE}
"""Who locked a statement may always unlock it; others need to be editors. Nobody deletes: see `discard`."""
FILING = dict.fromkeys(("add", "change", "delete", "view"), Right.WRITE)


def register_policies() -> None:
    """Tell Wagtail who may do what; must run before anything asks."""
    register_permission_policy(Statement, RightPolicy(Statement, STATEMENTS))
    for model in (Topic, Spokesperson, PressContact):
        register_permission_policy(model, RightPolicy(model, FILING))
