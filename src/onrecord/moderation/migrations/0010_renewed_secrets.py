# SPDX-License-Identifier: Apache-2.0
"""What outcomes to a platform were signed with before, and until when that counts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0009_orders_and_disputes")]
    operations = [
        migrations.AddField(
            model_name="platform",
            name="earlier_number",
            field=models.CharField(blank=True, default="", help_text="Of the secret before.", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="platform",
            name="earlier_until",
            field=models.DateTimeField(help_text="Until then the earlier secret signs as well.", null=True),
        ),
    ]
