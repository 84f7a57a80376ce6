# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """How an account is called beside its name."""

    dependencies: ClassVar = [("federation", "0022_follower_counts")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="actor",
            name="title",
            field=models.CharField(
                blank=True, help_text="Shown beside the name. Empty: made up.", max_length=100
            ),
        ),
    ]
