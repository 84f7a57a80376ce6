# SPDX-License-Identifier: Apache-2.0
"""Media lists: named people, or whoever meets criteria at the moment at which the list is used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.press.models.journalists import Journalist


class ListKind(models.TextChoices):
    STATIC = "static", _("Chosen by hand")
    CRITERIA = "criteria", _("By criteria")


class Match(models.TextChoices):
    ALL = "all", _("All criteria have to be met")
    ANY = "any", _("One is enough")


class Field(models.TextChoices):
    """What a criterion looks at."""

    BEAT = "beat", _("Beat")
    LANGUAGE = "language", _("Language")
    COUNTRY = "country", _("Country of the outlet")
    MEDIUM = "medium", _("Type of outlet")
    OUTLET = "outlet", _("Outlet")


class MediaList(models.Model):
    """A list of journalists. `match` counts only for one by criteria."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(max_length=8, choices=ListKind.choices, default=ListKind.STATIC)
    match = models.CharField(max_length=3, choices=Match.choices, default=Match.ALL)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"media-list/{self.pk}"


class ListMember(models.Model):
    """Somebody on a list that is chosen by hand."""

    media_list = models.ForeignKey(
        MediaList, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    journalist = models.ForeignKey(Journalist, on_delete=models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["media_list", "journalist"], name="press_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.journalist_id} on {self.media_list_id}"


class Criterion(models.Model):
    """One of these values is true of a journalist, or, with `excludes`, none."""

    media_list = models.ForeignKey(MediaList, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=8, choices=Field.choices)
    values = models.JSONField(default=list, help_text="Codes, or the numbers of outlets.")
    excludes = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["media_list", "position"], name="press_criterion_position"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {'not ' if self.excludes else ''}in {self.values}"
