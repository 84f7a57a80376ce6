# SPDX-License-Identifier: Apache-2.0
"""What an administrator enters about who the organisation is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy

from onrecord.people import identity
from onrecord.people.models import Organisation

EMPTY_ROWS = 2
"""Rows offered beyond those that are filled in; saving offers more."""
NOT_CHOSEN = [("", "—")]


class IdentityForm(forms.Form):
    """Known domains, the security contact, and whether machines may be trained."""

    domains = forms.CharField(
        label=gettext_lazy("Known domains"),
        required=False,
        help_text=gettext_lazy(
            "The domains people know the organisation by, one on each line, the best known first, as "
            "elmford.example. Each can vouch for this newsroom; above is how."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    security_contact = forms.CharField(
        label=gettext_lazy("Security contact"),
        required=False,
        max_length=identity.LONGEST,
        help_text=gettext_lazy(
            "Where somebody who finds a weakness of the site reports it: an e-mail address, or an address "
            "beginning with https:// or tel:+. It is published in security.txt."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    data_training = forms.ChoiceField(
        label=gettext_lazy("May machines be trained on what is published here?"),
        required=False,
        choices=[
            ("", gettext_lazy("Nothing is said")),
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
        ],
        help_text=gettext_lazy("It is said in trust.txt. Not everybody who collects texts reads that."),
    )

    def clean_domains(self) -> list[str]:
        lines = str(self.cleaned_data["domains"]).splitlines()
        return [identity.normalise_domain(line) for line in lines if line.strip()]

    def clean_security_contact(self) -> str:
        return identity.normalise_contact(self.cleaned_data["security_contact"])


class IdentifierForm(forms.Form):
    """One number in a public register. An empty number removes the row."""

    scheme = forms.ChoiceField(label=gettext_lazy("Register"), required=False)
    value = forms.CharField(label=gettext_lazy("Number"), required=False, max_length=identity.LONGEST)
    register = forms.CharField(
        label=gettext_lazy("Name of the register"), required=False, max_length=identity.LONGEST
    )
    url = forms.CharField(
        label=gettext_lazy("Address of the entry"), required=False, max_length=identity.LONGEST
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(name, scheme.label) for name, scheme in identity.SCHEMES.items()]
        _field(self, "scheme").choices = [*NOT_CHOSEN, *kinds]

    def row(self) -> dict[str, str] | None:
        """Return what was entered; None for an empty row."""
        entered = identity.normalise_identifier(self.cleaned_data)
        return entered if entered["value"] else None


class RelationForm(forms.Form):
    """One relation to another organisation or site. An empty address removes the row."""

    kind = forms.ChoiceField(label=gettext_lazy("Relation"), required=False)
    url = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=identity.LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "kind").choices = [*NOT_CHOSEN, *identity.RELATIONS.items()]

    def row(self) -> dict[str, str] | None:
        """Return what was entered; None for an empty row."""
        address = str(self.cleaned_data.get("url", "")).strip()
        return {"kind": self.cleaned_data.get("kind", ""), "url": address} if address else None


# formset_factory makes classes whose type depends on its arguments.
_IdentifierRows: Any = formset_factory(IdentifierForm, extra=EMPTY_ROWS, max_num=identity.MOST_ROWS)
_RelationRows: Any = formset_factory(RelationForm, extra=EMPTY_ROWS, max_num=identity.MOST_ROWS)


class Entered:
    """The whole screen: one form and two lists of rows, filled in from the organisation or by somebody."""

    def __init__(self, organisation: Organisation, posted: Mapping[str, Any] | None = None) -> None:
        fields = {
            "domains": "\n".join(organisation.domains),
            "security_contact": organisation.security_contact.removeprefix("mailto:"),
            "data_training": organisation.data_training,
        }
        self.form = IdentityForm(posted, initial=fields)
        self.identifiers: BaseFormSet[IdentifierForm] = _IdentifierRows(
            posted, prefix="identifiers", initial=organisation.identifiers
        )
        self.relations: BaseFormSet[RelationForm] = _RelationRows(
            posted, prefix="relations", initial=organisation.relations
        )

    def is_valid(self) -> bool:
        """Tell whether everything can be understood; whether it is right is for the action to say."""
        return all([self.form.is_valid(), self.identifiers.is_valid(), self.relations.is_valid()])

    def changes(self) -> dict[str, object]:
        """Return what was entered, as `change_organisation` takes it."""
        return {
            **self.form.cleaned_data,
            "identifiers": [row for form in self.identifiers if (row := form.row()) is not None],
            "relations": [row for form in self.relations if (row := form.row()) is not None],
        }

    def add_errors(self, mistakes: Mapping[str, list[str]]) -> None:
        """Show each mistake at the form or the list it is about."""
        for name, messages in mistakes.items():
            if name == "identifiers":
                self.identifiers.non_form_errors().extend(messages)
            elif name == "relations":
                self.relations.non_form_errors().extend(messages)
            else:
                self.form.add_error(name if name in self.form.fields else None, messages)


def _field(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
    return field
