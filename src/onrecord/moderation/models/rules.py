# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from onrecord.people.models import User


class RuleDraft(models.Model):
    """A book of rules as it is being written: one row for each book, changed until it is published."""

    code = models.CharField(
        max_length=20, unique=True, default="", help_text="Which book; empty: for what readers write."
    )
    content = models.JSONField(default=dict, help_text="See actions/rules.py: what a draft looks like.")
    writers = models.ManyToManyField(User, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft of {self.changed_at:%Y-%m-%d %H:%M}"


class RuleBook(models.Model):
    """One dated version of a book of rules. Never changed or deleted; the database refuses it."""

    code = models.CharField(max_length=20, default="", help_text="Which book; empty: for what readers write.")
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField(help_text="When the change was announced.")
    effective_from = models.DateTimeField(help_text="From when content is judged by it.")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    four_eyes = models.BooleanField(help_text="Published by somebody who did not write it.")
    preamble = models.JSONField(default=dict, help_text="By language.")
    changes = models.JSONField(default=dict, help_text="What is new, by language.")

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="moderation_rules_version_once"),
            models.CheckConstraint(
                condition=models.Q(effective_from__gte=models.F("published_at")),
                name="moderation_rules_announced_first",
            ),
        ]

    def __str__(self) -> str:
        return f"rules, version {self.version}"

    @classmethod
    def at(cls, moment: Any, code: str = "") -> RuleBook | None:
        """Return the version of a book that applied at a moment."""
        return cls.objects.filter(code=code, effective_from__lte=moment).order_by("-version").first()


class Rule(models.Model):
    """A numbered rule of one version."""

    book = models.ForeignKey(RuleBook, on_delete=models.PROTECT, related_name="rules")
    number = models.CharField(max_length=12, help_text="As 3 or 3.2.")
    position = models.PositiveIntegerField()
    category = models.CharField(max_length=80, help_text="Of the Transparency Database.")
    sanctions = models.JSONField(help_text="Kinds of effects that are possible.")
    points = models.PositiveIntegerField(default=1, help_text="What breaking it once weighs.")
    points_days = models.PositiveIntegerField(default=180, help_text="How long it weighs.")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "number"], name="moderation_rule_number_once"),
        ]

    def __str__(self) -> str:
        return f"rule {self.number} (version {self.book.version})"

    def text_in(self, language: str) -> RuleText:
        """Return the rule in a language, else in the first one it has."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or texts[min(texts, key=lambda code: texts[code].pk)]

    @property
    def points_time(self) -> timedelta:
        """How long breaking it weighs."""
        return timedelta(days=self.points_days)

    @property
    def anchor(self) -> str:
        """The fragment of its address."""
        return f"rule-{self.number}"


class RuleText(models.Model):
    """A rule in one language, with examples."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    text = models.TextField()
    examples = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "language"], name="moderation_rule_language_once"),
        ]

    def __str__(self) -> str:
        return self.title
