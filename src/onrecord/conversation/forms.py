# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onrecord.conversation.models import Mode

MOST_WORDS = 2000


class PolicyForm(forms.Form):
    """How the newsroom takes comments."""

    mode = forms.ChoiceField(label=_("Comments appear"), choices=Mode.choices, widget=forms.RadioSelect)
    mode_elsewhere = forms.ChoiceField(
        label=_("Those from the fediverse"),
        choices=[
            (Mode.AFTER, _("As those from here")),
            (Mode.BEFORE, Mode.BEFORE.label),
            (Mode.CLOSED, _("Not at all: none are taken from there")),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Never less strict than those from here."),
    )
    close_after_days = forms.IntegerField(
        label=_("Close after so many days"),
        min_value=0,
        max_value=36_500,
        required=False,
        help_text=_("From the first release of a statement. Empty: they stay open."),
    )
    hold_words = forms.CharField(
        label=_("Words that need a look"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        required=False,
        max_length=100_000,
        help_text=_(
            "One word or phrase in each line. A comment with one of them waits for a moderator; it is never "
            "refused. Found only as words of their own, however they are spelled with look-alike letters."
        ),
    )

    def clean_hold_words(self) -> str:
        """Refuse a list that would have to be searched for too long."""
        words: str = self.cleaned_data["hold_words"]
        if len(words.splitlines()) > MOST_WORDS:
            raise forms.ValidationError(_("Give %(most)d words at most.") % {"most": MOST_WORDS})
        return words


class StatementPolicyForm(forms.Form):
    """What is different for one statement."""

    mode = forms.ChoiceField(label=_("Comments appear"), choices=(), required=False, widget=forms.RadioSelect)
    stays_open = forms.BooleanField(
        label=_("Stay open, however long ago the statement was released"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it stands above
        field.choices = [("", _("As everywhere in this newsroom")), *Mode.choices]
