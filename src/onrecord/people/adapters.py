# SPDX-License-Identifier: Apache-2.0
"""What django-allauth asks of the house: who may sign up (nobody), where to go, how to introduce ourselves.

Named in config/settings.py as ACCOUNT_ADAPTER and MFA_ADAPTER.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from onrecord.people.models import Organisation, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Names the newsroom in authenticator apps; keeps the last second factor of whoever needs one."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user: User = authenticator.user
        factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=user, type__in=factors).exclude(pk=authenticator.pk)
        return not user.needs_second_factor or bool(others.exists())

    def _get_site_name(self) -> str:
        return Organisation.current().name
