# SPDX-License-Identifier: Apache-2.0
"""An edition remembers who wrote it, so that they do not approve it after the fact."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0005_further_editions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="edition",
            name="writers",
            field=models.ManyToManyField(
                help_text="Who wrote or submitted it, and so may not approve it after.",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
