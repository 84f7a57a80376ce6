# SPDX-License-Identifier: Apache-2.0
"""How many appeals an author sent is counted by the notices they answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0007_public_entries")]
    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["person"], name="moderation_notice_of_person"),
        ),
    ]
