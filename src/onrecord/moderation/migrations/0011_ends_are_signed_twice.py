# SPDX-License-Identifier: Apache-2.0
"""Proposals to end somebody's standing for good wait for a second signature."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0010_renewed_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("item_version", models.CharField(max_length=120)),
                (
                    "effects",
                    models.JSONField(help_text="Kinds and ends, in the order in which they are carried out."),
                ),
                ("legal_ground", models.CharField(blank=True, max_length=500)),
                ("category", models.CharField(blank=True, max_length=80)),
                ("keyword", models.CharField(blank=True, max_length=80)),
                (
                    "unfounded",
                    models.JSONField(default=list, help_text="Reports that are manifestly without ground."),
                ),
                ("facts", models.TextField(blank=True)),
                ("explanation", models.TextField(blank=True)),
                ("reporter_reason", models.TextField(blank=True)),
                ("answer", models.TextField(blank=True, help_text="Why the second person did not sign.")),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="moderation_case_one_open",
        ),
        migrations.AddField(
            model_name="decisionfact",
            name="terminate",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="case",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="effect",
            name="kind",
            field=models.CharField(
                choices=[
                    ("label", "Label: it stays, with a note beside it"),
                    ("limit", "Limit: what the author writes is looked at before it is shown"),
                    ("hold", "Hold: it is not shown for a time"),
                    ("seal", "Seal: it is not shown any more, and kept"),
                    ("warn", "Warning"),
                    ("suspend", "Suspension: the author cannot write for a time"),
                    ("terminate", "End: the author can never write here again; needs a second signature"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "triaged", "claimed", "proposed"])),
                fields=("item_kind", "item_key"),
                name="moderation_case_one_open",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="moderation.case"
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="decision",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal",
                to="moderation.decision",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="proposer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="rule",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="moderation.rule"
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="second",
            field=models.ForeignKey(
                help_text="Who signed or declined.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state", "id"], name="moderation_proposal_waiting"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("case",),
                name="moderation_proposal_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second__isnull", True),
                    models.Q(("second", models.F("proposer")), _negated=True),
                    _connector="OR",
                ),
                name="moderation_proposal_second_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("second__isnull", True), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="moderation_proposal_closed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("second__isnull", False), ("state", "signed")),
                    models.Q(models.Q(("state", "signed"), _negated=True), ("decision__isnull", True)),
                    _connector="OR",
                ),
                name="moderation_proposal_signed_is_decided",
            ),
        ),
    ]
