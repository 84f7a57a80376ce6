# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_contact"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormCount",
            fields=[
                (
                    "name",
                    models.CharField(
                        help_text="Holds a keyed hash, no address.",
                        max_length=120,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("expires", models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")),
            ],
        ),
        migrations.CreateModel(
            name="SpentTicket",
            fields=[
                ("number", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("expires", models.BigIntegerField(db_index=True, help_text="Seconds since 1970.")),
            ],
        ),
    ]
