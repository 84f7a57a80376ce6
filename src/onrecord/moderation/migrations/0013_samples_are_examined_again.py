# SPDX-License-Identifier: Apache-2.0
"""Decisions that are drawn at random and judged again by somebody else."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0012_second_signatures_count"),
        ("record", "0010_documents_by_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            ("appeal", "It decided about an appeal: somebody had looked twice already"),
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
                    "effects",
                    models.JSONField(default=list, help_text="Kinds that the examiner would have chosen."),
                ),
                ("by_law", models.BooleanField(default=False)),
                ("why", models.TextField(blank=True)),
                ("examined_at", models.DateTimeField(null=True)),
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
                        blank=True, help_text="The program that decided or pointed at it.", max_length=60
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
                ("percent", models.PositiveSmallIntegerField(null=True)),
                (
                    "population",
                    models.PositiveIntegerField(help_text="Decisions of which it was drawn.", null=True),
                ),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("drawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="policy",
            name="sample_percent",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="Drawn at random each month, five at least. 0: none.",
                verbose_name="per cent of decisions that somebody else examines again",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("sample_percent__lte", 100)), name="moderation_policy_sample_share"
            ),
        ),
        migrations.AddField(
            model_name="recheck",
            name="decider",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recheck",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="recheck", to="moderation.decision"
            ),
        ),
        migrations.AddField(
            model_name="recheck",
            name="examiner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recheck",
            name="rule",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="moderation.rule"
            ),
        ),
        migrations.AddIndex(
            model_name="recheckfact",
            index=models.Index(fields=["day"], name="moderation_recheck_fact"),
        ),
        migrations.AddField(
            model_name="sample",
            name="begins",
            field=models.ForeignKey(
                help_text="The edition that commits to the seed.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="record.document",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="ends",
            field=models.ForeignKey(
                help_text="The edition before which it ends: that of the next seed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="record.document",
            ),
        ),
        migrations.AddField(
            model_name="recheck",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rechecks", to="moderation.sample"
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
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
            ),
        ),
        migrations.AddIndex(
            model_name="recheck",
            index=models.Index(fields=["state", "id"], name="moderation_recheck_waiting"),
        ),
        migrations.AddConstraint(
            model_name="recheck",
            constraint=models.UniqueConstraint(
                fields=("sample", "place"), name="moderation_recheck_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("examiner__isnull", True),
                    ("decider__isnull", True),
                    models.Q(("examiner", models.F("decider")), _negated=True),
                    _connector="OR",
                ),
                name="moderation_recheck_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="recheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("examined_at__isnull", False),
                        ("examiner__isnull", False),
                        ("omitted", ""),
                        ("state", "examined"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        ("examiner__isnull", True), ("omitted", ""), ("outcome", ""), ("state", "waiting")
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
        ),
    ]
