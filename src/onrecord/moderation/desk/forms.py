# SPDX-License-Identifier: Apache-2.0
"""What the forms of the desk hold, read into what the actions take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation import manners
from onrecord.moderation.actions import Finding, Ruling, Wanted
from onrecord.moderation.actions.policy import FIELDS
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.models import EffectKind, Outcome, Policy, Rule, TrustedFlagger

SIX_MONTHS = 183
LASTING = (EffectKind.HOLD, EffectKind.SUSPEND, EffectKind.LIMIT)
"""Kinds of effects that may have an end."""


class RulingForm(forms.Form):
    """A decision: effects, ground, facts, explanation."""

    effects = forms.MultipleChoiceField(
        label=_("What follows"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: no action."),
    )
    words = forms.CharField(
        label=_("What applies then"),
        required=False,
        max_length=500,
        help_text=_("Whoever it concerns reads it, and whoever is shown the card."),
    )
    days = forms.IntegerField(
        label=_("For how many days (hold, limit, suspension)"), required=False, min_value=1, max_value=365
    )
    rule = forms.ModelChoiceField(Rule.objects.none(), label=_("Rule"), required=False)
    legal_ground = forms.CharField(label=_("Or law: which paragraph"), required=False, max_length=500)
    facts = forms.CharField(
        label=_("Facts"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is there and what it does. Author and reporter read this."),
    )
    explanation = forms.CharField(
        label=_("Why it breaks the rule or the law"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.ChoiceField(label=_("Category"), required=False, help_text=_("Empty: that of the rule."))
    spam = forms.BooleanField(
        label=_("Deceptive bulk advertising: no mail to the author"),
        required=False,
        help_text=_("Article 17(2). The decision is made all the same."),
    )
    reporter_reason = forms.CharField(
        label=_("Why the author has to know who reported it"),
        required=False,
        max_length=1000,
        help_text=_("Empty: the author does not learn it. Only where it cannot be avoided."),
    )
    item_version = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, rules: Sequence[Rule], kinds: frozenset[str], of_kind: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        manner = manners.of(of_kind)
        possible = [
            (kind.value, manners.effect_label(of_kind, kind)) for kind in EffectKind if kind.value in kinds
        ]
        self.fields["effects"].choices = possible  # type: ignore[attr-defined]  # a choice field
        self.fields["rule"].queryset = Rule.objects.filter(  # type: ignore[attr-defined]  # a model field
            pk__in=[rule.pk for rule in rules]
        ).order_by("position")
        self.fields["rule"].label_from_instance = _rule_label  # type: ignore[attr-defined]  # as above
        if not manner.label_has_words:
            del self.fields["words"]
        if not kinds & set(LASTING):
            del self.fields["days"]
        if not manner.is_content:
            self.fields["effects"].help_text = str(manner.nothing)
            self.fields["rule"].label = str(manner.rule_heading)
            self.fields["explanation"].label = _("Why")
            del self.fields["spam"], self.fields["reporter_reason"]
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", "–"),
            *CATEGORIES.items(),
        ]

    def show_anew(self, item_version: str, revision: int) -> None:
        """Keep what was written, for the thing and the case as the page shows them from now on."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - only what was posted can be refused
        given = self.data.copy()
        given[self.add_prefix("item_version")] = item_version
        given[self.add_prefix("revision")] = str(revision)
        self.data = given

    def ruling(self, unfounded: frozenset[int] = frozenset()) -> Ruling:
        """Return what was decided. Only of a valid form."""
        given = self.cleaned_data
        days = given.get("days")
        until = timezone.now() + timedelta(days=days) if days else None
        return Ruling(
            item_version=given["item_version"],
            facts=given["facts"],
            explanation=given["explanation"],
            effects=tuple(
                Wanted(
                    kind,
                    until if kind in LASTING else None,
                    given.get("words", "") if kind == EffectKind.LABEL else "",
                )
                for kind in given["effects"]
            ),
            rule=given["rule"],
            legal_ground=given["legal_ground"],
            category=given["category"],
            spam=given.get("spam", False),
            reporter_reason=given.get("reporter_reason", ""),
            unfounded=unfounded,
        )


class FindingForm(RulingForm):
    """The outcome of an appeal."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    undone = forms.MultipleChoiceField(
        label=_("Undone, if partly reversed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    unfounded = forms.BooleanField(
        label=_("The appeal is manifestly without any ground"),
        required=False,
        help_text=_("It weighs against whoever appealed (Article 23(2))."),
    )
    field_order = ("outcome", "undone", "facts", "explanation")

    def __init__(self, *args: Any, undoable: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["undone"].choices = undoable  # type: ignore[attr-defined]  # a choice field
        self.fields["effects"].label = _("Put in force anew")
        self.fields["effects"].help_text = ""
        for name in ("spam", "reporter_reason"):
            self.fields.pop(name, None)

    def finding(self) -> Finding:
        """Return what was found. Only of a valid form."""
        given = self.cleaned_data
        return Finding(
            outcome=given["outcome"],
            ruling=self.ruling(),
            undone=frozenset(int(pk) for pk in given["undone"]),
            unfounded=given["unfounded"],
        )


class PolicyForm(forms.ModelForm[Policy]):
    """Duties and deadlines."""

    def clean_appeal_days(self) -> int:
        """Refuse less than six months (Article 20(1))."""
        days = int(self.cleaned_data["appeal_days"])
        if days < SIX_MONTHS:
            raise forms.ValidationError(_("The law gives six months at least. Enter 183 or more."))
        return days

    class Meta:
        model = Policy
        fields = FIELDS


class FlaggerForm(forms.ModelForm[TrustedFlagger]):
    """A trusted flagger."""

    address = forms.EmailField(label=_("e-mail address"))

    class Meta:
        model = TrustedFlagger
        fields = ("name", "address", "field", "awarded_by")

    def validate_unique(self) -> None:
        """Let somebody who was one before become one again."""


def _rule_label(rule: Rule) -> str:
    return f"{rule.number}. {rule.text_in('').title}"
