# SPDX-License-Identifier: Apache-2.0
"""Comments from the fediverse may be taken more strictly than those from here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversation", "0002_arrivals"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="mode_elsewhere",
            field=models.CharField(
                choices=[
                    ("after", "At once from people who are known, after a look from others"),
                    ("before", "After a moderator has looked"),
                    ("closed", "Not at all: comments are closed"),
                ],
                default="after",
                help_text="Never less strict than the one above.",
                max_length=8,
                verbose_name="those from the fediverse",
            ),
        ),
    ]
