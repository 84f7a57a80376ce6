# SPDX-License-Identifier: Apache-2.0
"""Where statements were taken up: articles and broadcasts elsewhere, and how the newsroom came to know."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.prepared import PreparedObjects
from onrecord.press.models.inquiries import Inquiry
from onrecord.press.models.journalists import Journalist
from onrecord.press.models.outlets import Medium, Outlet
from onrecord.statements.models import Statement


class CoverageState(models.TextChoices):
    """Whether a press officer has looked. Only what is confirmed counts."""

    CANDIDATE = "candidate", _("Waits for a look")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    GONE = "gone", _("No longer there")


class CoverageSource(models.TextChoices):
    """How it came to the desk."""

    MANUAL = "manual", _("Entered by hand")
    BOOKMARK = "bookmark", _("Entered with the bookmark")
    WEBMENTION = "webmention", _("Webmention")
    FEDIVERSE = "fediverse", _("Quoted in the fediverse")


class Coverage(models.Model):
    """One page elsewhere that is about statements. Says where and by whom, never whether it is friendly."""

    url = models.CharField(_("address"), max_length=2000)
    url_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the address as compared.")
    headline = models.CharField(_("headline"), max_length=300, blank=True)
    read_headline = models.CharField(max_length=300, blank=True, help_text="As the page itself last had it.")
    outlet = models.ForeignKey(
        Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="coverage", db_index=False
    )
    outlet_name = models.CharField(_("outlet"), max_length=200, blank=True)
    outlet_key = models.CharField(max_length=200, blank=True, help_text="The name as it is compared.")
    journalist = models.ForeignKey(
        Journalist, null=True, blank=True, on_delete=models.SET_NULL, related_name="coverage"
    )
    inquiry = models.ForeignKey(
        Inquiry,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="coverage",
        help_text="What it came of.",
    )
    medium = models.CharField(_("medium"), max_length=12, choices=Medium.choices, default=Medium.WEB)
    language = models.CharField(_("language"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text="ISO 3166-1 alpha-2.")
    published_on = models.DateField(_("date"), null=True, blank=True)
    day = models.DateField(help_text="That, or the day on which it was found: the order of lists.")
    note = models.TextField(_("note"), blank=True, help_text="For the desk alone.")
    source = models.CharField(max_length=12, choices=CoverageSource.choices)
    state = models.CharField(max_length=12, choices=CoverageState.choices)
    waits = models.BooleanField(default=False, help_text="Something new about it waits for a look.")
    gone_at = models.DateTimeField(null=True, help_text="Since when the page is known to be gone.")
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-day", "-id"], name="press_coverage_newest"),
            models.Index(fields=["state", "outlet_key", "-day", "-id"], name="press_coverage_outlet"),
            models.Index(fields=["state", "country", "-day", "-id"], name="press_coverage_country"),
            models.Index(fields=["state", "language", "-day", "-id"], name="press_coverage_language"),
            models.Index(fields=["state", "source", "-day", "-id"], name="press_coverage_source"),
            models.Index(
                fields=["-day", "-id"], condition=models.Q(waits=True), name="press_coverage_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.url

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"coverage/{self.pk}"

    @property
    def outlet_shown(self) -> str:
        """The outlet's name as it is now, or as it was entered."""
        return self.outlet.name if self.outlet else self.outlet_name


class CoverageOf(models.Model):
    """Which statement something is about."""

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="links", db_index=False)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="coverage_links")
    confirmed_at = models.DateTimeField(null=True, help_text="Empty: nobody has looked yet.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["coverage", "statement"], name="press_coverage_of_once"),
        ]

    def __str__(self) -> str:
        return f"coverage {self.coverage_id} of {self.statement_id}"


class Keeping(models.TextChoices):
    """What is kept of a page."""

    HASH = "hash", _("Its hash")
    BYTES = "bytes", _("Its hash and its bytes, as evidence")


class CoverageCopy(models.Model):
    """A page as it was at a moment: SHA-256 of its bytes, and the bytes if somebody chose so."""

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="copies", db_index=False)
    keeping = models.CharField(max_length=8, choices=Keeping.choices)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, help_text="When it is fetched; empty: it was.")
    fetched_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=2000, blank=True, help_text="Where the bytes came from.")
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    is_kept = models.BooleanField(default=False, help_text="The bytes are in the data directory.")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["coverage", "-id"], name="press_copy_of"),
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="press_copy_waiting"
            ),
            models.Index(fields=["sha256"], condition=models.Q(is_kept=True), name="press_copy_kept"),
        ]

    def __str__(self) -> str:
        return f"copy of {self.coverage_id} at {self.fetched_at}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"coverage-copy/{self.pk}"


class MentionState(models.TextChoices):
    """How far a Webmention has come."""

    WAITING = "waiting", _("It will be looked at.")
    LINKED = "linked", _("The page links to the statement. The press office is told.")
    NO_LINK = "no_link", _("The page does not link to the statement, so nothing is kept.")
    GONE = "gone", _("The page is gone, so it is not listed any more.")
    UNREADABLE = "unreadable", _("What stands at this address cannot be read here, so nothing is kept.")
    UNREACHABLE = "unreachable", _("Nobody answers at this address, so nothing is kept.")


class Mention(models.Model):
    """A Webmention: somebody says that a page of theirs links to a statement."""

    number = models.CharField(max_length=40, unique=True, help_text="In the address of its status page.")
    pair_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of source and target.")
    source = models.CharField(max_length=2000)
    target = models.CharField(max_length=2000)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="mentions")
    coverage = models.ForeignKey(Coverage, null=True, on_delete=models.SET_NULL, related_name="mentions")
    state = models.CharField(max_length=12, choices=MentionState.choices, default=MentionState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, help_text="When it is looked at; empty: it was.")
    tries = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="press_mention_due"
            ),
            models.Index(fields=["received_at"], name="press_mention_old"),
        ]

    def __str__(self) -> str:
        return f"mention {self.pk}"


class CoveragePolicy(models.Model):
    """What a newsroom chose about coverage. One row; none: as the fields begin."""

    ONLY: ClassVar[int] = 1

    takes_mentions = models.BooleanField(_("Take Webmentions"), default=True)
    is_public = models.BooleanField(_("Show “In the media” below statements"), default=False)

    def __str__(self) -> str:
        return "what is chosen about coverage"

    @classmethod
    def current(cls) -> CoveragePolicy:
        """Return what was chosen."""
        return _chosen.first() or cls(pk=cls.ONLY)


_chosen = PreparedObjects(lambda: CoveragePolicy.objects.filter(pk=CoveragePolicy.ONLY))
