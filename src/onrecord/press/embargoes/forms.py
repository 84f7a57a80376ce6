# SPDX-License-Identifier: Apache-2.0
"""What the desk asks about a broken embargo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onrecord.press.comparing import outlet_key
from onrecord.press.distributions.forms import PeopleField
from onrecord.press.models import Outlet


class BreachForm(forms.Form):
    """Who published before the moment, where and when."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    who = PeopleField(
        label=_("Journalist"),
        help_text=_("Address, or name. Empty: the outlet alone."),
        required=False,
        widget=forms.TextInput,
    )
    evidence = forms.CharField(
        label=_("Where it can be seen"),
        max_length=1000,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )
    day = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_outlet(self) -> Outlet | None:
        """Return the outlet of this name."""
        name = self.cleaned_data["outlet"].strip()
        if not name:
            return None
        found = Outlet.objects.filter(name_key=outlet_key(name)).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no outlet “%s”.") % name[:100])
        return found

    @property
    def given(self) -> dict[str, Any]:
        """What was entered."""
        data = self.cleaned_data
        at = None
        if data["day"] and data["clock"]:
            local = datetime.combine(data["day"], data["clock"])
            at = timezone.make_aware(local, timezone.get_current_timezone())
        return {
            "journalist": next(iter(data["who"]), None),
            "outlet": data["outlet"],
            "evidence": data["evidence"],
            "happened_at": at,
            "note": data["note"],
        }
