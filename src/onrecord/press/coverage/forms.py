# SPDX-License-Identifier: Apache-2.0
"""What the desk asks about coverage."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from onrecord.press.comparing import person_key
from onrecord.press.coverage.actions import Entry
from onrecord.press.coverage.errors import BadCoverage
from onrecord.press.desk.forms import MOST_SUGGESTED, choose
from onrecord.press.desk.widgets import SuggestedField
from onrecord.press.inquiries import references
from onrecord.press.models import CoveragePolicy, Inquiry, Journalist, Medium, Outlet
from onrecord.press.places import countries, languages
from onrecord.statements.models import Publication

NEWEST = 200
"""Statements that are offered while somebody types; all others can be named by their address."""
_PATH = re.compile(r"/s/[^\s?#]+")


def statement_named(text: str) -> int:
    """Return the number of a published statement, from its address or its whole title. Raises BadCoverage."""
    found = _PATH.search(text)
    if found is not None:
        parts = found[0].strip("/").split("/")
        paths = ["/" + "/".join(parts[:length]) + "/" for length in range(len(parts), 2, -1)]
        known = dict(Publication.objects.filter(path__in=paths).values_list("path", "statement_id"))
        number = next((known[path] for path in paths if path in known), 0)
    else:
        rows = Publication.objects.filter(statement__title=text.strip()).order_by("-pk")
        number = rows.values_list("statement_id", flat=True).first() or 0
    if not number:
        raise BadCoverage(
            _("“%(value)s” is no published statement. Paste its address, as /s/2026/water/.")
            % {"value": text[:80]}
        )
    return number


def journalist_named(text: str) -> Journalist:
    """Return the journalist of the press list who has this name. Raises BadCoverage."""
    found = list(Journalist.objects.filter(name_key=person_key(text))[:2])
    if len(found) != 1:
        raise BadCoverage(
            _("Nobody on the press list is called “%(name)s”.") % {"name": text[:80]}
            if not found
            else _("Several people on the press list are called “%(name)s”.") % {"name": text[:80]}
        )
    return found[0]


class CoverageForm(forms.Form):
    """Where statements were taken up."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    headline = forms.CharField(
        label=gettext_lazy("Headline"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    statements = SuggestedField(
        lambda: [_suggested(one) for one in _newest()],
        statement_named,
        count=2,
        label=gettext_lazy("About which statements"),
        help_text=gettext_lazy("Type a part of a title and choose, or paste a statement’s address."),
    )
    outlet = SuggestedField(
        lambda: list(Outlet.objects.values_list("name", flat=True)[:MOST_SUGGESTED]),
        str,
        label=gettext_lazy("Outlet"),
        help_text=gettext_lazy("One of the press list, or any other name."),
    )
    published_on = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    medium = forms.ChoiceField(label=gettext_lazy("Medium"), choices=Medium.choices, initial=Medium.WEB)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False, help_text=gettext_lazy("Empty: that of the outlet.")
    )
    journalist = SuggestedField(
        lambda: list(Journalist.objects.order_by("name").values_list("name", flat=True)[:MOST_SUGGESTED]),
        journalist_named,
        label=gettext_lazy("Journalist"),
        help_text=gettext_lazy("Somebody of the press list; may stay empty."),
    )
    inquiry = forms.CharField(
        label=gettext_lazy("Inquiry"),
        help_text=gettext_lazy("The reference of the inquiry that it came of, as KT-4827; may stay empty."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For the desk alone."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        shown = get_language() or "en"
        choose(self, "language", [("", "–"), *languages().items()])
        choose(self, "country", [("", "–"), *countries(shown).items()])

    def clean_inquiry(self) -> Inquiry | None:
        said = self.cleaned_data["inquiry"].strip()
        found = Inquiry.objects.filter(reference=references.written(said)).first() if said else None
        if said and found is None:
            raise forms.ValidationError(_("There is no inquiry “%(value)s”.") % {"value": said})
        return found

    @classmethod
    def of(cls, entry: Entry) -> CoverageForm:
        """Return the form filled in with coverage as it is."""
        names = ("url", "headline", "published_on", "medium", "language", "country", "note")
        about = Publication.objects.filter(statement__in=entry.statements).select_related("statement")
        initial: dict[str, Any] = {name: getattr(entry, name) for name in names}
        return cls(
            initial=initial
            | {
                "statements": [_suggested(one) for one in about.order_by("pk")],
                "outlet": [entry.outlet] if entry.outlet else [],
                "journalist": [entry.journalist.name] if entry.journalist else [],
                "inquiry": entry.inquiry.reference if entry.inquiry else "",
            }
        )

    @property
    def entry(self) -> Entry:
        """What was entered."""
        given = dict(self.cleaned_data)
        return Entry(
            statements=given.pop("statements"),
            outlet=next(iter(given.pop("outlet")), ""),
            journalist=next(iter(given.pop("journalist")), None),
            **given,
        )


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes none at run time
    """What the newsroom chose about coverage."""

    class Meta:
        model = CoveragePolicy
        fields = ("takes_mentions", "is_public")


def _newest() -> list[Publication]:
    return list(Publication.objects.select_related("statement").order_by("-first_released_at")[:NEWEST])


def _suggested(publication: Publication) -> str:
    return f"{publication.statement.title} · {publication.path}"
