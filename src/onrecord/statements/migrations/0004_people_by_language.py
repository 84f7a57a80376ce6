# SPDX-License-Identifier: Apache-2.0
"""Press contacts and spokespeople may be shown in one language alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0003_search")]

    operations = [
        migrations.AddField(
            model_name="presscontact",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Code. Empty: shown in all languages.",
                max_length=20,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="spokesperson",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Code. Empty: shown in all languages.",
                max_length=20,
                verbose_name="language",
            ),
        ),
    ]
