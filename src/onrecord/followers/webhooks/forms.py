# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onrecord.followers.webhooks.actions.endpoints import Wanted
from onrecord.followers.webhooks.models import Endpoint
from onrecord.people.models import Organisation
from onrecord.statements.models import Topic
from onrecord.statements.pages.languages import own_name


class EndpointForm(forms.Form):
    """An endpoint as an administrator enters it."""

    name = forms.CharField(
        label=_("Name"), help_text=_("For the desk: whose machine it is, and what for."), max_length=100
    )
    url = forms.CharField(
        label=_("Address"),
        help_text=_(
            "Where messages are posted to, as https://hooks.example.org/newsroom. It is shown to "
            "administrators alone."
        ),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        help_text=_("None chosen: all languages."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        help_text=_("None chosen: all statements."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        spoken = [(code, own_name(code)) for code in Organisation.current().languages]
        self.fields["languages"] = _with(self.fields["languages"], spoken)
        self.fields["topics"] = _with(self.fields["topics"], Topic.named_in(get_language() or "en"))

    @classmethod
    def of(cls, row: Endpoint) -> EndpointForm:
        """Return the form filled in with how an endpoint is."""
        return cls(
            initial={
                "name": row.name,
                "url": row.url,
                "languages": row.languages,
                "topics": [topic.slug for topic in row.topics.all()],
            }
        )

    @property
    def wanted(self) -> Wanted:
        """What was chosen."""
        return Wanted(self.cleaned_data["languages"], self.cleaned_data["topics"] or None)


def _with(field: forms.Field, choices: list[tuple[str, str]]) -> forms.Field:
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - both are
    field.choices = choices
    return field
