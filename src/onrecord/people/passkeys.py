# SPDX-License-Identifier: Apache-2.0
"""The form that adds a passkey. Named in config/settings.py under MFA_FORMS."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth publishes no types
    """Makes a key that opens the desk by itself, unless somebody wants it beside the password alone.

    The button that leads here and the one of the sign-in page both say passkey; a key of the other kind
    is not found there.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["passwordless"]
        field.initial = True
        field.label = gettext_lazy("Sign in with it alone, without a password")
        field.help_text = gettext_lazy(
            "It then asks for your fingerprint, face or PIN each time. Otherwise it is asked for after the "
            "password; older security keys can do only that."
        )
