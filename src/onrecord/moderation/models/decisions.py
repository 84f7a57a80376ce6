# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.cases import Case, Report, Source
from onrecord.moderation.models.rules import Rule
from onrecord.people.models import Contact, User
from onrecord.record.models import Document


class EffectKind(models.TextChoices):
    """What a decision may do. All of it can be undone."""

    LABEL = "label", _("Label: it stays, with a note beside it")
    LIMIT = "limit", _("Limit: what the author writes is looked at before it is shown")
    HOLD = "hold", _("Hold: it is not shown for a time")
    SEAL = "seal", _("Seal: it is not shown any more, and kept")
    WARN = "warn", _("Warning")
    SUSPEND = "suspend", _("Suspension: the author cannot write for a time")
    TERMINATE = "terminate", _("End: the author can never write here again; needs a second signature")


HIDING = (EffectKind.HOLD, EffectKind.SEAL)
ON_PERSONS = (EffectKind.LIMIT, EffectKind.WARN, EffectKind.SUSPEND, EffectKind.TERMINATE)


class Verdict(models.TextChoices):
    NO_ACTION = "no_action", _("No action")
    RESTRICT = "restrict", _("Restriction")
    UPHELD = "upheld", _("The decision stands")
    PARTIALLY_REVERSED = "partially_reversed", _("The decision is partly reversed")
    REVERSED = "reversed", _("The decision is reversed")


class Decision(models.Model):
    """An immutable judgement. The database refuses to change or delete it; what it says in words and about
    whom stands in `Reasons`, which the law may oblige to erase.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(help_text="Within the case.")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    decider = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decider_number = models.PositiveIntegerField(null=True, help_text="The pseudonym readers see.")
    classifier = models.CharField(max_length=60, blank=True, help_text="Name and version, if none decided.")
    second = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    item_version = models.CharField(max_length=120)
    item_created_at = models.DateTimeField()
    rule = models.ForeignKey(Rule, null=True, on_delete=models.PROTECT, related_name="decisions")
    rule_effective_from = models.DateTimeField(null=True, help_text="Copied, so that a constraint can tell.")
    legal_ground = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=80, blank=True)
    keyword = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    automated_detection = models.BooleanField(default=False)
    scope = models.JSONField(default=list, help_text="Countries; none: everywhere.")
    until = models.DateTimeField(null=True)
    spam = models.BooleanField(default=False, help_text="No notice: Art. 17(2).")
    names_reporter = models.BooleanField(
        default=False, help_text="The author is told who reported; the reasons say why it cannot be avoided."
    )
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="moderation_decision_number_once"),
            models.CheckConstraint(
                condition=~models.Q(verdict="restrict")
                | models.Q(rule__isnull=False, legal_ground="")
                | (models.Q(rule__isnull=True) & ~models.Q(legal_ground="")),
                name="moderation_decision_has_one_ground",
            ),
            models.CheckConstraint(
                condition=models.Q(rule__isnull=True)
                | models.Q(rule_effective_from__lte=models.F("item_created_at")),
                name="moderation_decision_rule_came_first",
            ),
            models.CheckConstraint(
                condition=models.Q(decider__isnull=False, classifier="")
                | (models.Q(decider__isnull=True) & ~models.Q(classifier="")),
                name="moderation_decision_by_one",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("decider")),
                name="moderation_decision_second_is_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["rule", "-id"], name="moderation_decision_by_rule"),
            models.Index(fields=["decider", "-id"], name="moderation_decision_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.case.number}-{self.number}"

    @property
    def public_number(self) -> str:
        """Unique for ever: number of the case and of the decision in it."""
        return str(self)

    @property
    def subject(self) -> str:
        """How the journal and effects name this row."""
        return f"decision/{self.pk}"

    @property
    def is_automatic(self) -> bool:
        """True where no person decided."""
        return self.decider_id is None

    @property
    def answers_appeal(self) -> bool:
        """True for what was decided about an appeal."""
        return self.verdict in {Verdict.UPHELD, Verdict.PARTIALLY_REVERSED, Verdict.REVERSED}

    def chain(self) -> list[Decision]:
        """Return this decision and all that it supersedes, newest first."""
        found = [self]
        while (earlier := found[-1].supersedes) is not None:
            found.append(earlier)
        return found


class Reasons(models.Model):
    """What a decision says in words, and the thing as it was judged. Erasable; the salt goes with it.

    The log holds SHA-256 of salt and decision. Without the salt nobody can tie the two together.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="reasons")
    salt = models.BinaryField(max_length=32)
    facts = models.TextField()
    explanation = models.TextField(blank=True, help_text="Why the facts break the rule or the law.")
    reporter_reason = models.TextField(blank=True, help_text="Why the reporter has to be named.")
    item_text = models.TextField()
    item_html = models.TextField()
    item_url = models.CharField(max_length=500)
    language = models.CharField(max_length=20, help_text="In which it is written.")
    frozen = models.BinaryField(null=True, help_text="The decision as the log commits to it, canonical.")

    def __str__(self) -> str:
        return f"reasons of {self.decision_id}"


class Commitment(models.Model):
    """What the log holds of a decision: SHA-256 over salt and frozen form, once it is in a logged edition.

    Made with the decision, logged with others soon after. Salt and frozen form stand in `Reasons`: once these
    are erased, a commitment says nothing to anybody.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="commitment")
    digest = models.BinaryField(max_length=32)
    document = models.ForeignKey(
        Document,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The edition that lists it.",
    )
    year = models.PositiveSmallIntegerField(null=True, help_text="In which it was decided.")
    place = models.PositiveIntegerField(null=True, help_text="Among those of its year, from 1.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "place"],
                condition=models.Q(place__isnull=False),
                name="moderation_commitment_place_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(document__isnull=True), name="moderation_commitment_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"commitment to {self.decision_id}"


class EffectState(models.TextChoices):
    APPLIED = "applied", _("In force")
    REVERTED = "reverted", _("Undone")
    EXPIRED = "expired", _("Run out")


class Effect(models.Model):
    """One thing that a decision does to an item or its author, and how to undo exactly that."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="effects")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EffectKind.choices)
    item_kind = models.CharField(max_length=40)
    item_key = models.CharField(max_length=200)
    person = models.CharField(max_length=80, blank=True, help_text="Of effects on persons: whom.")
    before_hash = models.CharField(max_length=64, help_text="SHA-256 of the item as readers had it before.")
    after_hash = models.CharField(max_length=64, blank=True, help_text="The same, after it was undone.")
    state = models.CharField(max_length=10, choices=EffectState.choices, default=EffectState.APPLIED)
    until = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    reverted_by = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="reverts")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "number"], name="moderation_effect_once"),
            models.UniqueConstraint(fields=["decision", "kind"], name="moderation_effect_kind_once"),
            models.CheckConstraint(
                condition=models.Q(state="applied", reverted_by__isnull=True, ended_at__isnull=True)
                | models.Q(state="reverted", reverted_by__isnull=False, ended_at__isnull=False)
                | models.Q(state="expired", reverted_by__isnull=True, ended_at__isnull=False),
                name="moderation_effect_ended_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["suspend", "hold"]) | models.Q(until__isnull=False),
                name="moderation_effect_ends",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["item_kind", "item_key", "state"], name="moderation_effect_on_item"),
            models.Index(fields=["person", "state"], name="moderation_effect_on_person"),
            models.Index(fields=["state", "until"], name="moderation_effect_runs_out"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.decision_id}"

    @property
    def reference(self) -> str:
        """Return what the item's owner keeps, to undo this and nothing else."""
        return f"decision/{self.decision_id}/effect/{self.number}"

    @property
    def restored_exactly(self) -> bool:
        """True once it is undone and the item is byte for byte what it was."""
        return bool(self.after_hash) and self.after_hash == self.before_hash


class Party(models.TextChoices):
    AUTHOR = "author", _("Author")
    REPORTER = "reporter", _("Reporter")


class NoticeState(models.TextChoices):
    QUEUED = "queued", _("Being sent")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Could not be delivered")
    PAGE_ONLY = "page_only", _("On the page alone: no address is known")


class Notice(models.Model):
    """A decision as one party is told of it: by mail where possible, always on a page behind a link."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="notices")
    party = models.CharField(max_length=10, choices=Party.choices)
    person = models.CharField(max_length=80, blank=True, help_text="The author, as the item's kind says.")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="notices")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=NoticeState.choices)
    distribution_id = models.BigIntegerField(null=True, help_text="In the ledger.")
    door_number = models.CharField(max_length=64)
    door_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    informed_at = models.DateTimeField(null=True, help_text="From then on the time to appeal runs.")
    appeal_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "party"],
                condition=models.Q(report__isnull=True),
                name="moderation_notice_author_once",
            ),
            models.UniqueConstraint(
                fields=["decision", "report"],
                condition=models.Q(report__isnull=False),
                name="moderation_notice_reporter_once",
            ),
            models.CheckConstraint(
                condition=models.Q(party="author", report__isnull=True)
                | models.Q(party="reporter", report__isnull=False),
                name="moderation_notice_party",
            ),
            models.CheckConstraint(
                condition=models.Q(informed_at__isnull=True, appeal_until__isnull=True)
                | models.Q(informed_at__isnull=False, appeal_until__isnull=False),
                name="moderation_notice_window",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="moderation_notice_waiting"),
            models.Index(fields=["person"], name="moderation_notice_of_person"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} to the {self.party}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"notice/{self.pk}"

    @property
    def may_appeal(self) -> bool:
        """True while an appeal would be in time; not yet informed is always in time."""
        return self.appeal_until is None or timezone.now() <= self.appeal_until
