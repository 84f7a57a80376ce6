# SPDX-License-Identifier: Apache-2.0
"""The newest document of a kind is found at once, however many there are of another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0009_witnesses")]
    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["kind", "-number"], name="record_document_newest"),
        ),
    ]
