# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from onrecord.people.models import Organisation
from onrecord.press import beats
from onrecord.press.formats import FORMATS
from onrecord.press.models import Destination, Outlet, TopicCode, Way
from onrecord.press.wire.actions import Given
from onrecord.statements.models import Topic
from onrecord.statements.pages.languages import own_name


class DestinationForm(forms.Form):
    """A destination as an administrator enters it."""

    outlet = forms.CharField(
        label=gettext_lazy("Outlet"),
        help_text=gettext_lazy("Its name, as it stands in the list of outlets."),
        max_length=200,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Which way in it is, as “Elm Post, web desk”."),
        max_length=100,
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"))
    transport = forms.ChoiceField(label=gettext_lazy("How it gets there"), choices=Way.choices)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "https://in.example.org/news, sftp://user@files.example.org/in or desk@example.org. "
            "Empty for one that fetches."
        ),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    host_key = forms.CharField(
        label=gettext_lazy("Public key of the SFTP server"),
        help_text=gettext_lazy(
            "As `ssh-keyscan -t ed25519 files.example.org` prints it. Compare it by telephone."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"dir": "ltr", "rows": 2, "autocomplete": "off"}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("None chosen: all languages."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    embargoed = forms.BooleanField(
        label=gettext_lazy("May see what is under embargo before its time"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("format", [(one.name, one.label) for one in FORMATS.values()]),
            ("languages", [(code, own_name(code)) for code in Organisation.current().languages]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are
            field.choices = choices

    @classmethod
    def of(cls, row: Destination, data: Any = None) -> DestinationForm:
        """Return the form filled in with how a destination is. Outlet and way of a destination stay."""
        form = cls(
            data,
            initial={
                "name": row.name,
                "format": row.format,
                "address": row.address,
                "host_key": row.host_key,
                "languages": row.languages,
                "embargoed": row.embargoed,
            },
        )
        del form.fields["outlet"], form.fields["transport"]
        unneeded = [] if row.transport == Way.SFTP else ["host_key"]
        for name in [*unneeded, *(["address"] if row.fetches else [])]:
            del form.fields[name]
        return form

    def clean_outlet(self) -> Outlet:
        """Return the outlet of that name."""
        name = str(self.cleaned_data["outlet"]).strip()
        found = Outlet.objects.filter(name__iexact=name).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(
                _("There is no outlet “%(name)s”. Add it to the outlets first, or write it as there.")
                % {"name": name}
            )
        return found

    def given(self, transport: str = "") -> Given:
        """Return what was entered."""
        data = self.cleaned_data
        return Given(
            name=data["name"],
            format=data["format"],
            transport=transport or data["transport"],
            address=data.get("address", ""),
            host_key=data.get("host_key", ""),
            languages=data["languages"],
            embargoed=data["embargoed"],
        )


class TokenForm(forms.Form):
    """A token as an administrator makes it."""

    token_name = forms.CharField(
        label=gettext_lazy("Name of the token"),
        help_text=gettext_lazy("Which machine has it, or who."),
        max_length=100,
    )
    opens_embargoed = forms.BooleanField(
        label=gettext_lazy("Also opens what is under embargo"), required=False
    )


class TopicsForm(forms.Form):
    """For each topic the Media Topic of the IPTC that it is, if any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        codes = dict(TopicCode.objects.values_list("topic", "code"))
        for topic in Topic.objects.prefetch_related("names").order_by("name"):
            code = codes.get(topic.pk, "")
            self.fields[f"topic-{topic.pk}"] = forms.CharField(
                label=topic.name_in(language),
                help_text=beats.label(code, language) if code else "",
                required=False,
                initial=code,
                widget=forms.TextInput(attrs={"list": "media-topics", "dir": "ltr"}),
            )

    @property
    def codes(self) -> dict[int, str]:
        """What was chosen, by the ids of topics."""
        return {int(name.partition("-")[2]): code.strip() for name, code in self.cleaned_data.items()}
