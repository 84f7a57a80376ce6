# SPDX-License-Identifier: Apache-2.0
"""The desk tells an administrator what has given up, without reading all that succeeded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="reaction",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["id"], name="journal_reaction_failed"
            ),
        ),
    ]
