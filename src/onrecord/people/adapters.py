# SPDX-License-Identifier: Apache-2.0
"""What django-allauth asks of the house: who may sign up (nobody), where to go, how to introduce ourselves.

Named in config/settings.py as ACCOUNT_ADAPTER and MFA_ADAPTER.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from onrecord.people.models import Organisation, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Accounts come from invitations alone."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong passwords. Wait a quarter of an hour, or ask an administrator of this newsroom "
            "for a link for a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Ask for the password again before second factors change, unless it was given minutes ago."""
        if not super().is_reauthentication_required(app=app, **details):
            return False
        given = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in given), default=0)
        return bool(time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Names the newsroom in authenticator apps; keeps the last second factor of whoever needs one."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user: User = authenticator.user
        factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=user, type__in=factors).exclude(pk=authenticator.pk)
        return not user.needs_second_factor or bool(others.exists())

    def build_totp_svg(self, url: str) -> str:
        """Return the picture to scan as an element of the page: the strict policy loads no `data:` images."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def _get_site_name(self) -> str:
        return Organisation.current().name
