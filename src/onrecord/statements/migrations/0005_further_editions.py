# SPDX-License-Identifier: Apache-2.0
"""The desk finds translations that are behind their original through the few editions after a first one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0004_search")]
    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("number__gt", 1)), fields=["statement"], name="statements_edition_further"
            ),
        ),
    ]
