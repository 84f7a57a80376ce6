# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0006_edition_writers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="Of the edition it will be.")),
                ("op", models.CharField(max_length=20)),
                ("change", models.CharField(blank=True, max_length=20)),
                ("content", models.BinaryField(help_text="The edition file, as it will be served.")),
                ("body_html", models.TextField()),
                ("nonce", models.BinaryField(max_length=32)),
                ("commitment", models.BinaryField(max_length=32, unique=True)),
                ("path", models.CharField(help_text="The address that is kept free for it.", max_length=140)),
                ("year", models.PositiveIntegerField()),
                ("slug", models.CharField(max_length=80)),
                ("sealed_at", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="The moment of release.")),
                ("leaf_index", models.BigIntegerField(null=True, unique=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it was given up; public.", max_length=500),
                ),
                ("assets", models.ManyToManyField(related_name="+", to="statements.asset")),
                (
                    "statement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="seals",
                        to="statements.statement",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="progress",
            name="seal",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="progress",
                to="statements.seal",
            ),
        ),
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(fields=["year", "slug"], name="statements_seal_address"),
        ),
    ]
