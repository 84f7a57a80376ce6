# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("identity", "0001_findings")]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("domain", models.CharField(max_length=253)),
                        ("way", models.CharField(max_length=20)),
                        ("outcome", models.CharField(max_length=20)),
                        ("detail", models.CharField(blank=True, max_length=500)),
                        ("since", models.DateTimeField(help_text="When this outcome was found first.")),
                        ("at", models.DateTimeField(help_text="When the domain was asked last.")),
                        (
                            "trouble",
                            models.CharField(
                                blank=True,
                                help_text="Why it did not answer the last time; then the outcome is older.",
                                max_length=500,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["domain", "way"],
                        "constraints": [
                            models.UniqueConstraint(fields=("domain", "way"), name="identity_finding_once")
                        ],
                    },
                ),
            ],
        ),
    ]
