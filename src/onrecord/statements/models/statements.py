# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import LockableMixin, PreviewableMixin, Revision, RevisionMixin, TranslatableMixin
from wagtail.search import index

from onrecord.people.models import User
from onrecord.statements.blocks import BodyBlock
from onrecord.statements.models.contacts import PressContact, Spokesperson
from onrecord.statements.models.topics import Topic


class Kind(models.TextChoices):
    """What sort of thing is said; the values go into the record and never change."""

    PRESS_RELEASE = "press-release", _("Press release")
    STATEMENT = "statement", _("Statement")
    DENIAL = "denial", _("Denial")
    ADVISORY = "advisory", _("Advisory")
    MEDIA_ALERT = "media-alert", _("Media alert")
    Q_AND_A = "q-and-a", _("Questions and answers")


class Statement(  # type: ignore[misc]  # Wagtail publishes no types
    PreviewableMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    """The thing said, in one language, as it stands at the desk.

    This row is the working draft. What the public sees is only ever an `Edition`; how far the draft has
    come is in its `Progress`; where it appears is in its `Publication`.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.PRESS_RELEASE)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(
        _("summary"),
        max_length=600,
        help_text=_("One or two sentences that stand alone: feeds, previews and mail show only this."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    slug = models.SlugField(
        _("address"),
        max_length=80,
        blank=True,
        allow_unicode=True,
        help_text=_(
            "The last part of the address. Empty: made from the title at release. It never changes after."
        ),
    )
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Where it is said."))
    dated = models.DateField(_("date line"), default=timezone.localdate)
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="statements")
    spokespeople = ParentalManyToManyField(
        Spokesperson, verbose_name=_("spokespeople"), blank=True, related_name="statements"
    )
    contacts = ParentalManyToManyField(
        PressContact, verbose_name=_("press contacts"), blank=True, related_name="statements"
    )
    original = models.ForeignKey(
        "self",
        verbose_name=_("translated from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="translations",
    )
    original_edition = models.PositiveIntegerField(
        _("translated from edition"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The number of the original's edition that this text renders."),
    )
    created_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="statements_created"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    _revisions = GenericRelation(Revision, related_query_name="statement", for_concrete_model=False)

    search_fields: ClassVar = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        index.FilterField("kind"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering: ClassVar = ["-changed_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["-changed_at", "-id"], name="statements_statement_newest")]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def revisions(self) -> Any:
        """Return the drafts kept of this statement, as Wagtail asks for them."""
        return self._revisions

    @property
    def language(self) -> str:
        """Return the language code of the text."""
        return str(self.locale.language_code)

    @property
    def subject(self) -> str:
        """Return how the journal names this row."""
        return f"statement/{self.pk}"
