# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("moderation", "0001_initial"),
        ("moderation", "0003_transparency_reports"),
        ("moderation", "0004_other_platforms"),
        ("moderation", "0005_queues_and_forgetting"),
        ("moderation", "0006_commitments"),
        ("moderation", "0007_public_entries"),
        ("moderation", "0008_notices_by_person"),
        ("moderation", "0009_orders_and_disputes"),
        ("moderation", "0010_renewed_secrets"),
        ("moderation", "0011_ends_are_signed_twice"),
        ("moderation", "0013_samples_are_examined_again"),
        ("moderation", "0014_where_things_came_from"),
        ("moderation", "0030_books_of_rules"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
        ("record", "0001_tables"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=40)),
                        ("item_key", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("triaged", "Sorted"),
                                    ("claimed", "Somebody is at it"),
                                    ("proposed", "Waits for a second signature"),
                                    ("decided", "Decided"),
                                    ("redress_open", "Decided, appeal possible"),
                                    ("final", "Final"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        (
                            "owner",
                            models.CharField(
                                choices=[
                                    ("moderators", "Moderators"),
                                    ("reviewers", "Appeal reviewers"),
                                    ("administrators", "Administrators: nobody may hear it"),
                                    ("party", "Whoever appealed"),
                                    ("clock", "The clock"),
                                    ("", "Nobody: it is closed"),
                                ],
                                default="moderators",
                                max_length=16,
                            ),
                        ),
                        ("deadline", models.DateTimeField(null=True)),
                        (
                            "score",
                            models.IntegerField(
                                default=0, help_text="More comes first among those that are due together."
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "held",
                            models.BooleanField(
                                default=False, help_text="Not shown yet: it waits for approval."
                            ),
                        ),
                        (
                            "spam",
                            models.BooleanField(
                                default=False, help_text="Looks like spam to the classifier."
                            ),
                        ),
                        (
                            "detected_by",
                            models.CharField(
                                blank=True, help_text="Which program noticed it.", max_length=60
                            ),
                        ),
                        ("urgent", models.BooleanField(default=False)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("title", models.CharField(blank=True, max_length=200)),
                        (
                            "author",
                            models.CharField(
                                blank=True, help_text="Its kind's name for who wrote it.", max_length=80
                            ),
                        ),
                        ("author_name", models.CharField(blank=True, max_length=200)),
                        ("language", models.CharField(blank=True, max_length=20)),
                        (
                            "elsewhere",
                            models.BooleanField(default=False, help_text="It came from another server."),
                        ),
                        (
                            "origin",
                            models.CharField(blank=True, help_text="Its host, if so.", max_length=255),
                        ),
                        (
                            "forget",
                            models.BooleanField(
                                default=False,
                                help_text="Its author asked to be erased: words go as soon as no appeal is possible.",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "claimed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["owner", "deadline", "-score", "id"], name="moderation_queue"
                            ),
                            models.Index(
                                fields=["owner", "held", "deadline", "-score", "id"],
                                name="moderation_queue_held",
                            ),
                            models.Index(
                                fields=["owner", "spam", "deadline", "-score", "id"],
                                name="moderation_queue_spam",
                            ),
                            models.Index(
                                fields=["owner", "urgent", "deadline", "-score", "id"],
                                name="moderation_queue_now",
                            ),
                            models.Index(
                                fields=["owner", "elsewhere", "deadline", "-score", "id"],
                                name="moderation_queue_elsewhere",
                            ),
                            models.Index(
                                fields=["owner", "item_kind", "deadline", "-score", "id"],
                                name="moderation_queue_kind",
                            ),
                            models.Index(
                                fields=["item_kind", "item_key", "-id"], name="moderation_case_of_item"
                            ),
                            models.Index(fields=["author", "-id"], name="moderation_case_of_author"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["open", "triaged", "claimed", "proposed"])),
                                fields=("item_kind", "item_key"),
                                name="moderation_case_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("deadline__isnull", True), ("owner", ""), ("state", "final")),
                                    models.Q(
                                        models.Q(("state", "final"), _negated=True),
                                        ("deadline__isnull", False),
                                        models.Q(("owner", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_case_next_step",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("claimed_by__isnull", False), ("state", "claimed")),
                                    models.Q(
                                        models.Q(("state", "claimed"), _negated=True),
                                        ("claimed_by__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_case_claimed_by_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrustedFlagger",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "address",
                            models.CharField(max_length=254, unique=True, verbose_name="e-mail address"),
                        ),
                        (
                            "field",
                            models.CharField(blank=True, max_length=200, verbose_name="field of expertise"),
                        ),
                        (
                            "awarded_by",
                            models.CharField(blank=True, max_length=200, verbose_name="awarded by"),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="moderation.case",
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=40)),
                        ("item_key", models.CharField(max_length=200)),
                        (
                            "item_version",
                            models.CharField(help_text="As it was when it was reported.", max_length=120),
                        ),
                        ("url", models.CharField(max_length=500)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unconfirmed", "Waiting for the link in the mail"),
                                    ("received", "Received"),
                                    ("in_case", "Being looked at"),
                                    ("answered", "Answered"),
                                    ("expired", "Never confirmed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="unconfirmed",
                                max_length=12,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("reader", "A reader"),
                                    ("trusted_flagger", "A trusted flagger"),
                                    ("order", "An order of an authority"),
                                    ("staff", "The newsroom itself"),
                                    ("program", "A program of the newsroom"),
                                ],
                                default="reader",
                                max_length=16,
                            ),
                        ),
                        (
                            "flagger",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="moderation.trustedflagger",
                            ),
                        ),
                        ("category", models.CharField(max_length=80)),
                        ("explanation", models.TextField()),
                        ("name", models.CharField(blank=True, max_length=200)),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reports",
                                to="people.contact",
                            ),
                        ),
                        ("good_faith", models.BooleanField()),
                        (
                            "anonymous",
                            models.BooleanField(
                                default=False, help_text="About the abuse of children: Art. 16(2)(c)."
                            ),
                        ),
                        (
                            "duplicate",
                            models.BooleanField(default=False, help_text="Joined a case that there was."),
                        ),
                        ("language", models.CharField(max_length=20)),
                        ("door_number", models.CharField(max_length=64)),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("received_at", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "unfounded",
                            models.BooleanField(
                                default=False, help_text="Manifestly, so it weighs (Art. 23(2))."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "created_at"], name="moderation_report_waiting"),
                            models.Index(fields=["item_kind", "item_key"], name="moderation_report_of_item"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("good_faith", True)),
                                name="moderation_report_in_good_faith",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("case__isnull", False), ("state__in", ["in_case", "answered"])),
                                    models.Q(("state__in", ["in_case", "answered"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_report_has_a_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default="",
                                help_text="Which book; empty: for what readers write.",
                                max_length=20,
                                unique=True,
                            ),
                        ),
                        (
                            "content",
                            models.JSONField(
                                default=dict, help_text="See actions/rules.py: what a draft looks like."
                            ),
                        ),
                        ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("writers", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                ),
                migrations.CreateModel(
                    name="RuleBook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default="",
                                help_text="Which book; empty: for what readers write.",
                                max_length=20,
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("published_at", models.DateTimeField(help_text="When the change was announced.")),
                        (
                            "effective_from",
                            models.DateTimeField(help_text="From when content is judged by it."),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "four_eyes",
                            models.BooleanField(help_text="Published by somebody who did not write it."),
                        ),
                        ("preamble", models.JSONField(default=dict, help_text="By language.")),
                        ("changes", models.JSONField(default=dict, help_text="What is new, by language.")),
                    ],
                    options={
                        "ordering": ["-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "version"), name="moderation_rules_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("effective_from__gte", models.F("published_at"))),
                                name="moderation_rules_announced_first",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "book",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="moderation.rulebook",
                            ),
                        ),
                        ("number", models.CharField(help_text="As 3 or 3.2.", max_length=12)),
                        ("position", models.PositiveIntegerField()),
                        (
                            "category",
                            models.CharField(help_text="Of the Transparency Database.", max_length=80),
                        ),
                        ("sanctions", models.JSONField(help_text="Kinds of effects that are possible.")),
                        (
                            "points",
                            models.PositiveIntegerField(default=1, help_text="What breaking it once weighs."),
                        ),
                        (
                            "points_days",
                            models.PositiveIntegerField(default=180, help_text="How long it weighs."),
                        ),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("book", "number"), name="moderation_rule_number_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="texts",
                                to="moderation.rule",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=200)),
                        ("text", models.TextField()),
                        ("examples", models.JSONField(default=list)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rule", "language"), name="moderation_rule_language_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="moderation.case",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="Within the case.")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("no_action", "No action"),
                                    ("restrict", "Restriction"),
                                    ("upheld", "The decision stands"),
                                    ("partially_reversed", "The decision is partly reversed"),
                                    ("reversed", "The decision is reversed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "decider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decider_number",
                            models.PositiveIntegerField(help_text="The pseudonym readers see.", null=True),
                        ),
                        (
                            "classifier",
                            models.CharField(
                                blank=True, help_text="Name and version, if none decided.", max_length=60
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("item_version", models.CharField(max_length=120)),
                        ("item_created_at", models.DateTimeField()),
                        (
                            "rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="moderation.rule",
                            ),
                        ),
                        (
                            "rule_effective_from",
                            models.DateTimeField(
                                help_text="Copied, so that a constraint can tell.", null=True
                            ),
                        ),
                        ("legal_ground", models.CharField(blank=True, max_length=500)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("keyword", models.CharField(blank=True, max_length=80)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("reader", "A reader"),
                                    ("trusted_flagger", "A trusted flagger"),
                                    ("order", "An order of an authority"),
                                    ("staff", "The newsroom itself"),
                                    ("program", "A program of the newsroom"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("automated_detection", models.BooleanField(default=False)),
                        ("scope", models.JSONField(default=list, help_text="Countries; none: everywhere.")),
                        ("until", models.DateTimeField(null=True)),
                        ("spam", models.BooleanField(default=False, help_text="No notice: Art. 17(2).")),
                        (
                            "names_reporter",
                            models.BooleanField(
                                default=False,
                                help_text="The author is told who reported; the reasons say why it cannot be avoided.",
                            ),
                        ),
                        (
                            "supersedes",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="superseded_by",
                                to="moderation.decision",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["rule", "-id"], name="moderation_decision_by_rule"),
                            models.Index(fields=["decider", "-id"], name="moderation_decision_by_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "number"), name="moderation_decision_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("verdict", "restrict"), _negated=True),
                                    models.Q(("legal_ground", ""), ("rule__isnull", False)),
                                    models.Q(
                                        ("rule__isnull", True), models.Q(("legal_ground", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_decision_has_one_ground",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rule__isnull", True),
                                    ("rule_effective_from__lte", models.F("item_created_at")),
                                    _connector="OR",
                                ),
                                name="moderation_decision_rule_came_first",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("classifier", ""), ("decider__isnull", False)),
                                    models.Q(
                                        ("decider__isnull", True), models.Q(("classifier", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_decision_by_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second__isnull", True),
                                    models.Q(("second", models.F("decider")), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_decision_second_is_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reasons",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reasons",
                                to="moderation.decision",
                            ),
                        ),
                        ("salt", models.BinaryField(max_length=32)),
                        ("facts", models.TextField()),
                        (
                            "explanation",
                            models.TextField(
                                blank=True, help_text="Why the facts break the rule or the law."
                            ),
                        ),
                        (
                            "reporter_reason",
                            models.TextField(blank=True, help_text="Why the reporter has to be named."),
                        ),
                        ("item_text", models.TextField()),
                        ("item_html", models.TextField()),
                        ("item_url", models.CharField(max_length=500)),
                        ("language", models.CharField(help_text="In which it is written.", max_length=20)),
                        (
                            "frozen",
                            models.BinaryField(
                                help_text="The decision as the log commits to it, canonical.", null=True
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Commitment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="commitment",
                                to="moderation.decision",
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32)),
                        (
                            "document",
                            models.ForeignKey(
                                help_text="The edition that lists it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="record.document",
                            ),
                        ),
                        (
                            "year",
                            models.PositiveSmallIntegerField(help_text="In which it was decided.", null=True),
                        ),
                        (
                            "place",
                            models.PositiveIntegerField(
                                help_text="Among those of its year, from 1.", null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("document__isnull", True)),
                                fields=["id"],
                                name="moderation_commitment_waits",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("place__isnull", False)),
                                fields=("year", "place"),
                                name="moderation_commitment_place_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Effect",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="effects",
                                to="moderation.decision",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("label", "Label: it stays, with a note beside it"),
                                    (
                                        "limit",
                                        "Limit: what the author writes is looked at before it is shown",
                                    ),
                                    ("hold", "Hold: it is not shown for a time"),
                                    ("seal", "Seal: it is not shown any more, and kept"),
                                    ("warn", "Warning"),
                                    ("suspend", "Suspension: the author cannot write for a time"),
                                    (
                                        "terminate",
                                        "End: the author can never write here again; needs a second signature",
                                    ),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=40)),
                        ("item_key", models.CharField(max_length=200)),
                        (
                            "person",
                            models.CharField(
                                blank=True, help_text="Of effects on persons: whom.", max_length=80
                            ),
                        ),
                        (
                            "before_hash",
                            models.CharField(
                                help_text="SHA-256 of the item as readers had it before.", max_length=64
                            ),
                        ),
                        (
                            "after_hash",
                            models.CharField(
                                blank=True, help_text="The same, after it was undone.", max_length=64
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("applied", "In force"),
                                    ("reverted", "Undone"),
                                    ("expired", "Run out"),
                                ],
                                default="applied",
                                max_length=10,
                            ),
                        ),
                        ("until", models.DateTimeField(null=True)),
                        ("applied_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "reverted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reverts",
                                to="moderation.decision",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "indexes": [
                            models.Index(
                                fields=["item_kind", "item_key", "state"], name="moderation_effect_on_item"
                            ),
                            models.Index(fields=["person", "state"], name="moderation_effect_on_person"),
                            models.Index(fields=["state", "until"], name="moderation_effect_runs_out"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision", "number"), name="moderation_effect_once"
                            ),
                            models.UniqueConstraint(
                                fields=("decision", "kind"), name="moderation_effect_kind_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", True),
                                        ("reverted_by__isnull", True),
                                        ("state", "applied"),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("reverted_by__isnull", False),
                                        ("state", "reverted"),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("reverted_by__isnull", True),
                                        ("state", "expired"),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_effect_ended_by",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind__in", ["suspend", "hold"]), _negated=True),
                                    ("until__isnull", False),
                                    _connector="OR",
                                ),
                                name="moderation_effect_ends",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="moderation.decision",
                            ),
                        ),
                        (
                            "party",
                            models.CharField(
                                choices=[("author", "Author"), ("reporter", "Reporter")], max_length=10
                            ),
                        ),
                        (
                            "person",
                            models.CharField(
                                blank=True, help_text="The author, as the item's kind says.", max_length=80
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="moderation.report",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="people.contact",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Being sent"),
                                    ("sent", "Sent"),
                                    ("bounced", "Could not be delivered"),
                                    ("page_only", "On the page alone: no address is known"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("distribution_id", models.BigIntegerField(help_text="In the ledger.", null=True)),
                        ("door_number", models.CharField(max_length=64)),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "informed_at",
                            models.DateTimeField(
                                help_text="From then on the time to appeal runs.", null=True
                            ),
                        ),
                        ("appeal_until", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "id"], name="moderation_notice_waiting"),
                            models.Index(fields=["person"], name="moderation_notice_of_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("report__isnull", True)),
                                fields=("decision", "party"),
                                name="moderation_notice_author_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("report__isnull", False)),
                                fields=("decision", "report"),
                                name="moderation_notice_reporter_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("party", "author"), ("report__isnull", True)),
                                    models.Q(("party", "reporter"), ("report__isnull", False)),
                                    _connector="OR",
                                ),
                                name="moderation_notice_party",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("appeal_until__isnull", True), ("informed_at__isnull", True)),
                                    models.Q(("appeal_until__isnull", False), ("informed_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="moderation_notice_window",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Appeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="moderation.decision",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="moderation.case",
                            ),
                        ),
                        (
                            "notice",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeal",
                                to="moderation.notice",
                            ),
                        ),
                        (
                            "party",
                            models.CharField(
                                choices=[("author", "Author"), ("reporter", "Reporter")], max_length=10
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("submitted", "Received"),
                                    ("awaiting_reviewer", "Nobody may hear it yet"),
                                    ("assigned", "Being heard"),
                                    ("question", "Waits for an answer"),
                                    ("decided", "Decided"),
                                    ("omitted", "Withdrawn or settled"),
                                    ("inadmissible", "Not admitted"),
                                ],
                                default="submitted",
                                max_length=20,
                            ),
                        ),
                        (
                            "owner",
                            models.CharField(
                                choices=[
                                    ("moderators", "Moderators"),
                                    ("reviewers", "Appeal reviewers"),
                                    ("administrators", "Administrators: nobody may hear it"),
                                    ("party", "Whoever appealed"),
                                    ("clock", "The clock"),
                                    ("", "Nobody: it is closed"),
                                ],
                                default="reviewers",
                                max_length=16,
                            ),
                        ),
                        ("deadline", models.DateTimeField(null=True)),
                        ("text", models.TextField()),
                        ("language", models.CharField(max_length=20)),
                        ("submitted_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("acknowledged_at", models.DateTimeField(null=True)),
                        (
                            "decider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals_heard",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("assigned_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("upheld", "The decision stands"),
                                    ("partially_reversed", "Partly reversed"),
                                    ("reversed", "Reversed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "outcome_decision",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="moderation.decision",
                            ),
                        ),
                        (
                            "closed_reason",
                            models.TextField(
                                blank=True, help_text="Why it was not admitted or goes no further."
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "unfounded",
                            models.BooleanField(
                                default=False, help_text="Manifestly, so it weighs (Art. 23(2))."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["owner", "deadline", "id"], name="moderation_appeal_queue")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reviewer__isnull", True),
                                    ("decider__isnull", True),
                                    models.Q(("reviewer", models.F("decider")), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_appeal_another_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("outcome_decision__isnull", False),
                                        ("reviewer__isnull", False),
                                        ("state", "decided"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "decided"), _negated=True),
                                        ("outcome", ""),
                                        ("outcome_decision__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_appeal_decided_by",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["assigned", "question"]), _negated=True),
                                    ("reviewer__isnull", False),
                                    _connector="OR",
                                ),
                                name="moderation_appeal_assigned_to",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("deadline__isnull", True),
                                        ("owner", ""),
                                        ("state__in", ["decided", "omitted", "inadmissible"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["decided", "omitted", "inadmissible"]),
                                            _negated=True,
                                        ),
                                        ("deadline__isnull", False),
                                        models.Q(("owner", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_appeal_next_step",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["omitted", "inadmissible"]), _negated=True),
                                    models.Q(("closed_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_appeal_closed_with_reasons",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "appeal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="moderation.appeal",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("from_reviewer", models.BooleanField()),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("appeal", "number"), name="moderation_remark_number_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "appeal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="moderation.appeal",
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("media_type", models.CharField(max_length=60)),
                        ("size", models.PositiveIntegerField(help_text="Bytes.")),
                        ("sha256", models.CharField(max_length=64)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="External",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="externals",
                                to="moderation.case",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="externals",
                                to="moderation.decision",
                            ),
                        ),
                        ("body", models.CharField(max_length=200)),
                        ("reference", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("filed", "Filed"),
                                    ("responded", "Answered by us"),
                                    ("outcome", "The body has decided"),
                                    ("implemented", "Implemented"),
                                    ("not_implemented", "Not implemented, with reasons"),
                                ],
                                default="filed",
                                max_length=16,
                            ),
                        ),
                        ("filed_at", models.DateTimeField()),
                        ("deadline", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("upheld", "The decision stands"),
                                    ("partially_reversed", "Partly reversed"),
                                    ("reversed", "Reversed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "costs",
                            models.CharField(
                                blank=True, help_text="What it cost the newsroom.", max_length=200
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("outcome_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("body", "reference"), name="moderation_external_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("person", models.CharField(max_length=80)),
                        (
                            "conduct",
                            models.CharField(
                                choices=[
                                    ("content", "What they wrote"),
                                    ("reports", "Manifestly unfounded reports"),
                                    ("appeals", "Manifestly unfounded appeals"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("points", models.PositiveIntegerField()),
                        (
                            "decision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="moderation.decision",
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        ("void", models.BooleanField(default=False, help_text="The decision was reversed.")),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["person", "conduct", "expires_at"], name="moderation_mark_of"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Suspension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("person", models.CharField(max_length=80)),
                        (
                            "conduct",
                            models.CharField(
                                choices=[
                                    ("content", "What they wrote"),
                                    ("reports", "Manifestly unfounded reports"),
                                    ("appeals", "Manifestly unfounded appeals"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("warned_at", models.DateTimeField()),
                        (
                            "begins_at",
                            models.DateTimeField(help_text="Nothing: so far a warning alone.", null=True),
                        ),
                        ("until", models.DateTimeField(null=True)),
                        ("reason", models.TextField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["person", "conduct", "until"], name="moderation_suspension_of"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("begins_at__isnull", True), ("until__isnull", True)),
                                    models.Q(
                                        ("begins_at__gte", models.F("warned_at")),
                                        ("until__gt", models.F("begins_at")),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_suspension_after_warning",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        ("day", models.DateField(help_text="Received.")),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("reader", "A reader"),
                                    ("trusted_flagger", "A trusted flagger"),
                                    ("order", "An order of an authority"),
                                    ("staff", "The newsroom itself"),
                                    ("program", "A program of the newsroom"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=40)),
                        ("language", models.CharField(max_length=20)),
                        ("category", models.CharField(max_length=80)),
                        ("keyword", models.CharField(blank=True, max_length=80)),
                        ("items", models.PositiveIntegerField(default=1)),
                        ("anonymous", models.BooleanField(default=False)),
                        ("duplicate", models.BooleanField(default=False)),
                        ("answered_on", models.DateField(null=True)),
                        (
                            "hours",
                            models.PositiveIntegerField(
                                help_text="From receipt to action, or to no action.", null=True
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                blank=True,
                                choices=[("law", "Law"), ("rules", "Rules"), ("", "None")],
                                help_text="On which basis.",
                                max_length=5,
                            ),
                        ),
                        ("unfounded", models.BooleanField(default=False)),
                        (
                            "automated",
                            models.BooleanField(default=False, help_text="Answered by a program alone."),
                        ),
                        (
                            "late",
                            models.BooleanField(default=False, help_text="Answered after its deadline."),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day", "category"], name="moderation_report_fact")],
                    },
                ),
                migrations.CreateModel(
                    name="DecisionFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        (
                            "number",
                            models.CharField(
                                help_text="As on the notice; the puid of exports.", max_length=40, unique=True
                            ),
                        ),
                        ("day", models.DateField()),
                        ("content_day", models.DateField()),
                        ("item_kind", models.CharField(max_length=40)),
                        (
                            "content_type",
                            models.CharField(
                                help_text="CONTENT_TYPE_… of the Transparency Database.", max_length=40
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("no_action", "No action"),
                                    ("restrict", "Restriction"),
                                    ("upheld", "The decision stands"),
                                    ("partially_reversed", "The decision is partly reversed"),
                                    ("reversed", "The decision is reversed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("label", models.BooleanField(default=False)),
                        ("limit", models.BooleanField(default=False)),
                        ("hold", models.BooleanField(default=False)),
                        ("seal", models.BooleanField(default=False)),
                        ("warn", models.BooleanField(default=False)),
                        ("suspend", models.BooleanField(default=False)),
                        ("terminate", models.BooleanField(default=False)),
                        (
                            "ground",
                            models.CharField(
                                blank=True,
                                choices=[("law", "Law"), ("rules", "Rules"), ("", "None")],
                                max_length=5,
                            ),
                        ),
                        ("legal_ground", models.CharField(blank=True, max_length=500)),
                        ("rule_version", models.PositiveIntegerField(null=True)),
                        ("rule_number", models.CharField(blank=True, max_length=12)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("keyword", models.CharField(blank=True, max_length=80)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("reader", "A reader"),
                                    ("trusted_flagger", "A trusted flagger"),
                                    ("order", "An order of an authority"),
                                    ("staff", "The newsroom itself"),
                                    ("program", "A program of the newsroom"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("automated_detection", models.BooleanField(default=False)),
                        ("automated_decision", models.BooleanField(default=False)),
                        ("scope", models.JSONField(default=list)),
                        ("until", models.DateField(null=True)),
                        ("spam", models.BooleanField(default=False)),
                        ("on_appeal", models.BooleanField(default=False)),
                        (
                            "hours",
                            models.PositiveIntegerField(
                                help_text="From the opening of the case, or of the appeal."
                            ),
                        ),
                        ("late", models.BooleanField(default=False)),
                        (
                            "reversed",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("no_action", "No action"),
                                    ("restrict", "Restriction"),
                                    ("upheld", "The decision stands"),
                                    ("partially_reversed", "The decision is partly reversed"),
                                    ("reversed", "The decision is reversed"),
                                ],
                                help_text="What an appeal made of it.",
                                max_length=20,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["day", "category"], name="moderation_decision_fact"),
                            models.Index(fields=["rule_number", "day"], name="moderation_rule_fact"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppealFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        ("day", models.DateField(help_text="Submitted.")),
                        (
                            "party",
                            models.CharField(
                                choices=[("author", "Author"), ("reporter", "Reporter")], max_length=10
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("visibility", "Visibility"),
                                    ("service", "Service"),
                                    ("account", "Account"),
                                    ("monetary", "Monetary"),
                                    ("no_action", "No Action"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("item_kind", models.CharField(max_length=40)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("rule_version", models.PositiveIntegerField(null=True)),
                        ("rule_number", models.CharField(blank=True, max_length=12)),
                        ("trusted", models.BooleanField(default=False, help_text="By a trusted flagger.")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                help_text="upheld, partially_reversed, reversed, omitted, inadmissible.",
                                max_length=20,
                            ),
                        ),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "hours",
                            models.PositiveIntegerField(
                                help_text="From submission to the notification.", null=True
                            ),
                        ),
                        ("new_restriction", models.BooleanField(default=False)),
                        ("unfounded", models.BooleanField(default=False)),
                        ("late", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day", "basis"], name="moderation_appeal_fact")],
                    },
                ),
                migrations.CreateModel(
                    name="ExternalFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        ("day", models.DateField()),
                        ("body", models.CharField(max_length=200)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, help_text="upheld, partially_reversed, reversed.", max_length=20
                            ),
                        ),
                        ("outcome_on", models.DateField(null=True)),
                        ("hours", models.PositiveIntegerField(null=True)),
                        ("implemented", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="OrderFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        ("day", models.DateField()),
                        ("member_state", models.CharField(max_length=2)),
                        (
                            "information",
                            models.BooleanField(default=False, help_text="To give information, not to act."),
                        ),
                        ("category", models.CharField(max_length=80)),
                        ("keyword", models.CharField(blank=True, max_length=80)),
                        ("items", models.PositiveIntegerField(default=1)),
                        ("hours_to_receipt", models.PositiveIntegerField(null=True)),
                        ("hours_to_effect", models.PositiveIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="SuspensionFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "of",
                            models.CharField(
                                help_text="effect/12 or suspension/3.", max_length=60, unique=True
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "conduct",
                            models.CharField(
                                choices=[
                                    ("content", "What they wrote"),
                                    ("reports", "Manifestly unfounded reports"),
                                    ("appeals", "Manifestly unfounded appeals"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("days", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="RecheckFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("of", models.BigIntegerField(unique=True)),
                        ("day", models.DateField(help_text="Of the decision.")),
                        (
                            "system",
                            models.CharField(
                                blank=True,
                                help_text="The program that decided or pointed at it.",
                                max_length=60,
                            ),
                        ),
                        ("automated_decision", models.BooleanField(default=False)),
                        ("restricted", models.BooleanField(help_text="As it was decided.")),
                        (
                            "omitted",
                            models.CharField(blank=True, help_text="Why it was not examined.", max_length=10),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                help_text="same, otherwise, wrong; empty: not examined yet.",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day"], name="moderation_recheck_fact")],
                    },
                ),
                migrations.CreateModel(
                    name="ReportTexts",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveIntegerField(unique=True)),
                        (
                            "summary",
                            models.TextField(
                                verbose_name="Summary of what is moderated on the newsroom’s own initiative"
                            ),
                        ),
                        (
                            "meaning",
                            models.TextField(
                                verbose_name="What that means for readers: how, by which rules, with which people"
                            ),
                        ),
                        (
                            "automated_means",
                            models.TextField(verbose_name="Which programs help, and how they work"),
                        ),
                        (
                            "accuracy",
                            models.TextField(
                                verbose_name="How accurate they are, and how often they may err"
                            ),
                        ),
                        ("purposes", models.TextField(verbose_name="What exactly they are used for")),
                        ("safeguards", models.TextField(verbose_name="What keeps them from doing harm")),
                        ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="TransparencyReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveIntegerField()),
                        ("version", models.PositiveIntegerField()),
                        ("published_on", models.DateField()),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "changes",
                            models.TextField(blank=True, help_text="What a later version corrects, and why."),
                        ),
                        ("files", models.JSONField(help_text="The CSV files by name.")),
                    ],
                    options={
                        "ordering": ["-year", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("year", "version"), name="moderation_filing_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("version", 1), models.Q(("changes", ""), _negated=True), _connector="OR"
                                ),
                                name="moderation_filing_says_what_changed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthorityOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("authority", models.CharField(max_length=200, verbose_name="authority")),
                        ("reference", models.CharField(max_length=200, verbose_name="its reference")),
                        (
                            "member_state",
                            models.CharField(
                                choices=[
                                    ("AT", "AT"),
                                    ("BE", "BE"),
                                    ("BG", "BG"),
                                    ("CY", "CY"),
                                    ("CZ", "CZ"),
                                    ("DE", "DE"),
                                    ("DK", "DK"),
                                    ("EE", "EE"),
                                    ("ES", "ES"),
                                    ("FI", "FI"),
                                    ("FR", "FR"),
                                    ("GR", "GR"),
                                    ("HR", "HR"),
                                    ("HU", "HU"),
                                    ("IE", "IE"),
                                    ("IT", "IT"),
                                    ("LT", "LT"),
                                    ("LU", "LU"),
                                    ("LV", "LV"),
                                    ("MT", "MT"),
                                    ("NL", "NL"),
                                    ("PL", "PL"),
                                    ("PT", "PT"),
                                    ("RO", "RO"),
                                    ("SE", "SE"),
                                    ("SI", "SI"),
                                    ("SK", "SK"),
                                ],
                                max_length=2,
                                verbose_name="Member State",
                            ),
                        ),
                        (
                            "information",
                            models.BooleanField(
                                default=False,
                                verbose_name="to give information (Article 10), not to act (Article 9)",
                            ),
                        ),
                        ("category", models.CharField(max_length=80)),
                        (
                            "items",
                            models.PositiveIntegerField(default=1, verbose_name="how many things it names"),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="what it asks")),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="moderation.case",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "confirmed_at",
                            models.DateTimeField(
                                help_text="The authority was told that it arrived.", null=True
                            ),
                        ),
                        (
                            "effected_at",
                            models.DateTimeField(
                                help_text="The authority was told what was done, and when.", null=True
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "reference"), name="moderation_order_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("case__isnull", True), ("information", True)),
                                    ("information", False),
                                    _connector="OR",
                                ),
                                name="moderation_order_to_inform_has_no_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Platform",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                        (
                            "webhook_url",
                            models.CharField(blank=True, max_length=500, verbose_name="address for outcomes"),
                        ),
                        ("webhook_host", models.CharField(blank=True, max_length=255)),
                        (
                            "number",
                            models.CharField(
                                help_text="What the secret of its webhook is derived from.", max_length=64
                            ),
                        ),
                        (
                            "earlier_number",
                            models.CharField(blank=True, help_text="Of the secret before.", max_length=64),
                        ),
                        (
                            "earlier_until",
                            models.DateTimeField(
                                help_text="Until then the earlier secret signs as well.", null=True
                            ),
                        ),
                        (
                            "told",
                            models.PositiveIntegerField(default=0, help_text="How many outcomes were sent."),
                        ),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "platform",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tokens",
                                to="moderation.platform",
                            ),
                        ),
                        ("label", models.CharField(max_length=100)),
                        ("secret_hash", models.CharField(max_length=64, unique=True)),
                        ("scopes", models.JSONField()),
                        (
                            "acts_for",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ExternalItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "platform",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="moderation.platform",
                            ),
                        ),
                        ("key", models.CharField(help_text="The platform's own.", max_length=64)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("title", models.CharField(max_length=200)),
                        ("text", models.TextField()),
                        ("url", models.CharField(max_length=500)),
                        ("language", models.CharField(max_length=20)),
                        ("content_type", models.CharField(max_length=40)),
                        (
                            "author",
                            models.CharField(blank=True, help_text="The platform's own.", max_length=48),
                        ),
                        ("author_name", models.CharField(blank=True, max_length=200)),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="people.contact",
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                        (
                            "orders",
                            models.JSONField(default=dict, help_text="Effects in force, by reference."),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["platform", "author", "-id"], name="moderation_external_author"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("platform", "key"), name="moderation_external_item_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdempotentAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="moderation.apitoken",
                            ),
                        ),
                        ("key", models.CharField(max_length=100)),
                        ("request_hash", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField()),
                        ("body", models.JSONField()),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["at"], name="moderation_answered_at")],
                        "constraints": [
                            models.UniqueConstraint(fields=("token", "key"), name="moderation_answered_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "dsa_role",
                            models.CharField(
                                choices=[
                                    ("none", "Not under the Digital Services Act"),
                                    (
                                        "hosting",
                                        "Hosting service: comments beside own statements (recital 13)",
                                    ),
                                    ("online_platform", "Online platform"),
                                ],
                                default="hosting",
                                max_length=20,
                                verbose_name="under EU law",
                            ),
                        ),
                        (
                            "decision_hours",
                            models.PositiveIntegerField(default=168, verbose_name="hours until a decision"),
                        ),
                        (
                            "urgent_hours",
                            models.PositiveIntegerField(
                                default=72,
                                verbose_name="hours until a decision where a trusted flagger reports",
                            ),
                        ),
                        (
                            "appeal_days",
                            models.PositiveIntegerField(
                                default=183, verbose_name="days in which an appeal is possible"
                            ),
                        ),
                        (
                            "appeal_hours",
                            models.PositiveIntegerField(
                                default=336, verbose_name="hours until an appeal is decided"
                            ),
                        ),
                        (
                            "announce_days",
                            models.PositiveIntegerField(
                                default=14, verbose_name="days between announcing rules and their application"
                            ),
                        ),
                        (
                            "public_entries",
                            models.BooleanField(
                                default=False,
                                verbose_name="publish an entry for each decision, without personal data",
                            ),
                        ),
                        (
                            "sample_percent",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="Drawn at random each month, five at least. 0: none.",
                                verbose_name="per cent of decisions that somebody else examines again",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="moderation_policy_only_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sample_percent__lte", 100)),
                                name="moderation_policy_sample_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("appeal_days__gte", 183)),
                                name="moderation_policy_six_months",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pseudonym",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="moderation.case",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waits for a second signature"),
                                    ("signed", "Signed"),
                                    ("declined", "Not signed, with reasons"),
                                    ("withdrawn", "Withdrawn"),
                                    ("lapsed", "Without object: its author has deleted it"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        (
                            "proposer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                help_text="Who signed or declined.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("item_version", models.CharField(max_length=120)),
                        (
                            "effects",
                            models.JSONField(
                                help_text="Kinds and ends, in the order in which they are carried out."
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="moderation.rule",
                            ),
                        ),
                        ("legal_ground", models.CharField(blank=True, max_length=500)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("keyword", models.CharField(blank=True, max_length=80)),
                        (
                            "unfounded",
                            models.JSONField(
                                default=list, help_text="Reports that are manifestly without ground."
                            ),
                        ),
                        ("facts", models.TextField(blank=True)),
                        ("explanation", models.TextField(blank=True)),
                        ("reporter_reason", models.TextField(blank=True)),
                        (
                            "answer",
                            models.TextField(blank=True, help_text="Why the second person did not sign."),
                        ),
                        ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "decision",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposal",
                                to="moderation.decision",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "id"], name="moderation_proposal_waiting")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("case",),
                                name="moderation_proposal_one_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second__isnull", True),
                                    models.Q(("second", models.F("proposer")), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_proposal_second_is_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("second__isnull", True),
                                        ("state", "waiting"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_proposal_closed_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decision__isnull", False),
                                        ("second__isnull", False),
                                        ("state", "signed"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "signed"), _negated=True),
                                        ("decision__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_proposal_signed_is_decided",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sample",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True)),
                        ("seed", models.BinaryField(max_length=32)),
                        (
                            "begins",
                            models.ForeignKey(
                                help_text="The edition that commits to the seed.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="record.document",
                            ),
                        ),
                        (
                            "ends",
                            models.ForeignKey(
                                help_text="The edition before which it ends: that of the next seed.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="record.document",
                            ),
                        ),
                        ("percent", models.PositiveSmallIntegerField(null=True)),
                        (
                            "population",
                            models.PositiveIntegerField(
                                help_text="Decisions of which it was drawn.", null=True
                            ),
                        ),
                        ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("drawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("drawn_at__isnull", True),
                                        ("ends__isnull", True),
                                        ("percent__isnull", True),
                                        ("population__isnull", True),
                                    ),
                                    models.Q(
                                        ("drawn_at__isnull", False),
                                        ("ends__isnull", False),
                                        ("percent__isnull", False),
                                        ("population__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_sample_drawn_at_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sample",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rechecks",
                                to="moderation.sample",
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recheck",
                                to="moderation.decision",
                            ),
                        ),
                        ("place", models.PositiveIntegerField(help_text="In the order of the draw, from 1.")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waits"),
                                    ("examined", "Examined again"),
                                    ("omitted", "Not examined"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        (
                            "omitted",
                            models.CharField(
                                blank=True,
                                choices=[
                                    (
                                        "appeal",
                                        "It decided about an appeal: somebody had looked twice already",
                                    ),
                                    ("erased", "Its words were erased"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("same", "The same"),
                                    ("otherwise", "Another rule or another effect"),
                                    (
                                        "wrong",
                                        "Wrong: restricted without ground, or left although it breaks a rule or the law",
                                    ),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "decider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "examiner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "effects",
                            models.JSONField(
                                default=list, help_text="Kinds that the examiner would have chosen."
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="moderation.rule",
                            ),
                        ),
                        ("by_law", models.BooleanField(default=False)),
                        ("why", models.TextField(blank=True)),
                        ("examined_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "id"], name="moderation_recheck_waiting")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sample", "place"), name="moderation_recheck_place_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("examiner__isnull", True),
                                    ("decider__isnull", True),
                                    models.Q(("examiner", models.F("decider")), _negated=True),
                                    _connector="OR",
                                ),
                                name="moderation_recheck_another_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("examined_at__isnull", False),
                                        ("examiner__isnull", False),
                                        ("omitted", ""),
                                        ("state", "examined"),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("examiner__isnull", True),
                                        ("omitted", ""),
                                        ("outcome", ""),
                                        ("state", "waiting"),
                                    ),
                                    models.Q(
                                        ("examiner__isnull", True),
                                        ("outcome", ""),
                                        ("state", "omitted"),
                                        models.Q(("omitted", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="moderation_recheck_state",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
