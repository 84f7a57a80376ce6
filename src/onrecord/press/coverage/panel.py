# SPDX-License-Identifier: Apache-2.0
"""Who took up a statement, beside it at the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.side_panels import BaseSidePanel

from onrecord.people.roles import Right, may
from onrecord.press.coverage import listing
from onrecord.press.models import Coverage
from onrecord.statements.models import Publication, Statement

SHOWN = 8


class CoveragePanel(BaseSidePanel):  # type: ignore[misc]  # Wagtail publishes no types
    """The newest coverage of a statement, and what waits."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):  # type: ignore[misc]
        icon_name = "media"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["count"] = count_waiting(self.panel.object.pk)
            self.aria_label = _("Coverage, waiting: %s") % context["count"]
            return context

    name = "coverage"
    title = gettext_lazy("Coverage")
    template_name = "press/coverage/panel.html"
    order = 250

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        return context | {
            "statement": self.object,
            "is_published": Publication.objects.filter(statement=self.object.pk).exists(),
            "rows": listing.of_statement(self.object.pk, SHOWN),
            "waiting": count_waiting(self.object.pk),
        }


def count_waiting(statement: int) -> int:
    """Return how many about a statement wait, up to a hundred."""
    rows = Coverage.objects.filter(waits=True, links__statement=statement)
    return len(rows.values_list("pk", flat=True)[:100])


def beside(statement: Statement, request: HttpRequest) -> CoveragePanel | None:
    """Return the panel for who may see the press."""
    return CoveragePanel(statement, request) if may(request.user, Right.WRITE) else None
