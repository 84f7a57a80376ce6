# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import Locale, LockableMixin, PreviewableMixin, Revision, RevisionMixin, TranslatableMixin
from wagtail.search import index

from onrecord.people.models import User
from onrecord.prepared import Prepared
from onrecord.statements.blocks import BodyBlock
from onrecord.statements.formats.edition import freeze_text, text_digest
from onrecord.statements.models.contacts import PressContact, Spokesperson
from onrecord.statements.models.topics import Topic


class State(models.TextChoices):
    """How far the working draft has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    OVERDUE = "overdue", _("Late: release or reschedule")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Change(models.TextChoices):
    """What a new edition changes; the values go into the record."""

    MINOR = "minor", _("Minor")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")


class Kind(models.TextChoices):
    """What sort of thing is said; the values go into the record and never change."""

    PRESS_RELEASE = "press-release", _("Press release")
    STATEMENT = "statement", _("Statement")
    DENIAL = "denial", _("Denial")
    ADVISORY = "advisory", _("Advisory")
    MEDIA_ALERT = "media-alert", _("Media alert")
    Q_AND_A = "q-and-a", _("Questions and answers")


class Statement(
    PreviewableMixin,  # type: ignore[misc]  # Wagtail publishes no types
    LockableMixin,  # type: ignore[misc]
    RevisionMixin,  # type: ignore[misc]
    TranslatableMixin,  # type: ignore[misc]
    index.Indexed,  # type: ignore[misc]
    ClusterableModel,  # type: ignore[misc]
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

    class Meta(TranslatableMixin.Meta):  # type: ignore[misc]  # as above
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
        if Statement._meta.get_field("locale").is_cached(self):
            return str(self.locale.language_code)
        return str(_language_of(self.locale_id)[0][0])

    @property
    def subject(self) -> str:
        """Return how the journal names this row."""
        return f"statement/{self.pk}"

    @transaction.atomic
    def save_revision(self, user: User | None = None, **options: Any) -> Any:
        """Keep a draft, as Wagtail does on every save, and make its writer one of the next edition's.

        This is the one door through which every change of text passes, so a text that somebody has
        approved cannot be changed behind their back: it goes back to being a draft. A withdrawal repeats what
        was published, so that a change of the draft is nothing to it.
        """
        revision = super().save_revision(user=user, **options)
        Progress.objects.get_or_create(statement=self)
        # Held until the transaction ends: who submits, approves or releases meanwhile comes before or after.
        progress = Progress.objects.select_for_update().get(statement=self)
        if user is not None:
            progress.writers.add(user)
        if progress.state in AFTER_SUBMISSION:
            if not progress.withdrawing and freeze_text(self).digest != progress.digest:
                progress.start_over()
        elif progress.state in {State.PUBLISHED, State.DRAFT}:
            # A change that was undone leaves nothing to submit.
            now = State.DRAFT if self._differs_from_newest_edition() else State.PUBLISHED
            Progress.objects.filter(pk=progress.pk, state=progress.state).update(state=now)
        return revision

    def differs_from(self, data: Mapping[str, Any]) -> bool:
        """Tell whether this says something else than an edition file, or renders another edition."""
        rendered = data["translation_of"]
        if self.original_id is not None and rendered and rendered["edition"] != (self.original_edition or 1):
            return True
        return freeze_text(self).digest != text_digest(data)

    def _differs_from_newest_edition(self) -> bool:
        newest = self.editions.order_by("-number").first()
        return newest is None or self.differs_from(newest.data)


AFTER_SUBMISSION = frozenset({State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.OVERDUE})
"""States in which the text is somebody else's to judge, or has been judged."""


class Progress(models.Model):
    """How far a statement's draft has come and what its next edition will be.

    Kept apart from `Statement`, whose row the desk writes whole at each automatic save.
    """

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="progress")
    state = models.CharField(_("state"), max_length=20, default=State.DRAFT, db_index=True)
    writers = models.ManyToManyField(User, related_name="+", help_text=_("Who wrote the next edition."))
    change = models.CharField(_("kind of change"), max_length=20, choices=Change.choices, blank=True)
    change_note = models.TextField(_("what changed"), max_length=1000, blank=True)
    withdrawing = models.BooleanField(default=False)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), max_length=1000, blank=True)
    digest = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of the text that was submitted; approval holds for it alone."),
    )
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    request = models.TextField(_("changes asked for"), blank=True)
    release_at = models.DateTimeField(_("release at"), null=True, db_index=True)
    release_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    release_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    embargoed = models.BooleanField(_("under embargo until then"), default=False)
    embargo_terms = models.TextField(_("terms of the embargo"), blank=True)
    seal = models.OneToOneField(
        "statements.Seal", null=True, on_delete=models.SET_NULL, related_name="progress"
    )

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.state}"

    def start_over(self) -> None:
        """Make this a draft again, and save it: kind of change and note stay."""
        self.void()
        self.save()

    def void(self) -> None:
        """Let submission, approval and date be void, without saving that."""
        self.state = State.DRAFT
        self.digest = self.embargo_terms = self.release_zone = ""
        self.submitted_by = self.approved_by = self.release_by = None
        self.submitted_at = self.approved_at = self.release_at = None
        self.embargoed, self.seal = False, None


_language_of = Prepared(lambda pk: Locale.objects.filter(pk=pk).values_list("language_code"))
