# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The newest quotes are found by an index; whose stamp was taken back gets none again."""

    dependencies: ClassVar = [("federation", "0023_titles_of_accounts")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="interaction",
            name="revoked_at",
            field=models.DateTimeField(
                help_text="Of a quote: when its stamp was taken back. It is not given again.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                condition=models.Q(("kind", "quote")), fields=["id"], name="federation_quotes"
            ),
        ),
    ]
