# SPDX-License-Identifier: Apache-2.0
"""The list of statements: one page of a table that may have a million rows."""

from __future__ import annotations

from typing import Any

import django_filters  # type: ignore[import-untyped]  # publishes no types
from django import forms
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.search.backends import get_search_backend
from wagtail.snippets.views.snippets import IndexView

from onrecord.statements.desk import needs
from onrecord.statements.desk.panels import progress_of
from onrecord.statements.models import Kind, Progress, State, Statement, Topic
from onrecord.statements.pages import languages

MOST_FOUND = 1000
"""A search looks at no more matches than this; more are no use to somebody who reads them."""


def who_changed(statement: Statement) -> str:
    """Return who saved the draft last."""
    revision = statement.latest_revision
    return str(revision.user) if revision and revision.user else ""


def language_of(statement: Statement) -> str:
    """Return the name of the language, as its speakers call it."""
    return languages.own_name(statement.language)


class PagesByKey(WagtailPaginator):  # type: ignore[misc]  # Wagtail publishes no types
    """Turn to a page by an index alone and only then read its rows, so that the last page is near too."""

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.object_list.values_list("pk", flat=True)[first : first + self.per_page]
        return self._get_page(self.object_list.filter(pk__in=list(keys)), number, self)


class StatementFilters(WagtailFilterSet):  # type: ignore[misc]  # Wagtail publishes no types
    """State, kind, topic, and what needs whoever looks; Wagtail adds the language."""

    needs = django_filters.ChoiceFilter(
        label=_("Needs me"),
        choices=[("any", _("In any way")), *needs.KINDS_OF_NEED],
        method="filter_needs",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State"),
        choices=State.choices,
        method="filter_state",
        widget=forms.CheckboxSelectMultiple,
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, distinct=False
    )
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), field_name="topics", queryset=Topic.objects.all()
    )

    class Meta:
        model = Statement
        fields: list[str] = []

    def filter_needs(self, rows: Any, name: str, value: str) -> Any:
        """Keep what needs the person who looks."""
        person = self.request.user
        wanted = needs.needing_at_all(person) if value == "any" else needs.needing(value, person)
        return rows.filter(pk__in=wanted.values("pk"))

    def filter_state(self, rows: Any, name: str, values: list[str]) -> Any:
        """Keep what is in one of these states."""
        if not values:
            return rows
        wanted = Progress.objects.filter(state__in=values)
        if State.PUBLISHED in values:
            # Nearly all rows: read them in the order of the list and look at the state of each.
            return rows.filter(Exists(wanted.filter(statement=OuterRef("pk"))))
        return rows.filter(pk__in=wanted.values("statement"))


class StateColumn(BaseColumn):  # type: ignore[misc]
    """The state as a chip, and whether the public can read something."""

    cell_template_name = "statements/desk/state_cell.html"

    def get_cell_context_data(self, instance: Statement, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        publication = getattr(instance, "publication", None)
        state = State(progress_of(instance).state)
        public = publication is not None and state not in {State.PUBLISHED, State.WITHDRAWN}
        return context | {
            "state": state,
            "is_public": public,
            "is_withdrawing": progress_of(instance).withdrawing,
        }


class WithoutBulk(IndexView):  # type: ignore[misc]
    """A list whose rows are dealt with one by one."""

    @cached_property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class StatementList(WithoutBulk):
    """One list of statements with their state; nothing in it is computed per row."""

    list_display = (
        "title",
        StateColumn("state", label=_("State"), width="18%"),
        Column("get_kind_display", label=_("Kind"), width="14%", classname="or-wide"),
        Column("language", label=_("Language"), accessor=language_of, classname="or-wide"),
        Column("who", label=_("Last changed by"), accessor=who_changed, classname="or-wide"),
        DateColumn("changed_at", label=_("Changed"), sort_key="changed_at", classname="or-wide"),
    )
    default_ordering = ("-changed_at", "-id")
    filterset_class = StatementFilters
    paginator_class = PagesByKey

    @cached_property
    def columns(self) -> list[Any]:
        """Offer no order but that of change: no other has an index."""
        columns = super().columns
        columns[0].sort_key = None
        return columns

    def get_base_queryset(self) -> models.QuerySet[Statement]:
        """Read a page of rows with one query and without the texts."""
        rows: models.QuerySet[Statement] = Statement.objects.select_related(
            "locale", "progress", "publication", "latest_revision__user"
        )
        return rows.defer("body", "summary", "latest_revision__content", "progress__request")

    def search_queryset(self, queryset: models.QuerySet[Statement]) -> models.QuerySet[Statement]:
        """Look up the words in the search index first, then filter and order what was found."""
        if not self.is_searching:
            return queryset
        found = get_search_backend().autocomplete(self.search_query, Statement.objects.all())
        return queryset.filter(pk__in=[row.pk for row in found[:MOST_FOUND]])
