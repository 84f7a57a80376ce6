# SPDX-License-Identifier: Apache-2.0
"""What the desk asks about the press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Organisation
from onrecord.people.validators import known_time_zones
from onrecord.press import beats as subjects
from onrecord.press.actions.journalists import JournalistEntry, RoleEntry, Wishes, wishes_of
from onrecord.press.actions.outlets import OutletEntry
from onrecord.press.desk.widgets import SuggestedField
from onrecord.press.models import Journalist, ListKind, Match, MediaList, Medium, Outlet, Rhythm
from onrecord.press.places import countries, languages

MOST_SUGGESTED = 2000
_NOTHING = Wishes()


class OutletForm(forms.Form):
    """An outlet as the desk enters it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    medium = forms.ChoiceField(label=_("Type"), choices=Medium.choices)
    country = forms.ChoiceField(label=_("Country"), required=False)
    languages = SuggestedField(
        lambda: list(languages()), str, count=3, label=_("Languages"), help_text=_("Codes, as fr.")
    )
    website = forms.URLField(label=_("Website"), required=False, max_length=500, assume_scheme="https")
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For the desk alone."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        choose(self, "country", [("", "–"), *countries(get_language() or "en").items()])

    @classmethod
    def of(cls, row: Outlet) -> OutletForm:
        """Return the form filled in with how an outlet is."""
        names = ("name", "medium", "country", "languages", "website", "note")
        return cls(initial={name: getattr(row, name) for name in names})

    @property
    def entry(self) -> OutletEntry:
        """What was entered."""
        return OutletEntry(**self.cleaned_data)


class RoleForm(forms.Form):
    """What a journalist is at an outlet."""

    outlet = SuggestedField(
        lambda: list(Outlet.objects.values_list("name", flat=True)[:MOST_SUGGESTED]),
        str,
        label=_("Outlet"),
        help_text=_("One that is not known yet is entered with it."),
    )
    title = forms.CharField(label=_("Role"), required=False, max_length=100)
    since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


RoleForms = forms.formset_factory(RoleForm, extra=1, max_num=30)


class JournalistForm(forms.Form):
    """A journalist as the desk enters one; roles stand in `RoleForms` beside it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(
        label=_("E-mail address"),
        help_text=_("Never published."),
        required=False,
        max_length=300,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=50, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    source = forms.CharField(
        label=_("Source"), help_text=_("Where the data come from, as “business card, 3 May”."), max_length=200
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), help_text=_("As “legitimate interest” or “consent”."), max_length=200
    )
    languages = forms.MultipleChoiceField(
        label=_("Reads"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more_languages = SuggestedField(
        lambda: list(languages()), str, label=_("Reads also"), help_text=_("A code, as sv.")
    )
    beats = forms.MultipleChoiceField(
        label=_("Beats"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Untick what is no longer right."),
    )
    more_beats = SuggestedField(
        lambda: [path for _code, path in subjects.paths(get_language() or "en")],
        subjects.found,
        count=3,
        label=_("Add beats"),
        help_text=_("Type a part of a name, as “health”, and choose."),
    )
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=Rhythm.choices, required=False, widget=forms.RadioSelect
    )
    time_zone = SuggestedField(
        lambda: sorted(known_time_zones()),
        str,
        label=_("Time zone"),
        help_text=_("As Europe/Madrid. Empty: the newsroom’s."),
    )
    greeting = forms.CharField(
        label=_("Greeting"),
        help_text=_("As “Dear Ms Reyes”. Empty: by name."),
        required=False,
        max_length=200,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For the desk alone."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, chosen: Wishes = _NOTHING, **kwargs: Any) -> None:  # as Django's forms
        super().__init__(*args, **kwargs)
        spoken = dict.fromkeys([*Organisation.current().languages, *chosen.languages])
        choose(self, "languages", [(code, languages().get(code, code)) for code in spoken])
        shown = get_language() or "en"
        choose(self, "beats", [(code, subjects.label(code, shown)) for code in chosen.beats])
        if not chosen.beats:
            del self.fields["beats"]

    @classmethod
    def of(cls, row: Journalist) -> JournalistForm:
        """Return the form filled in with how a journalist is."""
        chosen = wishes_of(row)
        names = ("name", "address", "phone", "source", "legal_basis", "greeting", "note", "rhythm")
        initial: dict[str, Any] = {name: getattr(row, name) for name in names}
        initial |= {"languages": chosen.languages, "beats": chosen.beats, "time_zone": [row.time_zone]}
        return cls(initial=initial, chosen=chosen)

    def entry(self, roles: Sequence[RoleEntry], *, language: str = "") -> JournalistEntry:
        """Return what was entered."""
        given = dict(self.cleaned_data)
        wishes = Wishes(
            languages=(*given.pop("languages"), *given.pop("more_languages")),
            beats=(*given.pop("beats", ()), *given.pop("more_beats")),
            rhythm=given.pop("rhythm") or Rhythm.EACH,
            time_zone=next(iter(given.pop("time_zone")), ""),
        )
        return JournalistEntry(**given, wishes=wishes, roles=roles, language=language)


class ListForm(forms.Form):
    """A media list."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Who is on it"), choices=ListKind.choices, widget=forms.RadioSelect)
    match = forms.ChoiceField(label=_("Criteria"), choices=Match.choices, required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class UploadForm(forms.Form):
    """A file of journalists."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, as spreadsheets write it, or vCard, as address books do.")
    )
    source = forms.CharField(label=_("Source"), help_text=_("Where the data come from."), max_length=200)
    legal_basis = forms.CharField(
        label=_("Legal basis"), help_text=_("As “legitimate interest” or “consent”."), max_length=200
    )
    onto = forms.ModelChoiceField(
        label=_("Put them on a list"), queryset=MediaList.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        field = self.fields["onto"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is
        field.queryset = MediaList.objects.filter(kind=ListKind.STATIC, archived_at=None)


def choose(form: forms.Form, name: str, choices: Sequence[tuple[str, object]]) -> None:
    """Offer choices that are known only when the form is shown."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - all of them are
    field.choices = list(choices)
