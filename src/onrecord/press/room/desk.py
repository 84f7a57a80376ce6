# SPDX-License-Identifier: Apache-2.0
"""Lists and forms of Wagtail for the press room."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSetGroup

from onrecord.press.models import KitPicture, PressConference, RoomText
from onrecord.press.room import actions
from onrecord.statements.desk.permissions import FILING, RightPolicy
from onrecord.statements.desk.viewsets import FilingViewSet


class CreateRoom(CreateView):  # type: ignore[misc]  # Wagtail publishes no types
    """Store something of the press room; its pages follow."""

    def save_instance(self) -> models.Model:
        row: models.Model = super().save_instance()
        actions.room_changed(row, deed="added", by=self.request.user)
        return row


class EditRoom(EditView):  # type: ignore[misc]
    """Change something of the press room; its pages follow."""

    @property
    def can_delete(self) -> bool:
        """Offer to delete it."""
        return bool(self.user_has_permission("delete"))

    def save_instance(self) -> models.Model:
        row: models.Model = super().save_instance()
        actions.room_changed(row, deed="changed", by=self.request.user)
        return row


class DeleteRoom(DeleteView):  # type: ignore[misc]
    """Take something out of the press room."""

    def delete_action(self) -> None:
        """Journal it first: afterwards there is nothing left to name."""
        actions.room_changed(self.object, deed="deleted", by=self.request.user)
        super().delete_action()


class _RoomViewSet(FilingViewSet):
    """What the three have in common."""

    add_view_class = CreateRoom
    edit_view_class = EditRoom
    delete_view_class = DeleteRoom
    fields: tuple[str, ...] = ()

    def get_edit_handler(self) -> Any:
        return ObjectList([FieldPanel(name) for name in self.fields]).bind_to_model(self.model)


class TextViewSet(_RoomViewSet):
    """Facts and terms, by language."""

    model = RoomText
    icon = "list-ul"
    url_prefix = "room-texts"
    url_namespace = "room_texts"
    list_display = ("language",)
    fields = ("language", "facts", "terms")


class PictureViewSet(_RoomViewSet):
    """Logos and pictures."""

    model = KitPicture
    icon = "image"
    url_prefix = "room-pictures"
    url_namespace = "room_pictures"
    list_display = ("title", "sort", "credit", "listed")
    fields = ("title", "sort", "image", "alt", "credit", "rights", "position", "listed")


class ConferenceViewSet(_RoomViewSet):
    """Press conferences."""

    model = PressConference
    icon = "calendar-alt"
    url_prefix = "press-conferences"
    url_namespace = "press_conferences"
    list_display = ("title", "starts_at", "place", "cancelled", "listed")
    fields = (
        *("title", "language", "starts_at", "ends_at", "zone", "place"),
        *("link", "text", "cancelled", "listed"),
    )


class RoomGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """The menu of the press room."""

    menu_label = gettext_lazy("Press room")
    menu_icon = "doc-full"
    menu_order = 160
    items = (ConferenceViewSet, PictureViewSet, TextViewSet)


def register_policies() -> None:
    """Tell Wagtail who may do what; must run before anything asks."""
    for model in (RoomText, KitPicture, PressConference):
        register_permission_policy(model, RightPolicy(model, FILING))
