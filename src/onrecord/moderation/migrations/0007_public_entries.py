# SPDX-License-Identifier: Apache-2.0
"""Whether each decision has a public entry, and where it stands in its year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0006_commitments")]
    operations = [
        migrations.AddField(
            model_name="policy",
            name="public_entries",
            field=models.BooleanField(
                default=False, verbose_name="publish an entry for each decision, without personal data"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="year",
            field=models.PositiveSmallIntegerField(help_text="In which it was decided.", null=True),
        ),
        migrations.AddField(
            model_name="commitment",
            name="place",
            field=models.PositiveIntegerField(help_text="Among those of its year, from 1.", null=True),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place__isnull", False)),
                fields=("year", "place"),
                name="moderation_commitment_place_once",
            ),
        ),
    ]
