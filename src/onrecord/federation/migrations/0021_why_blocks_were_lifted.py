# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Why a block was lifted."""

    dependencies: ClassVar = [("federation", "0020_policy")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="domainblock",
            name="lift_reason",
            field=models.CharField(blank=True, help_text="Why it was lifted.", max_length=1000),
        ),
    ]
