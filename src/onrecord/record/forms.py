# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WitnessForm(forms.Form):
    """A witness to be asked from now on."""

    vkey = forms.CharField(
        label=_("Key of the witness"),
        help_text=_("As its operator publishes it: a name, “+”, eight characters, “+” and the key."),
        max_length=500,
    )
    url = forms.CharField(
        label=_("Address of the witness"),
        help_text=_("Its submission address, as https://witness.example/."),
        max_length=500,
        widget=forms.URLInput,
    )
    outside = forms.BooleanField(
        label=_("Another organisation runs it"),
        help_text=_("Only these count: whoever runs both the log and its witness could rewrite both."),
        required=False,
        initial=True,
    )


class FollowForm(forms.Form):
    """A log to be a witness for."""

    vkeys = forms.CharField(
        label=_("Key of their log"),
        help_text=_("As the other newsroom publishes it at /policy.txt. Several keys: one on each line."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
