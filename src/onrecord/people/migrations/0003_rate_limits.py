# SPDX-License-Identifier: Apache-2.0
"""The table behind Django's cache, in which rate limits are counted."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", "onrecord_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    replaces = [("people", "0004_cache_table")]
    dependencies = [("people", "0002_groups")]

    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
