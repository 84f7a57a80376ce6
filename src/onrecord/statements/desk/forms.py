# SPDX-License-Identifier: Apache-2.0
"""What people fill in at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput

from onrecord.people.models import Organisation
from onrecord.statements.desk import moments
from onrecord.statements.models import Change, Publication, TopicListing
from onrecord.statements.pages import languages


class Counted(AdminAutoHeightTextInput):  # type: ignore[misc]  # Wagtail publishes no types
    """A text field that says how many characters are left."""

    def __init__(self, limit: int, advised: int) -> None:
        super().__init__(attrs={"maxlength": limit, "data-counter": limit, "data-advised": advised})


class Pick(forms.CheckboxSelectMultiple):
    """Check boxes in columns, with a field that narrows them down where there are many."""

    template_name = "statements/desk/widgets/pick.html"
    option_template_name = "django/forms/widgets/checkbox_option.html"


class LanguageSelect(forms.Select):
    """The newsroom's languages but the first."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        others = Organisation.current().languages[1:]
        self.choices = [("", "---------"), *((code, languages.own_name(code)) for code in others)]
        return super().optgroups(name, value, attrs)


class StatementForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A statement's text and how it is filed."""

    class Media:
        js = ["statements/desk/editor.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        publication = Publication.objects.filter(statement=self.instance.pk).first()
        language = self.instance.language
        for name in ("title", "summary", "place"):
            self.fields[name].widget.attrs |= {
                "dir": languages.direction(language),
                "lang": languages.html_code(language),
            }
        slug = self.fields.get("slug")
        if slug is not None and (publication is not None or self.instance.original_id is not None):
            slug.disabled = True
            slug.help_text = (
                _("It is %s and never changes.") % publication.path
                if publication
                else _("A translation stands below the address of its original.")
            )

    def clean_title(self) -> str:
        """Return the title on one line; the field grows, but a title has no paragraphs."""
        return " ".join(str(self.cleaned_data["title"]).split())


class TopicForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A topic; its address cannot be changed once a published statement is filed under it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and TopicListing.objects.filter(topic=self.instance).exists():
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("Published statements are filed here, so it never changes.")


class StepForm(forms.Form):
    """A step that needs nothing but a yes."""


class UnsealForm(StepForm):
    """Why a seal is given up: the record says it in public."""

    reason = forms.CharField(
        label=gettext_lazy("Public reason for giving the seal up"),
        max_length=500,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy(
            "It stays in the record for good. Do not repeat anything of the text that was sealed."
        ),
    )


class ChangeForm(StepForm):
    """What the next edition changes; asked from the second edition on."""

    change = forms.ChoiceField(
        label=gettext_lazy("Kind of change"), choices=Change.choices, widget=forms.RadioSelect
    )
    change_note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=1000,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy(
            "Readers see it beside the new edition, for good. Only a minor change may go without."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("change") not in {None, Change.MINOR} and not cleaned.get("change_note", "").strip():
            self.add_error("change_note", _("Say what changed: readers see it beside the new edition."))
        return cleaned


class RequestForm(StepForm):
    """What an editor wants changed."""

    request = forms.CharField(
        label=gettext_lazy("What should change"), max_length=4000, widget=AdminAutoHeightTextInput
    )


class WithdrawForm(StepForm):
    """Why a statement no longer stands."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("It stays on the page for good."),
    )


class UnderstoodForm(StepForm):
    """A step with a consequence that has to be understood."""

    understood = forms.BooleanField(label=gettext_lazy("I have understood this, and it cannot wait."))


class UnderstoodChangeForm(ChangeForm, UnderstoodForm):
    """The same, for a further edition."""


class TranslateForm(StepForm):
    """Which language to translate into."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, missing: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [(code, languages.own_name(code)) for code in missing]


class MomentForm(StepForm):
    """When to release: a date and a time in a named zone.

    The cleaned `moment` is the one they mean. Where clocks show the time twice, `fold` has to be
    chosen; where they skip it, the error names the nearest times that exist.
    """

    day = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    fold = forms.TypedChoiceField(
        label=gettext_lazy("Which of the two"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    embargoed = forms.BooleanField(
        label=gettext_lazy("Under embargo until then"),
        required=False,
        help_text=gettext_lazy("Whoever gets the text before may not use it before this moment."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms of the embargo"),
        max_length=1000,
        required=False,
        widget=AdminAutoHeightTextInput,
    )
    seal = forms.BooleanField(
        label=gettext_lazy("Seal the text now"),
        required=False,
        help_text=gettext_lazy(
            "The record commits to this very text today, and opens it at the moment of release: afterwards "
            "everybody can check that not a word was changed in between. Until then the record shows that "
            "something was sealed, and until when, but not what. The text can no longer be changed without "
            "giving the seal up in public."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Public reason for giving the seal up"),
        max_length=500,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("This text is sealed until another moment. That seal is given up in public."),
    )

    def __init__(self, *args: Any, is_sealed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_sealed:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101  # declared above
        zone.choices = [(name, name.replace("_", " ")) for name in moments.zones()]
        self._hide_fold()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seal") and not cleaned.get("embargoed"):
            self.add_error("seal", _("Only a text under embargo is sealed. Tick both, or neither."))
        if not {"day", "clock", "zone"} <= cleaned.keys():
            return cleaned
        try:
            found = moments.readings(cleaned["day"], cleaned["clock"], cleaned["zone"])
        except moments.SkippedTime as gap:
            self.add_error("clock", self._skipped(cleaned, gap))
            return cleaned
        except moments.TooFar:
            self.add_error("day", _("Such a day is too far away. Choose another one."))
            return cleaned
        if len(found) > 1 and cleaned.get("fold") is None:
            self._ask_fold(cleaned, found)
            return cleaned
        if len(found) > 1:
            self._show_fold(found, cleaned["zone"])
            found = [reading for reading in found if reading.fold == cleaned["fold"]]
        return cleaned | {"moment": found[0].at}

    def _skipped(self, cleaned: dict[str, Any], gap: moments.SkippedTime) -> str:
        return _(
            "%(time)s does not exist on that day in %(zone)s: the clocks are put forward. "
            "Choose %(before)s, the last minute before, or %(after)s, the first after."
        ) % {
            "time": cleaned["clock"].strftime("%H:%M"),
            "zone": cleaned["zone"],
            "before": gap.before.strftime("%H:%M"),
            "after": gap.after.strftime("%H:%M"),
        }

    def _ask_fold(self, cleaned: dict[str, Any], found: list[moments.Reading]) -> None:
        self._show_fold(found, cleaned["zone"])
        self.add_error(
            "fold",
            _("On that day clocks in %(zone)s show %(time)s twice, because they are put back. Say which.")
            % {"zone": cleaned["zone"], "time": cleaned["clock"].strftime("%H:%M")},
        )

    def _hide_fold(self) -> None:
        fold = self.fields["fold"]
        assert isinstance(fold, forms.TypedChoiceField)  # noqa: S101  # declared above
        fold.choices = [("0", "0"), ("1", "1")]
        fold.widget = forms.HiddenInput()

    def _show_fold(self, found: list[moments.Reading], zone: str) -> None:
        fold = self.fields["fold"]
        assert isinstance(fold, forms.TypedChoiceField)  # noqa: S101  # declared above
        fold.widget = forms.RadioSelect()
        names = [_("the first time: %s"), _("the second time: %s")]
        fold.choices = [
            (str(reading.fold), name % moments.in_words(reading.at, zone))
            for name, reading in zip(names, found, strict=True)
        ]


class RemarkForm(forms.Form):
    """A remark for colleagues."""

    text = forms.CharField(
        label=gettext_lazy("Remark"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
