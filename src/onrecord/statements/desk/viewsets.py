# SPDX-License-Identifier: Apache-2.0
"""Lists and forms of Wagtail for statements, topics, spokespeople and press contacts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from onrecord.statements import actions
from onrecord.statements.desk import editing, needs, panels, step_views, views
from onrecord.statements.desk.listing import StatementList, WithoutBulk
from onrecord.statements.models import Edition, PressContact, Spokesperson, Statement, Topic


class WithoutChooser(SnippetViewSet):  # type: ignore[misc]  # Wagtail publishes no types
    """Nothing here is chosen in a window, and Wagtail's choosers would show titles to all of the staff."""

    def register_chooser_viewset(self) -> None:
        """Leave the chooser's addresses out."""


class StatementViewSet(WithoutChooser):
    """Statements: the list, the editing page, and a page for each step."""

    model = Statement
    icon = "openquote"
    menu_label = gettext_lazy("Statements")
    menu_order = 100
    add_to_admin_menu = True
    url_prefix = "statements"
    url_namespace = "statements"
    copy_view_enabled = False
    list_per_page = 25
    index_template_name = "wagtailadmin/generic/index.html"
    index_results_template_name = "statements/desk/list_results.html"
    edit_template_name = "statements/desk/edit.html"
    create_template_name = "statements/desk/create.html"
    index_view_class = StatementList
    add_view_class = editing.CreateStatement
    edit_view_class = editing.EditStatement
    revisions_view_class = editing.PreviewRevisionOfStatement
    preview_on_add_view_class = editing.PreviewNewStatement
    preview_on_edit_view_class = editing.PreviewStatement

    @property
    def revisions_revert_view_class(self) -> Any:
        """Return the page on which an earlier draft becomes the present one."""
        return editing.RevertStatement

    def get_edit_handler(self) -> Any:
        return panels.STATEMENT_PANELS.bind_to_model(Statement)

    def get_urlpatterns(self) -> list[Any]:
        steps = [
            path(f"<int:pk>/{view.step.replace('_', '-')}/", view.as_view(), name=view.step)
            for view in step_views.STEPS
        ]
        return [
            *super().get_urlpatterns(),
            *steps,
            path("<int:pk>/remarks/", views.AddRemark.as_view(), name="remark"),
            path("remarks/<int:pk>/resolve/", views.ResolveRemark.as_view(), name="resolve_remark"),
            path("<int:pk>/editions/<int:number>/", views.GoingOut.as_view(), name="going_out"),
        ]


class CreateFiling(CreateView):  # type: ignore[misc]
    """Store a topic, spokesperson or press contact and let the pages that show it follow."""

    def save_instance(self) -> models.Model:
        row: models.Model = super().save_instance()
        actions.filing_changed(row, by=self.request.user)
        return row


class EditFiling(EditView):  # type: ignore[misc]
    """Change a topic, spokesperson or press contact and let the pages that show it follow."""

    @property
    def can_delete(self) -> bool:
        """Offer to delete it; whether that is possible is said on the next page."""
        return bool(self.user_has_permission("delete"))

    def save_instance(self) -> models.Model:
        row: models.Model = super().save_instance()
        actions.filing_changed(row, by=self.request.user)
        self._warn(row)
        return row

    def _warn(self, row: models.Model) -> None:
        """Say which texts were submitted or approved with another name in them: nobody else would notice."""
        titles = [f"“{needs.isolated(statement.title)}”" for statement in actions.voided_by(row)]
        if titles:
            messages.warning(
                self.request,
                _("These texts name it as it was. They have to be taken back and approved again: %s")
                % ", ".join(titles),
            )


class DeleteFiling(DeleteView):  # type: ignore[misc]
    """Delete a topic, spokesperson or press contact that no statement names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reason = why_not_deleted(self.object)
        if reason and self.user_has_permission("delete"):
            messages.error(request, reason)
            return redirect(self.object.snippet_viewset.get_url_name("edit"), self.object.pk)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def delete_action(self) -> None:
        """Journal it first: afterwards there is nothing left to name."""
        actions.filing_changed(self.object, by=self.request.user)
        super().delete_action()


class FilingViewSet(WithoutChooser):
    """What the three have in common."""

    copy_view_enabled = False
    index_template_name = "wagtailadmin/generic/index.html"
    index_results_template_name = "wagtailadmin/generic/index_results.html"
    create_template_name = "statements/desk/filing_create.html"
    edit_template_name = "statements/desk/filing_edit.html"
    index_view_class = WithoutBulk
    add_view_class = CreateFiling
    edit_view_class = EditFiling
    delete_view_class = DeleteFiling


class TopicViewSet(FilingViewSet):
    """Topics."""

    model = Topic
    icon = "tag"
    url_prefix = "topics"
    url_namespace = "topics"
    list_display = ("name", "slug")

    def get_edit_handler(self) -> Any:
        return panels.TOPIC_PANELS.bind_to_model(Topic)


class SpokespersonViewSet(FilingViewSet):
    """Spokespeople."""

    model = Spokesperson
    icon = "user"
    url_prefix = "spokespeople"
    url_namespace = "spokespeople"
    list_display = ("name", "role", "language", "listed")

    def get_edit_handler(self) -> Any:
        return panels.SPOKESPERSON_PANELS.bind_to_model(Spokesperson)


class PressContactViewSet(FilingViewSet):
    """Press contacts."""

    model = PressContact
    icon = "mail"
    url_prefix = "press-contacts"
    url_namespace = "press_contacts"
    list_display = ("name", "role", "phone", "email", "language", "listed")

    def get_edit_handler(self) -> Any:
        return panels.CONTACT_PANELS.bind_to_model(PressContact)


class FilingGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """The menu of what statements are filed under and whom they name."""

    menu_label = gettext_lazy("Topics and people")
    menu_icon = "group"
    menu_order = 150
    items = (TopicViewSet, SpokespersonViewSet, PressContactViewSet)


def why_not_deleted(row: models.Model) -> str:
    """Return why a topic, spokesperson or press contact has to stay, if it has to."""
    count = Statement.objects.filter(**{_RELATIONS[type(row)]: row.pk}).count()
    if not count and isinstance(row, PressContact):
        count = Edition.objects.filter(contacts=row.pk).count()
    if not count and isinstance(row, Topic):
        count = row.listings.count()
    if not count:
        return ""
    named = ngettext(
        "“%(row)s” is named by %(count)s statement, so it cannot be deleted.",
        "“%(row)s” is named by %(count)s statements, so it cannot be deleted.",
        count,
    ) % {"row": row, "count": count}
    if isinstance(row, Topic):
        return named
    return f"{named} {_('To take it off the contacts page, untick “shown on the contacts page”.')}"


_RELATIONS: dict[type[models.Model], str] = {
    Topic: "topics",
    Spokesperson: "spokespeople",
    PressContact: "contacts",
}
