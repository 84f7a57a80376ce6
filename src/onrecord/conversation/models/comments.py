# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.conversation.models.commenters import Commenter
from onrecord.statements.models import Statement

SEGMENT = 16
"""Letters of a path for each level: 13 of the moment in microseconds, 3 at random; hexadecimal."""
DEEPEST = 30
"""Answers to what is deeper stand on this level. Pages indent the first four."""
EDITABLE_FOR = timedelta(minutes=15)


class State(models.TextChoices):
    """What became of a comment by its author's and the newsroom's ordinary doing; no decision is in it."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
    HELD = "held", _("Waits for a moderator")
    SHOWN = "shown", _("Shown")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")
    ERASED = "erased", _("Erased")


class Source(models.TextChoices):
    FORM = "form", _("Form on the site")
    FEDIVERSE = "fediverse", _("Fediverse")
    IMPORT = "import", _("Imported")


class Appearance(models.TextChoices):
    """What readers see of a comment; follows from state and restrictions, and is kept to be found quickly."""

    ABSENT = "absent", _("Nothing")
    READABLE = "readable", _("The text")
    MARK = "mark", _("A mark in its place")


class Kind(models.TextChoices):
    """How a decision restricts a comment."""

    LABEL = "label", _("A label above it")
    LIMIT = "limit", _("Shown only to who opens it")
    HOLD = "hold", _("Not shown while it is looked at")
    SEAL = "seal", _("Sealed: kept, not shown")


class Thread(models.Model):
    """All that is said under a statement: how often it changed, and up to which change it is baked."""

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="thread")
    changes = models.PositiveIntegerField(default=0)
    baked = models.PositiveIntegerField(default=0)
    lowest = models.CharField(
        max_length=SEGMENT * (DEEPEST + 1), blank=True, help_text="The first path that changed since."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(changes__gt=models.F("baked")),
                name="conversation_thread_behind",
            ),
        ]

    def __str__(self) -> str:
        return f"thread of statement {self.statement_id}"


class Comment(models.Model):
    """What somebody said under a statement, or in answer to another comment.

    It can be read if its state is SHOWN and no restriction of kind HOLD or SEAL is active. Its text is its
    newest version. Of an erased statement's comments the statement is None: they are nowhere to be read.
    """

    statement = models.ForeignKey(Statement, null=True, on_delete=models.SET_NULL, related_name="comments")
    edition = models.PositiveIntegerField(help_text="The number of the edition that was commented on.")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answers")
    path = models.CharField(
        max_length=SEGMENT * (DEEPEST + 1), help_text="Comments in the order of a thread, answers below."
    )
    depth = models.PositiveSmallIntegerField(default=0)
    commenter = models.ForeignKey(Commenter, on_delete=models.PROTECT, related_name="comments")
    name = models.CharField(max_length=80, blank=True)
    link = models.URLField(max_length=300, blank=True)
    language = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FORM)
    source_id = models.CharField(
        max_length=300, blank=True, help_text="Of what came from elsewhere: its name there."
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    appearance = models.CharField(max_length=8, choices=Appearance.choices, default=Appearance.ABSENT)
    fragment = models.TextField(blank=True, help_text="As the page shows it: HTML, made when it changes.")
    fragment_made_for = models.CharField(max_length=40, blank=True, help_text="See `pages/fragments.py`.")
    created_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(null=True, help_text="When it first could be read.")
    edited_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Withdrawn or erased.")
    wants_replies = models.BooleanField(default=False, help_text="Its author wants mail about replies.")
    doubts = models.JSONField(default=list, help_text="Why it was held: see `doubts.py`.")
    score = models.FloatField(default=0.5, help_text="From 0 to 1, how much it resembles unwanted ones.")
    digest = models.CharField(max_length=32, blank=True, help_text="Of its folded text, keyed.")
    shingles = models.BigIntegerField(null=True, help_text="Alike for texts that are alike.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "path"], name="conversation_comment_place"),
            models.UniqueConstraint(
                fields=["source_id"],
                condition=~models.Q(source_id=""),
                name="conversation_comment_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(appearance="readable", state="shown") | ~models.Q(appearance="readable"),
                name="conversation_comment_only_shown_is_readable",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["statement", "path"],
                condition=~models.Q(appearance="absent"),
                name="conversation_comment_thread",
            ),
            models.Index(fields=["commenter", "state"], name="conversation_comment_by"),
            models.Index(fields=["state", "id"], name="conversation_comment_state"),
            models.Index(fields=["digest"], name="conversation_comment_same"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}: {self.state}"

    @property
    def subject_name(self) -> str:
        """How the journal and the ledger name this row."""
        return f"comment/{self.pk}"

    @property
    def is_readable(self) -> bool:
        """Tell whether readers see the text."""
        return self.appearance == Appearance.READABLE


class CommentVersion(models.Model):
    """A text as it was at one time: as written, and as HTML made from it then. It never changes.

    While a decision seals the comment both are empty here and stand encrypted in `sealed`.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering: ClassVar = ["comment", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "number"], name="conversation_version_number"),
            models.CheckConstraint(
                condition=models.Q(sealed=None) | models.Q(text="", html=""),
                name="conversation_version_sealed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of comment {self.comment_id}"


class Restriction(models.Model):
    """What a decision does to a comment. Put and lifted by moderation, under a reference of its own.

    Lifting undoes this one alone: others stay.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="restrictions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reference = models.CharField(max_length=120, unique=True, help_text="As decision/12/effect/3.")
    label = models.CharField(max_length=300, blank=True, help_text="What readers are told.")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["comment"],
                condition=models.Q(lifted_at=None),
                name="conversation_restriction_on",
            ),
            models.Index(
                fields=["until"],
                condition=models.Q(lifted_at=None, until__isnull=False),
                name="conversation_restriction_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.kind}"

    def is_active(self, now: datetime) -> bool:
        """Tell whether it holds at a moment."""
        return self.lifted_at is None and (self.until is None or self.until > now)


class EditingFreeze(models.Model):
    """From now on the author cannot edit a comment: somebody has reported it, and it is looked at."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="freezes")
    reference = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.reference
