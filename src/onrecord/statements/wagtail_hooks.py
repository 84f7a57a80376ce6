# SPDX-License-Identifier: Apache-2.0
"""The statements' screens at the desk."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from onrecord.statements.desk.permissions import register_policies
from onrecord.statements.desk.viewsets import FilingGroup, StatementViewSet

register_policies()
register_snippet(StatementViewSet)
register_snippet(FilingGroup)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]  # Wagtail publishes no types
def styles() -> SafeString:
    """Load the style of chips, steps and panels on every page of the desk."""
    return format_html('<link rel="stylesheet" href="{}">', static("statements/desk/desk.css"))


@hooks.register("insert_global_admin_js")  # type: ignore[untyped-decorator]
def labels() -> SafeString:
    """Give a name to fields and landmarks that Wagtail leaves without."""
    return format_html('<script src="{}"></script>', static("statements/desk/labels.js"))
