# SPDX-License-Identifier: Apache-2.0
"""The form that asks for the second factor at sign-in. Named in config/settings.py under MFA_FORMS."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from django.utils.translation import gettext_lazy


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth publishes no types
    """Asks for a code, and says what to enter on the day the phone is gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = gettext_lazy(
            "From your app. Without it, one of your recovery codes: each works once."
        )
