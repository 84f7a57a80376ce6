# SPDX-License-Identifier: Apache-2.0
"""The pages of an edition and its card belong to the statement's family now; a full bake claims them."""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("bakery", "BakedFile").objects
    rows.filter(family__in=["statements.edition", "statements.card"]).delete()


class Migration(migrations.Migration):
    dependencies = [("bakery", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
