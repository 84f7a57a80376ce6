# SPDX-License-Identifier: Apache-2.0
"""What the desk asks about a distribution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Organisation
from onrecord.press.comparing import person_key
from onrecord.press.desk.forms import choose
from onrecord.press.distributions import editions, greetings
from onrecord.press.distributions.actions import Given
from onrecord.press.models import (
    DistributionPolicy,
    Journalist,
    MediaList,
    PressDistribution,
    Standing,
    When,
)
from onrecord.statements.desk import moments
from onrecord.statements.models import Statement
from onrecord.statements.pages import languages

MOST_PEOPLE = 200


class PeopleField(forms.CharField):
    """Journalists, one a line: an address, or a name that only one of them has."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[Journalist]:
        """Return them. Raises ValidationError that says which line is whom."""
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(
                gettext("Name %d people at most, or make a media list.") % MOST_PEOPLE
            )
        return [_found(line) for line in lines]

    @staticmethod
    def written(rows: Iterable[Journalist]) -> str:
        """Return journalists as they are entered."""
        return "\n".join(row.address or row.name for row in rows)


class ComposeForm(forms.Form):
    """A distribution: its lists are fields `list-<id>` and `note-<id>`, its words `subject-<language>` …"""

    people = PeopleField(
        label=_("Single journalists"),
        help_text=_("One a line: address, or name."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    without_lists = forms.MultipleChoiceField(
        label=_("Nobody who is on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    without_people = PeopleField(
        label=_("Not to these"),
        help_text=_("One a line: address, or name."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    not_to_followers = forms.BooleanField(
        label=_("Not to whoever got it as a follower already"), required=False
    )
    when = forms.ChoiceField(label=_("When"), choices=When.choices, widget=forms.RadioSelect)
    day = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, statement: Statement, embargoed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.there = editions.spoken(statement)
        self.embargoed = embargoed
        self.media_lists = list(MediaList.objects.filter(archived_at=None))
        for one in self.media_lists:
            self.fields[f"list-{one.pk}"] = forms.BooleanField(label=one.name, required=False)
            self.fields[f"note-{one.pk}"] = forms.CharField(
                label=gettext("Note for “%(name)s”") % {"name": one.name},
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        choose(self, "without_lists", [(str(one.pk), one.name) for one in self.media_lists])
        choose(self, "zone", [(name, name.replace("_", " ")) for name in moments.zones()])
        for language in self.there:
            self._add_words(language)
        if embargoed:
            del self.fields["not_to_followers"]
            self.fields["seal"] = forms.BooleanField(
                label=gettext("Seal the text now"),
                required=False,
                help_text=gettext(
                    "The public log commits to this very text today, without showing it: afterwards everybody"
                    " can check that not a word was changed. Changing it gives the seal up in public."
                ),
            )

    def _add_words(self, language: str) -> None:
        name = languages.own_name(language)
        several = len(self.there) > 1
        shown = {"lang": languages.html_code(language), "dir": languages.direction(language)}

        def label(word: str) -> str:
            return f"{word} ({name})" if several else word

        subject_help = (
            gettext("Empty: “Under embargo: a statement of …”. What you write here anybody may read.")
            if self.embargoed
            else ""
        )
        self.fields[f"subject-{language}"] = forms.CharField(
            label=label(gettext("Subject")),
            required=False,
            max_length=200,
            help_text=subject_help or gettext("Empty: the title."),
            widget=forms.TextInput(attrs=shown),
        )
        self.fields[f"greeting-{language}"] = forms.CharField(
            label=label(gettext("Greeting")),
            required=False,
            max_length=greetings.LONGEST,
            help_text=gettext("Fields: %(fields)s. Who has a greeting of their own gets that.")
            % {"fields": ", ".join(f"{{{one}}}" for one in greetings.FIELDS)},
            widget=forms.TextInput(attrs={**shown, "placeholder": greetings.usual(language)}),
        )
        cover = gettext("Teaser, without the text") if self.embargoed else gettext("Your words")
        self.fields[f"cover-{language}"] = forms.CharField(
            label=label(cover),
            required=False,
            max_length=5000,
            help_text=gettext("Before the text, to everybody. An empty line begins a new paragraph."),
            widget=forms.Textarea(attrs={**shown, "rows": 4}),
        )

    @property
    def list_rows(self) -> list[tuple[Any, Any]]:
        """Each list with the field of its note."""
        return [(self[f"list-{one.pk}"], self[f"note-{one.pk}"]) for one in self.media_lists]

    @property
    def words(self) -> list[Any]:
        """The fields that are there once for each language."""
        names = ("subject", "greeting", "cover")
        return [self[f"{name}-{language}"] for language in self.there for name in names]

    @classmethod
    def initial_of(cls, row: PressDistribution | None) -> dict[str, Any]:
        """Return how the form is filled in for a distribution, or for a new one."""
        if row is None:
            zone = Organisation.current().time_zone
            return {"when": When.NOW, "not_to_followers": True, "zone": zone}
        initial: dict[str, Any] = {
            "people": PeopleField.written(row.people.select_related("contact")),
            "without_people": PeopleField.written(row.without_people.select_related("contact")),
            "without_lists": [str(pk) for pk in row.without_lists.values_list("pk", flat=True)],
            "not_to_followers": row.not_to_followers,
            "when": row.when,
            "zone": row.zone or Organisation.current().time_zone,
        }
        if row.send_at:
            local = moments.local(row.send_at, row.zone)
            initial |= {"day": local.date(), "clock": local.time()}
        for part in row.lists.all():
            initial |= {f"list-{part.media_list_id}": True, f"note-{part.media_list_id}": part.note}
        for name in ("subject", "greeting", "cover"):
            texts: Mapping[str, str] = getattr(row, f"{name}s")
            initial |= {f"{name}-{language}": text for language, text in texts.items()}
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") != When.AT:
            return cleaned
        if not cleaned.get("day") or not cleaned.get("clock"):
            self.add_error("day", gettext("Give the day and the time at which it goes out."))
            return cleaned
        zone = cleaned.get("zone") or Organisation.current().time_zone
        try:
            found = moments.readings(cleaned["day"], cleaned["clock"], zone)
        except moments.SkippedTime:
            found = []
        if len(found) != 1:
            self.add_error(
                "clock", gettext("Clocks are changed at that time. Choose one an hour earlier or later.")
            )
            return cleaned
        return cleaned | {"moment": found[0].at, "zone": zone}

    @property
    def given(self) -> Given:
        """What was composed."""
        data = self.cleaned_data
        lists = [one for one in self.media_lists if data.get(f"list-{one.pk}")]
        return Given(
            lists=[(one, data.get(f"note-{one.pk}", "")) for one in lists],
            people=data["people"],
            without_lists=[one for one in self.media_lists if str(one.pk) in data["without_lists"]],
            without_people=data["without_people"],
            subjects=self._texts("subject"),
            greetings=self._texts("greeting"),
            covers=self._texts("cover"),
            not_to_followers=data.get("not_to_followers", False),
            when=When(data["when"]),
            send_at=data.get("moment"),
            zone=data.get("zone", ""),
        )

    def _texts(self, name: str) -> dict[str, str]:
        return {language: self.cleaned_data[f"{name}-{language}"] for language in self.there}


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes none when it runs
    """How this newsroom sends to the press."""

    class Meta:
        model = DistributionPolicy
        fields = ("approval_above", "replies", "mailbox", "morning")
        widgets = {
            "morning": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "replies": forms.RadioSelect,
        }


def _found(line: str) -> Journalist:
    rows = Journalist.objects.filter(standing=Standing.ACTIVE).select_related("contact")
    if "@" in line:
        found = list(rows.filter(contact__address=line.lower())[:2])
    else:
        found = list(rows.filter(name_key=person_key(line))[:2])
    if len(found) != 1:
        why = (
            gettext("Nobody on the press list is “%(line)s”.")
            if not found
            else gettext("Several people are called “%(line)s”. Give the address.")
        )
        raise forms.ValidationError(why % {"line": line[:100]})
    return found[0]
