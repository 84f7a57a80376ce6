# SPDX-License-Identifier: Apache-2.0
"""Feeds list what was said or changed last; two indexes answer that however long the archive is."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0002_editions_stay")]
    operations = [
        migrations.AddField(
            model_name="publication",
            name="changed_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="Release of the newest edition that is more than a minor change: the order of feeds.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="topiclisting",
            name="changed_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="That of the publication, so that an index can order by it.",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(
                fields=["language", "-changed_at", "-id"], name="statements_publication_changed"
            ),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["first_released_at"], name="statements_publication_recent"),
        ),
        migrations.AddIndex(
            model_name="topiclisting",
            index=models.Index(
                fields=["topic", "language", "-changed_at", "-publication"], name="statements_listing_changed"
            ),
        ),
    ]
