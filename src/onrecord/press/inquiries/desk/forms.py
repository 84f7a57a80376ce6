# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Organisation
from onrecord.people.validators import known_time_zones
from onrecord.press.inquiries import entering
from onrecord.press.models import InquiryKind, SignOff, Terms


class InquiryForm(forms.Form):
    """What somebody asked on the telephone; `entering.read` looks at it, as at the public form."""

    kind = forms.ChoiceField(label=_("What they need"), choices=InquiryKind.choices)
    text = forms.CharField(
        label=_("What they want to know"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        max_length=entering.LONGEST["text"],
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    outlet = forms.CharField(label=_("Outlet"), max_length=200)
    address = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    deadline_date = forms.CharField(
        label=_("Deadline: day"), required=False, widget=forms.TextInput(attrs={"type": "date"})
    )
    deadline_time = forms.CharField(
        label=_("Deadline: time"), required=False, widget=forms.TextInput(attrs={"type": "time"})
    )
    deadline_zone = forms.ChoiceField(label=_("Time zone"), choices=())
    terms = forms.ChoiceField(label=_("What they may do with the answer"), choices=Terms.choices)
    language = forms.ChoiceField(label=_("Language of the answer"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = Organisation.current()
        self.initial.setdefault("deadline_zone", organisation.time_zone)
        zones, languages = self.fields["deadline_zone"], self.fields["language"]
        assert isinstance(zones, forms.ChoiceField)  # noqa: S101 - it stands above
        assert isinstance(languages, forms.ChoiceField)  # noqa: S101 - it stands above
        zones.choices = [(one, one) for one in sorted(known_time_zones())]
        languages.choices = [(one, one) for one in organisation.languages]

    @property
    def entered(self) -> dict[str, str]:
        """What was entered, as the public form would send it."""
        return entering.given({name: str(value) for name, value in self.cleaned_data.items()})


class PolicyForm(forms.Form):
    """How inquiries are answered."""

    sign_off = forms.ChoiceField(
        label=_("A second person signs off"),
        choices=SignOff.choices,
        widget=forms.RadioSelect,
        help_text=_("Whoever wrote on a draft does not sign it off, unless nobody else could."),
    )
    show_response_time = forms.BooleanField(
        label=_("Show in the press room how fast we answer"),
        required=False,
        help_text=_("The median of 90 days, once there are ten answers."),
    )
