# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0007_documents_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Timestamp",
            fields=[
                (
                    "size",
                    models.BigIntegerField(
                        help_text="How many leaves the checkpoint covers.", primary_key=True, serialize=False
                    ),
                ),
                (
                    "checkpoint",
                    models.BinaryField(help_text="The signed note exactly as it was timestamped."),
                ),
                ("reply", models.BinaryField(help_text="The verified answer, a TimeStampResp.")),
                ("at", models.DateTimeField(help_text="The moment that the authority names.")),
                ("authority", models.CharField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="TimestampTrouble",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=1000)),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
